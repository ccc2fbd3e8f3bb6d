#include "explain/reference_picture.h"

#include <algorithm>
#include <vector>

namespace arcadecam::explain {
namespace {

/// The median of a window that moves, over values that are numbers of levels: a histogram, and the
/// level that has at most half of the window below it (Huang, Yang & Tang 1979).
class MovingMedian {
 public:
  explicit MovingMedian(std::size_t levels) : counts_(levels) {}

  void clear() {
    std::ranges::fill(counts_, 0);
    at_ = 0;
    size_ = below_ = 0;
  }
  void add(std::size_t level) { change(level, 1); }
  void remove(std::size_t level) { change(level, -1); }
  /// Of an odd number of values.
  std::size_t median() {
    while (below_ > size_ / 2) below_ -= counts_[--at_];
    while (below_ + counts_[at_] <= size_ / 2) below_ += counts_[at_++];
    return at_;
  }

 private:
  void change(std::size_t level, int by) {
    counts_[level] += by;
    size_ += by;
    if (level < at_) below_ += by;
  }

  std::vector<int> counts_;
  std::size_t at_ = 0;
  int size_ = 0, below_ = 0;  ///< values in the window, and those of levels below at_
};

/// Where places −radius … length − 1 + radius lie, mirrored at the border (the border is repeated).
std::vector<std::int64_t> mirrored(std::int64_t length, std::int64_t radius) {
  std::vector<std::int64_t> places;
  for (std::int64_t i = -radius; i < length + radius; ++i) {
    const std::int64_t turn = ((i % (2 * length)) + 2 * length) % (2 * length);
    places.push_back(std::min(turn, 2 * length - 1 - turn));
  }
  return places;
}

void median_of_surroundings(const float* plane, std::int64_t height, std::int64_t width,
                            std::int64_t radius, float* to) {
  std::vector<float> levels(plane, plane + height * width);
  std::ranges::sort(levels);
  levels.erase(std::unique(levels.begin(), levels.end()), levels.end());
  std::vector<std::size_t> level(static_cast<std::size_t>(height * width));
  std::transform(plane, plane + height * width, level.begin(), [&](float value) {
    return static_cast<std::size_t>(std::ranges::lower_bound(levels, value) - levels.begin());
  });
  const std::vector<std::int64_t> rows = mirrored(height, radius),
                                  columns = mirrored(width, radius);
  MovingMedian window(levels.size());
  const auto change_column = [&](std::int64_t y, std::int64_t place, bool enters) {
    for (std::int64_t row = y; row <= y + 2 * radius; ++row) {
      const std::size_t at = level[static_cast<std::size_t>(
          rows[static_cast<std::size_t>(row)] * width + columns[static_cast<std::size_t>(place)])];
      if (enters) {
        window.add(at);
      } else {
        window.remove(at);
      }
    }
  };
  for (std::int64_t y = 0; y < height; ++y) {
    window.clear();
    for (std::int64_t place = 0; place < 2 * radius; ++place) change_column(y, place, true);
    for (std::int64_t x = 0; x < width; ++x) {
      change_column(y, x + 2 * radius, true);
      to[y * width + x] = levels[window.median()];
      change_column(y, x, false);
    }
  }
}

void median_of_frames(const Tensor& observation, std::int64_t frame_planes, float* to) {
  const std::int64_t size = observation.size(),
                     frame = size / observation.shape()[0] * frame_planes;
  const std::int64_t frames = size / frame;
  std::vector<float> values(static_cast<std::size_t>(frames));
  for (std::int64_t i = 0; i < frame; ++i) {
    for (std::int64_t f = 0; f < frames; ++f)
      values[static_cast<std::size_t>(f)] = observation.data()[f * frame + i];
    std::ranges::sort(values);
    const std::size_t half = values.size() / 2;
    const float median =
        values.size() % 2 == 1 ? values[half] : (values[half - 1] + values[half]) / 2;
    for (std::int64_t f = 0; f < frames; ++f) to[f * frame + i] = median;
  }
}

}  // namespace

Tensor reference_picture(Reference reference, const Tensor& observation, std::int64_t radius,
                         std::int64_t frame_planes) {
  const Shape& shape = observation.shape();
  Tensor result(shape);
  switch (reference) {
    case Reference::kZero:
      break;
    case Reference::kMedian:
      for (std::int64_t plane = 0; plane < shape[0]; ++plane) {
        median_of_surroundings(observation[plane].data(), shape[1], shape[2], radius,
                               result[plane].data());
      }
      break;
    case Reference::kStack:
      median_of_frames(observation, frame_planes, result.data());
      break;
  }
  return result;
}

}  // namespace arcadecam::explain
