#pragma once

#include <cstdint>

namespace arcadecam::explain {

/// sum ← sum + Σ_c gradient_c · activation_c, position by position (Draelos & Carin 2020, eq. 3):
/// both channels×area, `sum` area values.
void add_gradient_times_activation(const float* gradient, const float* activation,
                                   std::int64_t channels, std::int64_t area, float* sum);

}  // namespace arcadecam::explain
