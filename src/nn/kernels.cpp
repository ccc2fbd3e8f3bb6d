#include "nn/kernels.h"

#include <algorithm>

namespace arcadecam::nn {
namespace {

// Each body is compiled once per instruction set below; it must be inlined to be compiled for it.
[[gnu::always_inline]] inline void add_weighted_rows_body(const float* __restrict matrix,
                                                          std::int64_t rows, std::int64_t columns,
                                                          const float* __restrict x,
                                                          float* __restrict y) {
  // Four live rows at a time: y is loaded and stored once for four rows of the matrix.
  const float* live[4];
  float factor[4];
  int count = 0;
  const auto flush = [&] {
    for (; count < 4; ++count) {
      live[count] = matrix;
      factor[count] = 0;
    }
    for (std::int64_t c = 0; c < columns; ++c) {
      y[c] += factor[0] * live[0][c] + factor[1] * live[1][c] + factor[2] * live[2][c] +
              factor[3] * live[3][c];
    }
    count = 0;
  };
  for (std::int64_t r = 0; r < rows; ++r) {
    if (x[r] == 0) continue;
    live[count] = matrix + r * columns;
    factor[count] = x[r];
    if (++count == 4) flush();
  }
  if (count > 0) flush();
}

[[gnu::always_inline]] inline void relu_body(const float* __restrict x, std::int64_t count,
                                             float* __restrict y) {
  for (std::int64_t i = 0; i < count; ++i) y[i] = x[i] > 0 ? x[i] : 0.0F;
}

[[gnu::always_inline]] inline void relu_gradient_body(const float* __restrict x,
                                                      const float* __restrict gy,
                                                      std::int64_t count, bool accumulate,
                                                      float* __restrict gx) {
  if (accumulate) {
    for (std::int64_t i = 0; i < count; ++i) gx[i] += x[i] > 0 ? gy[i] : 0.0F;
  } else {
    for (std::int64_t i = 0; i < count; ++i) gx[i] = x[i] > 0 ? gy[i] : 0.0F;
  }
}

[[gnu::always_inline]] inline void scale_bytes_body(const std::uint8_t* __restrict x,
                                                    std::int64_t count, float factor,
                                                    float* __restrict y) {
  for (std::int64_t i = 0; i < count; ++i) y[i] = static_cast<float>(x[i]) * factor;
}

void add_weighted_rows_baseline(const float* m, std::int64_t rows, std::int64_t columns,
                                const float* x, float* y) {
  add_weighted_rows_body(m, rows, columns, x, y);
}
void relu_baseline(const float* x, std::int64_t n, float* y) {
  relu_body(x, n, y);
}
void relu_gradient_baseline(const float* x, const float* gy, std::int64_t n, bool accumulate,
                            float* gx) {
  relu_gradient_body(x, gy, n, accumulate, gx);
}
void scale_bytes_baseline(const std::uint8_t* x, std::int64_t n, float factor, float* y) {
  scale_bytes_body(x, n, factor, y);
}
constexpr Kernels kBaseline{add_weighted_rows_baseline, relu_baseline, relu_gradient_baseline,
                            scale_bytes_baseline};

#if defined(__x86_64__)
[[gnu::target("avx2,fma")]] void add_weighted_rows_avx2(const float* m, std::int64_t rows,
                                                        std::int64_t columns, const float* x,
                                                        float* y) {
  add_weighted_rows_body(m, rows, columns, x, y);
}
[[gnu::target("avx2,fma")]] void relu_avx2(const float* x, std::int64_t n, float* y) {
  relu_body(x, n, y);
}
[[gnu::target("avx2,fma")]] void relu_gradient_avx2(const float* x, const float* gy, std::int64_t n,
                                                    bool accumulate, float* gx) {
  relu_gradient_body(x, gy, n, accumulate, gx);
}
[[gnu::target("avx2,fma")]] void scale_bytes_avx2(const std::uint8_t* x, std::int64_t n,
                                                  float factor, float* y) {
  scale_bytes_body(x, n, factor, y);
}
constexpr Kernels kAvx2{add_weighted_rows_avx2, relu_avx2, relu_gradient_avx2, scale_bytes_avx2};

[[gnu::target("avx512f,avx512bw,avx512vl,avx512dq,fma")]] void add_weighted_rows_avx512(
    const float* m, std::int64_t rows, std::int64_t columns, const float* x, float* y) {
  add_weighted_rows_body(m, rows, columns, x, y);
}
[[gnu::target("avx512f,avx512bw,avx512vl,avx512dq,fma")]] void relu_avx512(const float* x,
                                                                           std::int64_t n,
                                                                           float* y) {
  relu_body(x, n, y);
}
[[gnu::target("avx512f,avx512bw,avx512vl,avx512dq,fma")]] void relu_gradient_avx512(
    const float* x, const float* gy, std::int64_t n, bool accumulate, float* gx) {
  relu_gradient_body(x, gy, n, accumulate, gx);
}
[[gnu::target("avx512f,avx512bw,avx512vl,avx512dq,fma")]] void scale_bytes_avx512(
    const std::uint8_t* x, std::int64_t n, float factor, float* y) {
  scale_bytes_body(x, n, factor, y);
}
constexpr Kernels kAvx512{add_weighted_rows_avx512, relu_avx512, relu_gradient_avx512,
                          scale_bytes_avx512};

#endif

const Kernels& choose() {
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (__builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") &&
      __builtin_cpu_supports("avx512dq")) {
    return kAvx512;
  }
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return kAvx2;
#endif
  return kBaseline;
}

}  // namespace

const Kernels& kernels() {
  static const Kernels& chosen = choose();
  return chosen;
}

}  // namespace arcadecam::nn
