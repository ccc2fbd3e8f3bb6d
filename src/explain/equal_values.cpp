#include "explain/equal_values.h"

#include <algorithm>
#include <cmath>

namespace arcadecam::explain {

bool equal_values(std::span<const double> values) {
  if (values.empty()) return true;
  constexpr double kRounding = 1e-6;  // some units in the last place of a float
  const auto [low, high] = std::ranges::minmax(values);
  return high - low <= kRounding * std::max(std::abs(low), std::abs(high));
}

}  // namespace arcadecam::explain
