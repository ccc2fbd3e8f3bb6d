#include "nn/kernels/window_kernels.h"

#if defined(__x86_64__)

#include <immintrin.h>

#define ARCADECAM_BF16 [[gnu::target("avx512f,avx512bw,avx512vl,avx512dq,avx512bf16,fma")]]

namespace arcadecam::nn {
namespace {

constexpr std::int64_t kLanes = 16;

/// See add_up() of window_kernels.cpp: two input channels at once.
template <int kWindows, int kVectors>
ARCADECAM_BF16 void add_up(const WindowSums& sums, const std::uint16_t* const* windows,
                           float* const* results, const std::uint16_t* weights,
                           std::int64_t first) {
  __m512 sum[kWindows][kVectors];
#pragma GCC unroll 16
  for (int v = 0; v < kVectors; ++v) {
    const __m512 bias = _mm512_loadu_ps(sums.bias + first + v * kLanes);
#pragma GCC unroll 16
    for (int w = 0; w < kWindows; ++w) sum[w][v] = bias;
  }
  for (std::int64_t tap = 0; tap < sums.taps; ++tap) {
    for (std::int64_t block = 0; block < sums.blocks; ++block) {
      const std::int64_t offset = sums.offsets[tap] + block * sums.in_plane;
      const std::uint16_t* from[kWindows];
#pragma GCC unroll 16
      for (int w = 0; w < kWindows; ++w) from[w] = windows[w] + offset;
      for (std::int64_t c = 0; c < kLanes; c += 2) {
        __m512bh weight[kVectors];
#pragma GCC unroll 16
        for (int v = 0; v < kVectors; ++v)
          __builtin_memcpy(&weight[v], weights + v * 2 * kLanes, sizeof(__m512bh));
        weights += kVectors * 2 * kLanes;
#pragma GCC unroll 16
        for (int w = 0; w < kWindows; ++w) {
          std::int32_t pair;
          __builtin_memcpy(&pair, from[w] + c, sizeof pair);
          const __m512i spread = _mm512_set1_epi32(pair);
          __m512bh values;
          __builtin_memcpy(&values, &spread, sizeof values);
#pragma GCC unroll 16
          for (int v = 0; v < kVectors; ++v)
            sum[w][v] = _mm512_dpbf16_ps(sum[w][v], values, weight[v]);
        }
      }
    }
  }
#pragma GCC unroll 16
  for (int w = 0; w < kWindows; ++w) {
#pragma GCC unroll 16
    for (int v = 0; v < kVectors; ++v)
      _mm512_storeu_ps(results[w] + (first / kLanes + v) * sums.out_plane, sum[w][v]);
  }
}

template <int kWindows, int kVectors>
ARCADECAM_BF16 void run(const WindowSums& sums, const std::uint16_t* all_weights,
                        const std::uint16_t* const* windows, float* const* results,
                        std::int64_t count) {
  for (std::int64_t done = 0; done < count; done += kWindows) {
    const std::uint16_t* from[kWindows];
    float* to[kWindows];
    for (int w = 0; w < kWindows; ++w) {  // the last is done again where fewer are left
      const std::int64_t at = done + w < count ? done + w : count - 1;
      from[w] = windows[at];
      to[w] = results[at];
    }
    const std::uint16_t* weights = all_weights;
    for (std::int64_t first = 0; first < sums.outputs; first += kVectors * kLanes) {
      add_up<kWindows, kVectors>(sums, from, to, weights, first);
      weights += sums.taps * sums.blocks * kLanes * kVectors * kLanes;
    }
  }
}

}  // namespace

void run_windows_bf16(const WindowSums& sums, const std::uint16_t* weights,
                      const std::uint16_t* const* windows, float* const* results,
                      std::int64_t count) {
  if (sums.outputs % 64 == 0) return run<6, 4>(sums, weights, windows, results, count);
  run<8, 2>(sums, weights, windows, results, count);
}

ARCADECAM_BF16 void narrow_to_bf16(const float* x, std::int64_t count, std::uint16_t* y) {
  for (std::int64_t i = 0; i < count; i += kLanes) {
    const __m256bh half = _mm512_cvtneps_pbh(_mm512_loadu_ps(x + i));
    __builtin_memcpy(y + i, &half, sizeof half);
  }
}

}  // namespace arcadecam::nn

#endif
