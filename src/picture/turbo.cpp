#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>

#include "picture/color_map.h"

namespace arcadecam::picture {
namespace {

using Coefficients = std::array<double, 17>;

// Of Chebyshev polynomials for red, green and blue, lowest degree first:
// scripts/golden/turbo_fit.py.
constexpr std::array<Coefficients, 3> kTurboCoefficients{{
    {0.5052, 0.3094, -0.1205, -0.2324, -0.0471, 0.0968, -0.0165, -0.0354, 0.0242, 0.0023, -0.0148,
     0.0091, 0.0045, -0.0078, 0.0002, 0.0057, -0.0005},
    {0.4371, -0.0970, -0.4615, 0.0678, 0.0809, 0.0038, -0.0117, -0.0033, -0.0032, 0.0, 0.0022,
     0.0010, 0.0012, -0.0007, -0.0030, -0.0008, 0.0019},
    {0.3542, -0.3592, -0.1206, 0.2258, -0.1461, 0.0412, 0.0461, -0.0229, -0.0179, 0.0009, 0.0107,
     0.0065, -0.0083, -0.0049, 0.0071, -0.0014, -0.0038},
}};

/// The sum of coefficients times Chebyshev polynomials at `x` in −1…1, by Clenshaw's recurrence.
double chebyshev_sum(const Coefficients& coefficients, double x) {
  double last = 0, before = 0;
  for (std::size_t degree = coefficients.size() - 1; degree > 0; --degree) {
    const double next = 2 * x * last - before + coefficients[degree];
    before = last;
    last = next;
  }
  return x * last - before + coefficients[0];
}

}  // namespace

Rgb turbo(double value) noexcept {
  Rgb color{};
  for (std::size_t channel = 0; channel < color.size(); ++channel) {
    const double share = chebyshev_sum(kTurboCoefficients[channel], 2 * value - 1);
    color[channel] = static_cast<std::uint8_t>(std::lround(std::clamp(share, 0.0, 1.0) * 255.0));
  }
  return color;
}

}  // namespace arcadecam::picture
