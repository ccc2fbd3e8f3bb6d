#pragma once

#include <cstdint>

namespace arcadecam::nn {

/// Loops whose speed matters, chosen once for the CPU the program runs on (AVX-512, AVX2 or
/// baseline).
struct Kernels {
  /// y[0…columns) += Σ over rows r with x[r] ≠ 0 of x[r] · matrix[r][0…columns). Rows are skipped
  /// where x is zero: after a ReLU most are.
  void (*add_weighted_rows)(const float* matrix, std::int64_t rows, std::int64_t columns,
                            const float* x, float* y);
  /// y[i] = max(x[i], 0)
  void (*relu)(const float* x, std::int64_t count, float* y);
  /// gx[i] (+)= x[i] > 0 ? gy[i] : 0
  void (*relu_gradient)(const float* x, const float* gy, std::int64_t count, bool accumulate,
                        float* gx);
  /// y[i] = x[i] · factor
  void (*scale_bytes)(const std::uint8_t* x, std::int64_t count, float factor, float* y);
};

const Kernels& kernels();

}  // namespace arcadecam::nn
