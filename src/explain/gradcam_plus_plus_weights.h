#pragma once

#include <algorithm>
#include <cstdint>

namespace arcadecam::explain {

/// Grad-CAM++'s channel weight (Chattopadhay et al. 2018, eq. 19, with the powers of the first
/// derivative that an exponential output gives): α = g² / (2g² + S·g³ + ε), 0 where g = 0; w = Σ
/// max(g, 0)·α. `activation_sum` is S, the sum of the channel's activation.
inline float gradcam_plus_plus_weight(const float* gradient, std::int64_t area,
                                      float activation_sum, float epsilon) {
  float weight = 0;
#pragma omp simd reduction(+ : weight)
  for (std::int64_t i = 0; i < area; ++i) {
    const float g = gradient[i], square = g * g;
    const float alpha = square / (2 * square + activation_sum * square * g + epsilon);
    // Where g ≤ 0 the term vanishes whatever α is.
    weight += g > 0 ? g * alpha : 0.0F;
  }
  return weight;
}

}  // namespace arcadecam::explain
