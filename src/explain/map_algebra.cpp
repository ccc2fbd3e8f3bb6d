#include "arcadecam/explain/map_algebra.h"

#include <algorithm>
#include <cmath>

#include "arcadecam/core/error.h"
#include "explain/plane_kernels.h"

namespace arcadecam::explain {

void minmax(std::span<float> map, float epsilon) {
  if (map.empty()) return;
  const auto count = std::ssize(map);
  const Spread spread = plane_kernels().spread(map.data(), count);
  plane_kernels().shift_and_divide(map.data(), count, spread.low,
                                   epsilon + (spread.high - spread.low));
}

BilinearResize::BilinearResize(Shape from, Shape to, Alignment alignment)
    : from_(from),
      to_(to),
      rows_(taps(from[0], to[0], alignment)),
      columns_(taps(from[1], to[1], alignment)),
      scratch_(static_cast<std::size_t>(from[0] * to[1])) {}

BilinearResize::BilinearResize(Shape from, Shape to, const Placement& placement)
    : from_(from),
      to_(to),
      rows_(taps(from[0], to[0], placement.rows)),
      columns_(taps(from[1], to[1], placement.columns)),
      scratch_(static_cast<std::size_t>(from[0] * to[1])) {}

void BilinearResize::append(Taps& taps, double at, std::int64_t from) {
  at = std::clamp(at, 0.0, static_cast<double>(from - 1));
  const auto low = static_cast<std::int32_t>(at);
  taps.low.push_back(low);
  taps.high.push_back(std::min(low + 1, static_cast<std::int32_t>(from - 1)));
  taps.fraction.push_back(static_cast<float>(at - static_cast<double>(low)));
}

BilinearResize::Taps BilinearResize::taps(std::int64_t from, std::int64_t to, Alignment alignment) {
  Taps result;
  for (std::int64_t i = 0; i < to; ++i) {
    double at = 0;
    if (alignment == Alignment::kHalfPixel) {
      at = (static_cast<double>(i) + 0.5) * static_cast<double>(from) / static_cast<double>(to) -
           0.5;
    } else if (to > 1) {
      at = static_cast<double>(i) * static_cast<double>(from - 1) / static_cast<double>(to - 1);
    }
    append(result, at, from);
  }
  return result;
}

BilinearResize::Taps BilinearResize::taps(std::int64_t from, std::int64_t to, SampleAxis samples) {
  Taps result;
  for (std::int64_t i = 0; i < to; ++i)
    append(result, (static_cast<double>(i) - samples.first) / samples.step, from);
  return result;
}

void BilinearResize::add(const float* from, float weight, float* to) {
  // The products with two matrices of two entries per row: along x, then along y.
  const PlaneKernels& kernels = plane_kernels();
  const std::int64_t width = from_[1], wide = to_[1];
  for (std::int64_t y = 0; y < from_[0]; ++y) {
    kernels.interpolate(from + y * width, columns_.low.data(), columns_.high.data(),
                        columns_.fraction.data(), wide, scratch_.data() + y * wide);
  }
  for (std::int64_t y = 0; y < to_[0]; ++y) {
    const auto at = static_cast<std::size_t>(y);
    const float fraction = rows_.fraction[at];
    kernels.add_two(scratch_.data() + rows_.low[at] * wide, scratch_.data() + rows_.high[at] * wide,
                    wide, weight * (1 - fraction), weight * fraction, to + y * wide);
  }
}

namespace {

/// SciPy's 'reflect': … c b a | a b c … n | n m …
std::int64_t reflected(std::int64_t index, std::int64_t size) {
  const std::int64_t period = 2 * size;
  std::int64_t at = index % period;
  if (at < 0) at += period;
  return at < size ? at : period - 1 - at;
}

void smooth_lines(float* data, std::int64_t lines, std::int64_t line_step, std::int64_t length,
                  std::int64_t step, const std::vector<double>& kernel) {
  const std::int64_t radius = std::ssize(kernel) - 1;
  // A line with what lies beyond its ends, found once.
  std::vector<std::int64_t> sources;
  for (std::int64_t i = -radius; i < length + radius; ++i)
    sources.push_back(reflected(i, length) * step);
  std::vector<double> line(sources.size()), sums(static_cast<std::size_t>(length));
  for (std::int64_t l = 0; l < lines; ++l) {
    float* at = data + l * line_step;
    std::ranges::transform(sources, line.begin(),
                           [&](std::int64_t source) { return static_cast<double>(at[source]); });
    // Offset by offset, so that the loop runs over sums that do not wait for each other.
    std::ranges::fill(sums, 0.0);
    for (std::int64_t k = -radius; k <= radius; ++k) {
      const double weight = kernel[static_cast<std::size_t>(std::abs(k))];
      const double* __restrict from = line.data() + k + radius;
      double* __restrict to = sums.data();
      for (std::int64_t i = 0; i < length; ++i) to[i] += weight * from[i];
    }
    for (std::int64_t i = 0; i < length; ++i)
      at[i * step] = static_cast<float>(sums[static_cast<std::size_t>(i)]);
  }
}

}  // namespace

void gaussian_smooth(MutableTensorView map, double sigma) {
  constexpr double kTruncate = 4.0, kLargest = 1000;
  if (!(sigma >= 0 && sigma <= kLargest)) {
    throw bad_usage("sigma={}: expected 0 (no smoothing) to {} pixels", sigma, kLargest);
  }
  const std::int64_t radius = std::lround(kTruncate * sigma);
  if (sigma == 0 || radius == 0) return;
  std::vector<double> kernel;  // of offsets 0 … radius; symmetric
  double total = 0;
  for (std::int64_t k = 0; k <= radius; ++k) {
    kernel.push_back(std::exp(-0.5 * static_cast<double>(k * k) / (sigma * sigma)));
    total += (k == 0 ? 1 : 2) * kernel.back();
  }
  for (double& weight : kernel) weight /= total;
  const std::int64_t height = map.shape()[0], width = map.shape()[1];
  smooth_lines(map.data(), width, 1, height, width, kernel);
  smooth_lines(map.data(), height, width, width, 1, kernel);
}

}  // namespace arcadecam::explain
