#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "arcadecam/core/tensor.h"

namespace arcadecam::explain {

/// The epsilon of every min-max scaling of the reference implementations.
inline constexpr float kMinMaxEpsilon = 1e-7F;

/// a ← (a − min a) / (epsilon + max(a − min a)), the references' scaling to 0…1 (epsilon is always
/// added). An all-zero or constant map becomes zero.
void minmax(std::span<float> map, float epsilon = kMinMaxEpsilon);

/// How the sample points of a resized map lie on the original.
enum class Alignment {
  kHalfPixel,  ///< src = (dst + ½)·n/N − ½, edges clamped: OpenCV's INTER_LINEAR, torch
               ///< align_corners=False
  kCorners,    ///< corners on corners: torch align_corners=True
};

/// Where a map's samples lie on the picture along one axis: sample i at the pixel first + i·step.
struct SampleAxis {
  double first = 0, step = 1;
};
/// Where a whole map's samples lie.
struct Placement {
  SampleAxis rows, columns;
};

/// Bilinear resize of maps of one size to another; weights are computed once.
class BilinearResize {
 public:
  /// Sizes as height, width.
  BilinearResize(Shape from, Shape to, Alignment alignment);
  /// A pixel of `to` is interpolated between the samples around it. Pixels beyond the outermost
  /// samples get the value of the nearest one.
  BilinearResize(Shape from, Shape to, const Placement& placement);

  /// to += weight · resize(from); from and to are H×W in C order.
  void add(const float* from, float weight, float* to);

  [[nodiscard]] const Shape& from() const noexcept { return from_; }
  [[nodiscard]] const Shape& to() const noexcept { return to_; }

 private:
  /// Which two elements every target element lies between.
  struct Taps {
    std::vector<std::int32_t> low, high;
    std::vector<float> fraction;  ///< weight of `high`; the rest is that of `low`
  };
  static Taps taps(std::int64_t from, std::int64_t to, Alignment alignment);
  static Taps taps(std::int64_t from, std::int64_t to, SampleAxis samples);
  static void append(Taps& taps, double at, std::int64_t from);

  Shape from_, to_;
  Taps rows_, columns_;
  std::vector<float> scratch_;  ///< the input resized along x
};

/// Gaussian smoothing of an H×W map in place, as SciPy's gaussian_filter with its defaults: edges
/// reflected (d c b a | a b c d | d c b a), kernel cut at 4 sigma. sigma = 0 does nothing; negative
/// throws (usage).
void gaussian_smooth(MutableTensorView map, double sigma);

}  // namespace arcadecam::explain
