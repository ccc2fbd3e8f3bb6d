#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "game/area_resize.h"

namespace arcadecam::game {

/// Shrinks a grey screen to an 84×84 plane by interpolation between the four pixels around each
/// target's centre, equal to OpenCV's cv::resize(…, INTER_LINEAR) of bytes: weights in 11 bits, the
/// sum rounded in two steps.
class LinearResize {
 public:
  LinearResize(int height, int width);

  /// `screen`: height×width.
  void operator()(std::span<const std::uint8_t> screen,
                  std::span<std::uint8_t, kPlanePixels> plane);

 private:
  struct Tap {
    int first, second;     ///< source pixels
    int weight, opposite;  ///< of the second and the first, of 2048
  };
  static std::array<Tap, kPlaneSide> taps(int source_size);

  int width_;
  std::array<Tap, kPlaneSide> columns_, rows_;
};

}  // namespace arcadecam::game
