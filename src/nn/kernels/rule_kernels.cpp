#include "nn/kernels/rule_kernels.h"

#include "core/instruction_sets.h"

namespace arcadecam::nn {
namespace {

/// gx[i] (+)= value(i), in two loops without a choice inside.
template <typename F>
ARCADECAM_BODY void put(std::int64_t count, bool accumulate, float* __restrict gx, const F& value) {
  if (accumulate) {  // NOLINT(bugprone-branch-clone): it does not see = from +=
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

constexpr float kSmallestDifference = 1e-10F;

ARCADECAM_BODY float rescaled(float x, float from) {
  const float difference = x - from;
  const float size = difference < 0 ? -difference : difference;
  if (size < kSmallestDifference) return x > 0 ? 1.0F : 0.0F;
  return (positive(x) - positive(from)) / difference;
}

/// rescaled() of many by vectors, without a branch: compilers make some of its choices.
template <typename Vector, typename Bits>
ARCADECAM_BODY void rescale_body(const float* x, const float* from, const float* gy,
                                 std::int64_t count, bool accumulate, float* gx) {
  constexpr std::int64_t kLanes = sizeof(Vector) / sizeof(float);
  constexpr std::int32_t kNoSign = 0x7FFFFFFF;
  const Vector zero{}, one = zero + 1.0F;
  std::int64_t i = 0;
  for (; i + kLanes <= count; i += kLanes) {
    Vector here, there, arriving, value;
    __builtin_memcpy(&here, x + i, sizeof here);
    __builtin_memcpy(&there, from + i, sizeof there);
    __builtin_memcpy(&arriving, gy + i, sizeof arriving);
    const Bits active = here > zero, was_active = there > zero;
    const Vector difference = here - there;
    const Bits small = reinterpret_cast<Vector>(reinterpret_cast<Bits>(difference) & kNoSign) <
                       zero + kSmallestDifference;
    const Vector above = reinterpret_cast<Vector>(reinterpret_cast<Bits>(here) & active) -
                         reinterpret_cast<Vector>(reinterpret_cast<Bits>(there) & was_active);
    // Divided by 1 there, so that no lane divides by zero.
    const Vector slope =
        above / reinterpret_cast<Vector>((reinterpret_cast<Bits>(one) & small) |
                                         (reinterpret_cast<Bits>(difference) & ~small));
    const Vector factor = reinterpret_cast<Vector>((reinterpret_cast<Bits>(one) & active & small) |
                                                   (reinterpret_cast<Bits>(slope) & ~small));
    if (accumulate) {
      __builtin_memcpy(&value, gx + i, sizeof value);
      value += arriving * factor;
    } else {
      value = arriving * factor;
    }
    __builtin_memcpy(gx + i, &value, sizeof value);
  }
  for (; i < count; ++i) {
    const float value = gy[i] * rescaled(x[i], from[i]);
    gx[i] = accumulate ? gx[i] + value : value;
  }
}

template <typename Set, typename Vector, typename Bits>
constexpr RuleKernels kRules{Set::template of<guided_body>, Set::template of<deconvolution_body>,
                             Set::template of<rescale_body<Vector, Bits>>};

}  // namespace

const RuleKernels& rule_kernels() {
  static const RuleKernels& chosen =
      for_this_cpu(kRules<BaselineSet, Floats16, Integers16>, kRules<Avx2Set, Floats32, Integers32>,
                   kRules<Avx512Set, Floats32, Integers32>);
  return chosen;
}

}  // namespace arcadecam::nn
