#include "picture/resize.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

#include "arcadecam/core/error.h"

namespace arcadecam::picture {
namespace {

/// Two old pixels and their weights, of which a new one is the sum.
struct Place {
  std::int64_t first, second;
  float first_weight, second_weight;
};

/// Where the new pixels of one axis lie. Every step rounds as OpenCV's does, so that the pictures
/// have the same bytes: the scale is one over a quotient, and beyond the outermost centres
/// OpenCV gives columns one pixel, but lines the same pixel twice, with both weights.
std::vector<Place> places(std::int64_t from, std::int64_t to, bool twice_at_edges) {
  std::vector<Place> all;
  all.reserve(static_cast<std::size_t>(to));
  const double scale = 1.0 / (static_cast<double>(to) / static_cast<double>(from));
  for (std::int64_t i = 0; i < to; ++i) {
    const auto at = static_cast<float>((static_cast<double>(i) + 0.5) * scale - 0.5);
    const float below = std::floor(at);
    const auto first = static_cast<std::int64_t>(below);
    const bool inside = first >= 0 && first < from - 1;
    const float weight = inside || twice_at_edges ? at - below : 0.0F;
    const auto clamped = [&](std::int64_t pixel) {
      return std::clamp(pixel, std::int64_t{0}, from - 1);
    };
    all.push_back({clamped(first), clamped(first + 1), 1.0F - weight, weight});
  }
  return all;
}

/// A line of the map at the new width; kept as long as it is the one asked for.
class WideLine {
 public:
  WideLine(TensorView map, const std::vector<Place>& columns)
      : map_(map), columns_(columns), values_(columns.size()) {}

  const float* at(std::int64_t line) {
    if (line != line_) {
      const float* from = map_[line].data();
      for (std::size_t x = 0; x < columns_.size(); ++x) {
        const Place& place = columns_[x];
        values_[x] =
            from[place.first] * place.first_weight + from[place.second] * place.second_weight;
      }
      line_ = line;
    }
    return values_.data();
  }

 private:
  TensorView map_;
  const std::vector<Place>& columns_;
  std::vector<float> values_;
  std::int64_t line_ = -1;
};

}  // namespace

Tensor resize_bilinear(TensorView map, Size size) {
  if (map.shape().rank() != 2 || map.size() == 0 || size.height < 1 || size.width < 1) {
    throw bad_input("a map of {} cannot be resized to {}×{} pixels", to_string(map.shape()),
                    size.height, size.width);
  }
  const std::vector<Place> columns = places(map.shape()[1], size.width, false);
  // Lines in turns: the second of one new line is often the first of the next.
  WideLine even(map, columns), odd(map, columns);
  const auto wide = [&](std::int64_t line) { return (line % 2 == 0 ? even : odd).at(line); };
  Tensor result(Shape{size.height, size.width});
  float* to = result.data();
  for (const Place& place : places(map.shape()[0], size.height, true)) {
    const float *first = wide(place.first), *second = wide(place.second);
    for (std::int64_t x = 0; x < size.width; ++x)
      to[x] = first[x] * place.first_weight + second[x] * place.second_weight;
    to += size.width;
  }
  return result;
}

}  // namespace arcadecam::picture
