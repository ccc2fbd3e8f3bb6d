#pragma once

#include <cstdint>

namespace arcadecam::nn {

/// Columns of a matrix that are multiplied together for many samples.
inline constexpr std::int64_t kStrip = 128;

/// A row of a matrix that takes part in a product, and its factor.
struct ActiveRow {
  std::int32_t row;
  float factor;
};

/// Loops whose speed matters, chosen once for the CPU the program runs on (AVX-512, AVX2 or
/// baseline).
struct Kernels {
  /// Lists the x that are not zero, in order; returns how many. `active` has room for `count`.
  std::int64_t (*list_active)(const float* x, std::int64_t count, ActiveRow* active) = nullptr;
  /// y[0…kStrip) += Σ over the listed rows, one after the other, of factor · strip[row][0…kStrip).
  void (*add_strip_rows)(const float* strip, const ActiveRow* active, std::int64_t count,
                         float* y) = nullptr;
  /// y[0…columns) += Σ over the listed rows, one after the other, of factor ·
  /// matrix[row][0…columns).
  void (*add_rows)(const float* matrix, std::int64_t columns, const ActiveRow* active,
                   std::int64_t count, float* y) = nullptr;
  /// The same with IEEE half-precision elements; null where the CPU cannot read them.
  void (*add_half_rows)(const std::uint16_t* matrix, std::int64_t columns, const ActiveRow* active,
                        std::int64_t count, float* y) = nullptr;
  /// y[i] = x[i] in half precision; false when some x[i] is not exactly one. Null as above.
  bool (*halve)(const float* x, std::int64_t count, std::uint16_t* y) = nullptr;
  /// y[0…kStrip) = x[0…kStrip), from half precision. Null as above.
  void (*widen_strip_row)(const std::uint16_t* x, float* y) = nullptr;
  /// y[i] = max(x[i], 0)
  void (*relu)(const float* x, std::int64_t count, float* y) = nullptr;
  /// The same; bit i % 8 of byte i / 8 says whether x[i] > 0.
  void (*relu_and_signs)(const float* x, std::int64_t count, float* y,
                         std::uint8_t* signs) = nullptr;
  /// gx[i] (+)= bit i of `signs` ? gy[i] : 0
  void (*relu_gradient_of_signs)(const std::uint8_t* signs, const float* gy, std::int64_t count,
                                 bool accumulate, float* gx) = nullptr;
  /// gx[i] (+)= x[i] > 0 ? gy[i] : 0
  void (*relu_gradient)(const float* x, const float* gy, std::int64_t count, bool accumulate,
                        float* gx) = nullptr;
  /// y[i] = x[i] · factor
  void (*scale_bytes)(const std::uint8_t* x, std::int64_t count, float factor, float* y) = nullptr;
  /// y[i] (+)= x[i] · factor
  void (*scale)(const float* x, std::int64_t count, float factor, bool accumulate,
                float* y) = nullptr;
  /// A byte image of (4·height)×(4·width) as height×width×16 floats: the 16 pixels of every 4×4
  /// square side by side, times `factor`.
  void (*squares_of_bytes)(const std::uint8_t* image, std::int64_t height, std::int64_t width,
                           float factor, float* squares) = nullptr;
  /// The same of floats.
  void (*squares_of_floats)(const float* image, std::int64_t height, std::int64_t width,
                            float factor, float* squares) = nullptr;
  /// The way back: image[pixel] (+)= squares[its place].
  void (*image_of_squares)(const float* squares, std::int64_t height, std::int64_t width,
                           bool accumulate, float* image) = nullptr;
};

const Kernels& kernels();

}  // namespace arcadecam::nn
