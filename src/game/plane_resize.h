#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <variant>
#include <vector>

#include "atari/pixels.h"
#include "game/antialiased_resize.h"
#include "game/area_resize.h"
#include "game/linear_resize.h"

namespace arcadecam::game {

/// OpenCV's INTER_NEAREST: the pixel that the upper left corner of a plane's pixel lies in.
class NearestResize {
 public:
  NearestResize(int height, int width, int plane_height, int plane_width);
  void operator()(std::span<const std::uint8_t> screen, std::span<std::uint8_t> plane) const;

 private:
  int width_;
  std::vector<int> columns_, rows_;
};

/// Resizes a picture to a plane by the filter that a protocol names.
class PlaneResize {
 public:
  /// `height` and `width` of the pictures. Throws Error where the filter cannot.
  PlaneResize(const atari::Pixels& pixels, int height, int width);

  /// `screen`: height×width bytes; `plane`: of the size that `pixels` says.
  void operator()(std::span<const std::uint8_t> screen, std::span<std::uint8_t> plane);
  /// The same of indices into `grey`, whose values are 0 … 255 and whole.
  void operator()(std::span<const std::uint8_t> screen, std::span<const float, 256> grey,
                  std::span<std::uint8_t> plane);
  /// The same where it is known what another screen becomes with these greys, which may save work;
  /// `known_screen` is empty where it is not.
  void operator()(std::span<const std::uint8_t> screen, std::span<const float, 256> grey,
                  std::span<std::uint8_t> plane, std::span<const std::uint8_t> known_screen,
                  std::span<const std::uint8_t> known_plane);

 private:
  std::variant<AreaResize, NearestResize, LinearResize, AntialiasedResize> filter_;
  std::array<float, 256> identity_{};  ///< 0, 1, …, 255
  std::vector<std::uint8_t> greys_;
};

}  // namespace arcadecam::game
