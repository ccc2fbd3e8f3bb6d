#pragma once

#include <cstdint>

namespace arcadecam::explain {

/// Sums of some values and of their sizes.
struct Sums {
  double values, sizes;
};

/// Loops over values that belong to an observation's pixels, chosen once for the CPU the program
/// runs on (AVX-512, AVX2 or baseline).
struct SumKernels {
  /// y += x and sizes += |x|
  void (*add)(const float* x, std::int64_t count, float* y, float* sizes);
  /// Σ x and Σ |x|
  Sums (*sums)(const float* x, std::int64_t count);
  /// Σ a·b
  float (*dot)(const float* a, const float* b, std::int64_t count);
  /// y = x
  void (*widen)(const std::uint8_t* x, std::int64_t count, float* y);
};

const SumKernels& sum_kernels();

}  // namespace arcadecam::explain
