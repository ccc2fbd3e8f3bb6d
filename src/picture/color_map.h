#pragma once

#include <array>
#include <span>
#include <string_view>

#include "picture/image.h"

namespace arcadecam::picture {

/// A table of 256 colours, lowest value first.
struct ColorMap {
  std::string_view name;
  /// The middle of the table stands for zero (values of both signs); else its start does.
  bool diverging = false;
  std::array<Rgb, 256> colors{};

  /// The colour of a value in [0,1], nearest entry; values outside are clamped.
  [[nodiscard]] const Rgb& operator()(float value) const noexcept;
};

/// The names color_map() knows: "cool-warm", "inferno", "jet", "turbo".
std::span<const std::string_view> color_map_names() noexcept;

/// A colour map by name: "jet" and "inferno" equal OpenCV's tables, "cool-warm" and "turbo" are
/// cool_warm() and turbo() at 256 equal steps. Throws Error (kBadUsage) listing the names for any
/// other.
ColorMap color_map(std::string_view name);

/// Moreland's smooth cool-warm diverging colours, computed by his method: polar CIELAB ("Msh")
/// interpolation through white between RGB (59, 76, 192) at 0 and (180, 4, 38) at 1 (K. Moreland,
/// "Diverging Color Maps for Scientific Visualization", ISVC 2009). `value` must lie in [0,1].
Rgb cool_warm(double value) noexcept;

/// Turbo's rainbow from dark blue by green to dark red (A. Mikhailov, "Turbo, An Improved Rainbow
/// Colormap for Visualization", 2019), by polynomials of our own: within 1 of 255 of the published
/// colours. `value` must lie in [0,1].
Rgb turbo(double value) noexcept;

}  // namespace arcadecam::picture
