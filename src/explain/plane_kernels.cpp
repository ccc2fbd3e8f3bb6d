#include "explain/plane_kernels.h"

#include <limits>

#include "core/instruction_sets.h"

namespace arcadecam::explain {
namespace {

ARCADECAM_BODY float rectify_body(const float* __restrict x, std::int64_t count,
                                  float* __restrict y) {
  float sum = 0;
#pragma omp simd reduction(+ : sum)
  for (std::int64_t i = 0; i < count; ++i) {
    y[i] = x[i] > 0 ? x[i] : 0.0F;
    sum += y[i];
  }
  return sum;
}

ARCADECAM_BODY float sum_body(const float* x, std::int64_t count) {
  float sum = 0;
#pragma omp simd reduction(+ : sum)
  for (std::int64_t i = 0; i < count; ++i) sum += x[i];
  return sum;
}

ARCADECAM_BODY float gradcam_plus_plus_body(const float* gradient, std::int64_t count,
                                            float activation_sum, float epsilon) {
  // Where the gradient is not positive the term vanishes whatever α is: that of 0 is 0. In a loop
  // of its own the choice is no branch before the division, which compilers then do in vectors.
  constexpr std::int64_t kBlock = 128;
  float weight = 0, positive[kBlock];
  for (std::int64_t first = 0; first < count; first += kBlock) {
    const std::int64_t size = count - first < kBlock ? count - first : kBlock;
    for (std::int64_t i = 0; i < size; ++i)
      positive[i] = gradient[first + i] > 0 ? gradient[first + i] : 0.0F;
#pragma omp simd reduction(+ : weight)
    for (std::int64_t i = 0; i < size; ++i) {
      const float g = positive[i], square = g * g;
      weight += g * (square / (2 * square + activation_sum * square * g + epsilon));
    }
  }
  return weight;
}

ARCADECAM_BODY void add_body(const float* __restrict x, std::int64_t count, float weight,
                             float* __restrict y) {
  for (std::int64_t i = 0; i < count; ++i) y[i] += weight * x[i];
}

ARCADECAM_BODY float magnitude(float x) {
  return x < 0 ? -x : x;
}

/// Adds |value(i)| to y[i].
template <typename F>
ARCADECAM_BODY Spread add_magnitudes(std::int64_t count, float* __restrict y, const F& value) {
  double sum = 0;
  float low = std::numeric_limits<float>::max(), high = 0;
#pragma omp simd reduction(+ : sum) reduction(min : low) reduction(max : high)
  for (std::int64_t i = 0; i < count; ++i) {
    const float x = value(i), size = magnitude(x);
    sum += static_cast<double>(x);
    low = size < low ? size : low;
    high = size > high ? size : high;
    y[i] += size;
  }
  return {sum, low, high};
}

ARCADECAM_BODY Spread add_magnitude_body(const float* __restrict x, std::int64_t count,
                                         float weight, float* __restrict y) {
  return add_magnitudes(count, y, [=](std::int64_t i) { return weight * x[i]; });
}

ARCADECAM_BODY Spread add_product_body(const float* __restrict a, const float* __restrict b,
                                       std::int64_t count, float* __restrict y) {
  return add_magnitudes(count, y, [=](std::int64_t i) { return a[i] * b[i]; });
}

ARCADECAM_BODY Spread spread_body(const float* x, std::int64_t count) {
  double sum = 0;
  float low = std::numeric_limits<float>::max(), high = -low;
#pragma omp simd reduction(+ : sum) reduction(min : low) reduction(max : high)
  for (std::int64_t i = 0; i < count; ++i) {
    sum += static_cast<double>(x[i]);
    low = x[i] < low ? x[i] : low;
    high = x[i] > high ? x[i] : high;
  }
  return {sum, low, high};
}

ARCADECAM_BODY void shift_and_divide_body(float* x, std::int64_t count, float offset,
                                          float divisor) {
  for (std::int64_t i = 0; i < count; ++i) x[i] = (x[i] - offset) / divisor;
}

ARCADECAM_BODY void interpolate_body(const float* __restrict x, const std::int32_t* __restrict low,
                                     const std::int32_t* __restrict high,
                                     const float* __restrict fraction, std::int64_t count,
                                     float* __restrict y) {
  for (std::int64_t i = 0; i < count; ++i)
    y[i] = x[low[i]] * (1 - fraction[i]) + x[high[i]] * fraction[i];
}

ARCADECAM_BODY void add_rows_body(const float* __restrict rows, const float* __restrict factors,
                                  std::int64_t count, std::int64_t columns, float* __restrict y) {
  using Vector [[gnu::vector_size(32)]] = float;
  constexpr std::int64_t kLanes = 8;
  constexpr int kVectors = 4;  // sums that stay in registers for all rows
  std::int64_t first = 0;
  for (; first + kVectors * kLanes <= columns; first += kVectors * kLanes) {
    Vector sum[kVectors];
#pragma GCC unroll 4
    for (int v = 0; v < kVectors; ++v)
      __builtin_memcpy(&sum[v], y + first + v * kLanes, sizeof(Vector));
    for (std::int64_t k = 0; k < count; ++k) {
      const Vector factor = factors[k] - Vector{};
#pragma GCC unroll 4
      for (int v = 0; v < kVectors; ++v) {
        Vector row;
        __builtin_memcpy(&row, rows + k * columns + first + v * kLanes, sizeof row);
        sum[v] += factor * row;
      }
    }
#pragma GCC unroll 4
    for (int v = 0; v < kVectors; ++v)
      __builtin_memcpy(y + first + v * kLanes, &sum[v], sizeof(Vector));
  }
  for (std::int64_t k = 0; k < count && first < columns; ++k) {
    for (std::int64_t c = first; c < columns; ++c) y[c] += factors[k] * rows[k * columns + c];
  }
}

/// Two sums at a time, which share what is read of the rows.
ARCADECAM_BODY void sum_grids_body(const GridSums& grid, const float* rows,
                                   const float* const* factors, std::int64_t offset,
                                   std::int64_t count, float* y, std::int64_t step) {
  using Vector [[gnu::vector_size(32)]] = float;
  constexpr std::int64_t kLanes = 8;
  constexpr int kVectors = 4;
  std::int64_t first = 0;
  for (; first + kVectors * kLanes <= grid.columns; first += kVectors * kLanes) {
    for (std::int64_t n = 0; n < count; n += 2) {
      const std::int64_t other = n + 1 < count ? n + 1 : n;
      Vector a[kVectors], b[kVectors];
#pragma GCC unroll 4
      for (int v = 0; v < kVectors; ++v) {
        __builtin_memcpy(&a[v], grid.begin + first + v * kLanes, sizeof(Vector));
        b[v] = a[v];
      }
      for (std::int64_t i = 0; i < grid.height; ++i) {
        const float* of_a = factors[n] + offset + i * grid.factors;
        const float* of_b = factors[other] + offset + i * grid.factors;
        const float* row = rows + i * grid.rows * grid.columns + first;
        for (std::int64_t j = 0; j < grid.width; ++j, row += grid.columns) {
          const Vector factor_a = of_a[j] - Vector{}, factor_b = of_b[j] - Vector{};
#pragma GCC unroll 4
          for (int v = 0; v < kVectors; ++v) {
            Vector values;
            __builtin_memcpy(&values, row + v * kLanes, sizeof values);
            a[v] += factor_a * values;
            b[v] += factor_b * values;
          }
        }
      }
#pragma GCC unroll 4
      for (int v = 0; v < kVectors; ++v) {
        __builtin_memcpy(y + n * step + first + v * kLanes, &a[v], sizeof(Vector));
        __builtin_memcpy(y + other * step + first + v * kLanes, &b[v], sizeof(Vector));
      }
    }
  }
  for (std::int64_t n = 0; n < count; ++n) {
    for (std::int64_t c = first; c < grid.columns; ++c) {
      float sum = grid.begin[c];
      for (std::int64_t i = 0; i < grid.height; ++i) {
        for (std::int64_t j = 0; j < grid.width; ++j)
          sum += factors[n][offset + i * grid.factors + j] *
                 rows[(i * grid.rows + j) * grid.columns + c];
      }
      y[n * step + c] = sum;
    }
  }
}

ARCADECAM_BODY void add_two_body(const float* __restrict low, const float* __restrict high,
                                 std::int64_t count, float a, float b, float* __restrict y) {
  for (std::int64_t i = 0; i < count; ++i) y[i] += a * low[i] + b * high[i];
}

template <typename Set>
constexpr PlaneKernels kKernels{Set::template of<rectify_body>,
                                Set::template of<sum_body>,
                                Set::template of<gradcam_plus_plus_body>,
                                Set::template of<add_body>,
                                Set::template of<add_magnitude_body>,
                                Set::template of<add_product_body>,
                                Set::template of<spread_body>,
                                Set::template of<shift_and_divide_body>,
                                Set::template of<interpolate_body>,
                                Set::template of<add_rows_body>,
                                Set::template of<sum_grids_body>,
                                Set::template of<add_two_body>};

}  // namespace

const PlaneKernels& plane_kernels() {
  static const PlaneKernels& chosen =
      for_this_cpu(kKernels<BaselineSet>, kKernels<Avx2Set>, kKernels<Avx512Set>);
  return chosen;
}

}  // namespace arcadecam::explain
