#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "atari/pixels.h"

namespace arcadecam::game {

/// Resizes a grey screen to a plane by a triangular filter that is as wide as a plane's pixel is on
/// the screen, at least a pixel's width to each side; equal to Pillow's Image.resize(…, BILINEAR)
/// of bytes: weights in 22 bits, along x first, rounded to bytes, then along y. (Pillow 13 goes
/// along y first at some sizes, which changes some pixels by 1; the agents that need this are
/// older.)
class AntialiasedResize {
 public:
  AntialiasedResize(int height, int width, int plane_height = atari::kPlaneSide,
                    int plane_width = atari::kPlaneSide);

  /// `screen`: height×width; `plane`: plane_height×plane_width.
  void operator()(std::span<const std::uint8_t> screen, std::span<std::uint8_t> plane);

 private:
  /// The source pixels of a target pixel.
  struct Taps {
    int first;
    std::vector<int> weights;  ///< of 2^22
  };
  static std::vector<Taps> taps(int source_size, int target_size);

  int height_, width_;
  std::vector<Taps> columns_, rows_;
  std::vector<std::uint8_t> narrow_;  ///< [height, plane_width]
};

}  // namespace arcadecam::game
