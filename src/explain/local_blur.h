#pragma once

#include <array>
#include <functional>

#include "arcadecam/core/pixel_box.h"
#include "arcadecam/explain/map_algebra.h"
#include "arcadecam/explain/method.h"

namespace arcadecam::explain {

inline constexpr std::array<Param, 3> kLocalBlurParams{
    {{"stride", "5", "pixels from one place that is blurred to the next"},
     {"mask", "5", "size of a place: the mask's standard deviation in pixels"},
     {"blur", "3", "standard deviation of the blur in pixels"}}};

/// The perturbation of Greydanus et al. 2018 (arXiv:1711.00138, eq. 1) at every stride-th pixel of
/// a grid: all stacked frames blended with their Gaussian blur, x·(1 − m) + blur(x)·m. The mask m
/// is a disc of radius 1 around the pixel, smoothed, its largest value 1 (as in their code).
class LocalBlur {
 public:
  /// Places on the grid: ⌈H/stride⌉ × ⌈W/stride⌉ pixels, from the upper left one.
  LocalBlur(const Shape& input, const Params& params);

  using Score = std::function<double(const Query& probed)>;
  /// Scores every place into result.raw (H×W, the grid resized as their code does, half-pixel) and
  /// makes the map of it: raw relative to its largest. `read`: what `score` reads of a probed tape
  /// beside the output and the query's target.
  void score(const Query& query, const nn::Watch& read, const Score& score, Attribution& result);

 private:
  /// What smoothing makes of a line of `length` with 1 at one place: row p for place p.
  static Tensor responses(std::int64_t length, double sigma);
  void make_mask(std::int64_t row, std::int64_t column);

  Shape input_, plane_;
  std::int64_t stride_;
  double blur_;
  Shape grid_;
  Tensor rows_, columns_;  ///< responses()
  Tensor mask_, observation_, difference_, scores_;
  PixelBox reached_;  ///< where the mask is not zero
  BilinearResize resize_;
};

/// map ← |raw| relative to its largest: such numbers are often so small that the epsilon of the
/// last scaling would swallow them.
void map_of_sizes(Attribution& result);

}  // namespace arcadecam::explain
