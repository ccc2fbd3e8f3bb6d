#include "explain/sum_kernels.h"

#include "core/cpu_features.h"

namespace arcadecam::explain {
namespace {

// Each body is compiled once per instruction set below; it must be inlined to be compiled for it.
#define ARCADECAM_SUM_BODY [[gnu::always_inline]] inline

ARCADECAM_SUM_BODY float size_of(float x) {
  return x < 0 ? -x : x;
}

ARCADECAM_SUM_BODY void add_with_size(const float* __restrict x, std::int64_t count,
                                      float* __restrict y, float* __restrict sizes) {
#pragma omp simd
  for (std::int64_t i = 0; i < count; ++i) {
    y[i] += x[i];
    sizes[i] += size_of(x[i]);
  }
}

/// By vectors: compilers make a branch per value of a size in double, and signs are hard to
/// foretell.
ARCADECAM_SUM_BODY Sums sums_of(const float* x, std::int64_t count) {
  using Floats [[gnu::vector_size(16)]] = float;
  using Doubles [[gnu::vector_size(32)]] = double;
  using Bits [[gnu::vector_size(32)]] = std::int64_t;
  constexpr std::int64_t kLanes = 4;
  constexpr std::int64_t kNoSign = 0x7FFFFFFFFFFFFFFF;
  constexpr int kSums = 4;  // so many additions do not wait for each other
  Doubles values[kSums]{}, sizes[kSums]{};
  std::int64_t i = 0;
  for (; i + kSums * kLanes <= count; i += kSums * kLanes) {
#pragma GCC unroll 4
    for (int s = 0; s < kSums; ++s) {
      Floats part;
      __builtin_memcpy(&part, x + i + s * kLanes, sizeof part);
      const Doubles wide = __builtin_convertvector(part, Doubles);
      values[s] += wide;
      sizes[s] += reinterpret_cast<Doubles>(reinterpret_cast<Bits>(wide) & kNoSign);
    }
  }
  Sums result{0, 0};
  for (int s = 0; s < kSums; ++s) {
    for (int l = 0; l < kLanes; ++l) {
      result.values += values[s][l];
      result.sizes += sizes[s][l];
    }
  }
  for (; i < count; ++i) {
    result.values += static_cast<double>(x[i]);
    result.sizes += static_cast<double>(size_of(x[i]));
  }
  return result;
}

ARCADECAM_SUM_BODY float dot_of(const float* a, const float* b, std::int64_t count) {
  float sum = 0;
#pragma omp simd reduction(+ : sum)
  for (std::int64_t i = 0; i < count; ++i) sum += a[i] * b[i];
  return sum;
}

ARCADECAM_SUM_BODY void as_floats(const std::uint8_t* __restrict x, std::int64_t count,
                                  float* __restrict y) {
#pragma omp simd
  for (std::int64_t i = 0; i < count; ++i) y[i] = static_cast<float>(x[i]);
}

#define ARCADECAM_SUM_KERNELS(NAME, TARGET)                                                    \
  TARGET void add_to_sums_##NAME(const float* x, std::int64_t count, float* y, float* sizes) { \
    add_with_size(x, count, y, sizes);                                                         \
  }                                                                                            \
  TARGET Sums sums_of_##NAME(const float* x, std::int64_t count) {                             \
    return sums_of(x, count);                                                                  \
  }                                                                                            \
  TARGET float dot_##NAME(const float* a, const float* b, std::int64_t count) {                \
    return dot_of(a, b, count);                                                                \
  }                                                                                            \
  TARGET void as_floats_##NAME(const std::uint8_t* x, std::int64_t count, float* y) {          \
    as_floats(x, count, y);                                                                    \
  }                                                                                            \
  constexpr SumKernels kSums##NAME {                                                           \
    add_to_sums_##NAME, sums_of_##NAME, dot_##NAME, as_floats_##NAME                           \
  }

ARCADECAM_SUM_KERNELS(Baseline, );
#if defined(__x86_64__)
ARCADECAM_SUM_KERNELS(Avx2, [[gnu::target("avx2,fma")]]);
ARCADECAM_SUM_KERNELS(Avx512, [[gnu::target("avx512f,avx512bw,avx512vl,avx512dq,fma")]]);
#endif

const SumKernels& sums_for_this_cpu() {
#if defined(__x86_64__)
  const CpuLevel level = cpu_features().level;
  if (level >= CpuLevel::kAvx512) return kSumsAvx512;
  if (level >= CpuLevel::kAvx2) return kSumsAvx2;
#endif
  return kSumsBaseline;
}

}  // namespace

const SumKernels& sum_kernels() {
  static const SumKernels& chosen = sums_for_this_cpu();
  return chosen;
}

}  // namespace arcadecam::explain
