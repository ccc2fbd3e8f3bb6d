#include "nn/kernels/rule_kernels.h"

#include "core/cpu_features.h"

namespace arcadecam::nn {
namespace {

// Each body is compiled once per instruction set below; it must be inlined to be compiled for it.
#define ARCADECAM_BODY [[gnu::always_inline]] inline

/// gx[i] (+)= value(i), in two loops without a choice inside.
template <typename F>
ARCADECAM_BODY void put(std::int64_t count, bool accumulate, float* __restrict gx, const F& value) {
  if (accumulate) {
#pragma omp simd
    for (std::int64_t i = 0; i < count; ++i) gx[i] += value(i);
  } else {
#pragma omp simd
    for (std::int64_t i = 0; i < count; ++i) gx[i] = value(i);
  }
}

ARCADECAM_BODY float positive(float x) {
  return x > 0 ? x : 0.0F;
}

ARCADECAM_BODY void guided_body(const float* __restrict x, const float* __restrict gy,
                                std::int64_t count, bool accumulate, float* __restrict gx) {
  put(count, accumulate, gx, [=](std::int64_t i) {
    const float arriving = positive(gy[i]);
    return x[i] > 0 ? arriving : 0.0F;
  });
}

ARCADECAM_BODY void deconvolution_body(const float* __restrict gy, std::int64_t count,
                                       bool accumulate, float* __restrict gx) {
  put(count, accumulate, gx, [=](std::int64_t i) { return positive(gy[i]); });
}

ARCADECAM_BODY void rescale_body(const float* __restrict x, const float* __restrict from,
                                 const float* __restrict gy, std::int64_t count, bool accumulate,
                                 float* __restrict gx) {
  constexpr float kSmallestDifference = 1e-10F;
  put(count, accumulate, gx, [=](std::int64_t i) {
    const float difference = x[i] - from[i];
    const float size = difference < 0 ? -difference : difference;
    const float above = positive(x[i]) - positive(from[i]);
    const float derivative = x[i] > 0 ? 1.0F : 0.0F;
    // Divided by 1 there, so that no lane divides by zero.
    const float divisor = size < kSmallestDifference ? 1.0F : difference;
    const float slope = above / divisor;
    return gy[i] * (size < kSmallestDifference ? derivative : slope);
  });
}

#define ARCADECAM_RULES(NAME, TARGET)                                                             \
  TARGET void guided_##NAME(const float* x, const float* gy, std::int64_t count, bool accumulate, \
                            float* gx) {                                                          \
    guided_body(x, gy, count, accumulate, gx);                                                    \
  }                                                                                               \
  TARGET void deconvolution_##NAME(const float* gy, std::int64_t count, bool accumulate,          \
                                   float* gx) {                                                   \
    deconvolution_body(gy, count, accumulate, gx);                                                \
  }                                                                                               \
  TARGET void rescale_##NAME(const float* x, const float* from, const float* gy,                  \
                             std::int64_t count, bool accumulate, float* gx) {                    \
    rescale_body(x, from, gy, count, accumulate, gx);                                             \
  }                                                                                               \
  constexpr RuleKernels k##NAME {                                                                 \
    guided_##NAME, deconvolution_##NAME, rescale_##NAME                                           \
  }

ARCADECAM_RULES(Baseline, );
#if defined(__x86_64__)
ARCADECAM_RULES(Avx2, [[gnu::target("avx2,fma")]]);
ARCADECAM_RULES(Avx512, [[gnu::target("avx512f,avx512bw,avx512vl,avx512dq,fma")]]);
#endif

const RuleKernels& choose() {
#if defined(__x86_64__)
  const CpuLevel level = cpu_features().level;
  if (level >= CpuLevel::kAvx512) return kAvx512;
  if (level >= CpuLevel::kAvx2) return kAvx2;
#endif
  return kBaseline;
}

}  // namespace

const RuleKernels& rule_kernels() {
  static const RuleKernels& chosen = choose();
  return chosen;
}

}  // namespace arcadecam::nn
