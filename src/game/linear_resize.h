#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "atari/pixels.h"

namespace arcadecam::game {

/// Resizes a grey screen to a plane by interpolation between the four pixels around each
/// target's centre, equal to OpenCV's cv::resize(…, INTER_LINEAR) of bytes: weights in 11 bits, the
/// sum rounded in two steps.
class LinearResize {
 public:
  LinearResize(int height, int width, int plane_height = atari::kPlaneSide,
               int plane_width = atari::kPlaneSide);

  /// `screen`: height×width; `plane`: plane_height×plane_width.
  void operator()(std::span<const std::uint8_t> screen, std::span<std::uint8_t> plane) const;

 private:
  struct Tap {
    int first, second;     ///< source pixels
    int weight, opposite;  ///< of the second and the first, of 2048
  };
  static std::vector<Tap> taps(int source_size, int target_size, bool along_x);

  int width_;
  std::vector<Tap> columns_, rows_;
};

}  // namespace arcadecam::game
