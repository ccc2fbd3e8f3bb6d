#include "explain/sum_kernels.h"

#include "core/instruction_sets.h"

namespace arcadecam::explain {
namespace {

ARCADECAM_BODY float size_of(float x) {
  return x < 0 ? -x : x;
}

ARCADECAM_BODY void add_with_size(const float* __restrict x, std::int64_t count,
                                  float* __restrict y, float* __restrict sizes) {
#pragma omp simd
  for (std::int64_t i = 0; i < count; ++i) {
    y[i] += x[i];
    sizes[i] += size_of(x[i]);
  }
}

/// By vectors: compilers make a branch per value of a size in double, and signs are hard to
/// foretell.
ARCADECAM_BODY Sums sums_of(const float* x, std::int64_t count) {
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

ARCADECAM_BODY float dot_of(const float* a, const float* b, std::int64_t count) {
  float sum = 0;
#pragma omp simd reduction(+ : sum)
  for (std::int64_t i = 0; i < count; ++i) sum += a[i] * b[i];
  return sum;
}

ARCADECAM_BODY void as_floats(const std::uint8_t* __restrict x, std::int64_t count,
                              float* __restrict y) {
#pragma omp simd
  for (std::int64_t i = 0; i < count; ++i) y[i] = static_cast<float>(x[i]);
}

template <typename Set>
constexpr SumKernels kSums{Set::template of<add_with_size>, Set::template of<sums_of>,
                           Set::template of<dot_of>, Set::template of<as_floats>};

}  // namespace

const SumKernels& sum_kernels() {
  static const SumKernels& chosen =
      for_this_cpu(kSums<BaselineSet>, kSums<Avx2Set>, kSums<Avx512Set>);
  return chosen;
}

}  // namespace arcadecam::explain
