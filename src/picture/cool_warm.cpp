#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <numbers>

#include "picture/color_map.h"

namespace arcadecam::picture {
namespace {

using Vector = std::array<double, 3>;

/// sRGB's primaries and the D65 white point, for values in 0…100 (IEC 61966-2-1).
constexpr std::array<Vector, 3> kXyzOfRgb{
    {{41.24, 35.76, 18.05}, {21.26, 71.52, 7.22}, {1.93, 11.92, 95.05}}};
constexpr std::array<Vector, 3> kRgbOfXyz{{{0.032406, -0.015372, -0.004986},
                                           {-0.009689, 0.018758, 0.000415},
                                           {0.000557, -0.002040, 0.010570}}};
constexpr Vector kWhite{95.047, 100.0, 108.883};

Vector times(const std::array<Vector, 3>& matrix, const Vector& v) {
  Vector result{};
  for (std::size_t i = 0; i < 3; ++i) {
    result[i] = matrix[i][0] * v[0] + matrix[i][1] * v[1] + matrix[i][2] * v[2];
  }
  return result;
}

double linear_of_srgb(double v) {
  return v > 0.04045 ? std::pow((v + 0.055) / 1.055, 2.4) : v / 12.92;
}
double srgb_of_linear(double v) {
  return v > 0.0031308 ? 1.055 * std::pow(v, 1.0 / 2.4) - 0.055 : 12.92 * v;
}

// CIELAB's cube root with its linear part near black, and the inverse.
double lab_root(double v) {
  return v > 0.008856 ? std::cbrt(v) : 7.787 * v + 16.0 / 116.0;
}
double lab_cube(double v) {
  return v > 0.206893 ? v * v * v : (v - 16.0 / 116.0) / 7.787;
}

/// Magnitude, saturation angle and hue angle: CIELAB in polar form (Moreland, section 5).
struct Msh {
  double magnitude, saturation, hue;
};

Msh msh_of_rgb(const Rgb& rgb) {
  Vector linear{};
  for (std::size_t i = 0; i < 3; ++i) linear[i] = linear_of_srgb(rgb[i] / 255.0);
  Vector f = times(kXyzOfRgb, linear);
  for (std::size_t i = 0; i < 3; ++i) f[i] = lab_root(f[i] / kWhite[i]);
  const double l = 116.0 * f[1] - 16.0;
  const double a = 500.0 * (f[0] - f[1]);
  const double b = 200.0 * (f[1] - f[2]);
  const double magnitude = std::hypot(l, a, b);
  return {magnitude, std::acos(l / magnitude), std::atan2(b, a)};
}

Rgb rgb_of_msh(const Msh& msh) {
  const double l = msh.magnitude * std::cos(msh.saturation);
  const double a = msh.magnitude * std::sin(msh.saturation) * std::cos(msh.hue);
  const double b = msh.magnitude * std::sin(msh.saturation) * std::sin(msh.hue);
  const double f = (l + 16.0) / 116.0;
  Vector xyz{lab_cube(f + a / 500.0), lab_cube(f), lab_cube(f - b / 200.0)};
  for (std::size_t i = 0; i < 3; ++i) xyz[i] *= kWhite[i];
  const Vector linear = times(kRgbOfXyz, xyz);
  Rgb rgb{};
  for (std::size_t i = 0; i < 3; ++i) {
    const double value = std::clamp(srgb_of_linear(std::max(linear[i], 0.0)), 0.0, 1.0);
    rgb[i] = static_cast<std::uint8_t>(std::lround(value * 255.0));
  }
  return rgb;
}

/// The hue that the white end of a ramp gets: spun away from the saturated end's, so that the path
/// stays perceptually uniform (Moreland, AdjustHue).
double spun_hue(const Msh& saturated, double white_magnitude) {
  const double spin =
      saturated.saturation *
      std::sqrt(white_magnitude * white_magnitude - saturated.magnitude * saturated.magnitude) /
      (saturated.magnitude * std::sin(saturated.saturation));
  return saturated.hue > -std::numbers::pi / 3.0 ? saturated.hue + spin : saturated.hue - spin;
}

}  // namespace

Rgb cool_warm(double value) noexcept {
  const Msh cool = msh_of_rgb({59, 76, 192});
  const Msh warm = msh_of_rgb({180, 4, 38});
  const double white = std::max({cool.magnitude, warm.magnitude, 88.0});
  const Msh& end = value <= 0.5 ? cool : warm;
  const double away = std::abs(2.0 * value - 1.0);  // 0 at white, 1 at the saturated end
  const auto between = [away](double from, double to) { return (1.0 - away) * from + away * to; };
  const double white_hue = end.magnitude < white ? spun_hue(end, white) : end.hue;
  return rgb_of_msh(
      {between(white, end.magnitude), between(0.0, end.saturation), between(white_hue, end.hue)});
}

}  // namespace arcadecam::picture
