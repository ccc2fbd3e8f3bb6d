#pragma once

#include <cstdint>

namespace arcadecam::nn {

/// Rules other than the chain rule at a ReLU, value by value, chosen once for the CPU the program
/// runs on. `accumulate`: added to what gx holds, else written.
struct RuleKernels {
  /// gx[i] (+)= x[i] > 0 and gy[i] > 0 ? gy[i] : 0
  void (*guided)(const float* x, const float* gy, std::int64_t count, bool accumulate, float* gx);
  /// gx[i] (+)= gy[i] > 0 ? gy[i] : 0
  void (*deconvolution)(const float* gy, std::int64_t count, bool accumulate, float* gx);
  /// gx[i] (+)= gy[i] · (max(x[i], 0) − max(from[i], 0)) / (x[i] − from[i]); the derivative at x[i]
  /// where these differ by less than 1e-10.
  void (*rescale)(const float* x, const float* from, const float* gy, std::int64_t count,
                  bool accumulate, float* gx);
};

const RuleKernels& rule_kernels();

}  // namespace arcadecam::nn
