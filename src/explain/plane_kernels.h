#pragma once

#include <cstdint>

namespace arcadecam::explain {

/// Sum, smallest and largest of some values.
struct Spread {
  double sum;
  float low, high;
};

/// Rows that lie on a grid, as do their factors.
struct GridSums {
  std::int64_t height, width;  ///< of the grid
  std::int64_t rows, factors;  ///< from one line of the grid to the next: rows, factors
  std::int64_t columns;        ///< of a row
  const float* begin;          ///< [columns]: what every sum begins with
};

/// Loops over one channel's plane of a layer whose speed matters, chosen once for the CPU the
/// program runs on (AVX-512, AVX2 or baseline).
struct PlaneKernels {
  /// y = max(x, 0); returns Σ y.
  float (*rectify)(const float* x, std::int64_t count, float* y);
  /// Σ x
  float (*sum)(const float* x, std::int64_t count);
  /// Grad-CAM++'s channel weight, see gradcam_plus_plus_weight().
  float (*gradcam_plus_plus)(const float* gradient, std::int64_t count, float activation_sum,
                             float epsilon);
  /// y += w·x
  void (*add)(const float* x, std::int64_t count, float weight, float* y);
  /// y += |w·x|; what is returned is of w·x (sum) and |w·x| (low, high).
  Spread (*add_magnitude)(const float* x, std::int64_t count, float weight, float* y);
  /// y += |a·b|; what is returned is of a·b (sum) and |a·b| (low, high).
  Spread (*add_product)(const float* a, const float* b, std::int64_t count, float* y);
  /// The spread of x.
  Spread (*spread)(const float* x, std::int64_t count);
  /// x ← (x − offset) / divisor
  void (*shift_and_divide)(float* x, std::int64_t count, float offset, float divisor);
  /// y[i] = (1 − f[i])·x[low[i]] + f[i]·x[high[i]]
  void (*interpolate)(const float* x, const std::int32_t* low, const std::int32_t* high,
                      const float* fraction, std::int64_t count, float* y);
  /// y[0…columns) += Σ factors[k]·rows[k][0…columns), one row after the other.
  void (*add_rows)(const float* rows, const float* factors, std::int64_t count,
                   std::int64_t columns, float* y);
  /// For each n < count: y[n·step + c] = begin[c] + Σ over the grid, line by line, of
  /// factors[n][offset + …]·rows[…][c].
  void (*sum_grids)(const GridSums& grid, const float* rows, const float* const* factors,
                    std::int64_t offset, std::int64_t count, float* y, std::int64_t step);
  /// y += a·low + b·high
  void (*add_two)(const float* low, const float* high, std::int64_t count, float a, float b,
                  float* y);
};

const PlaneKernels& plane_kernels();

}  // namespace arcadecam::explain
