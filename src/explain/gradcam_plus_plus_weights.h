#pragma once

#include <cstdint>

#include "explain/plane_kernels.h"

namespace arcadecam::explain {

/// Grad-CAM++'s channel weight (Chattopadhay et al. 2018, eq. 19, with the powers of the first
/// derivative that an exponential output gives): α = g² / (2g² + S·g³ + ε), 0 where g = 0; w = Σ
/// max(g, 0)·α. `activation_sum` is S, the sum of the channel's activation.
inline float gradcam_plus_plus_weight(const float* gradient, std::int64_t area,
                                      float activation_sum, float epsilon) {
  return plane_kernels().gradcam_plus_plus(gradient, area, activation_sum, epsilon);
}

}  // namespace arcadecam::explain
