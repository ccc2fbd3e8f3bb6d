#pragma once

#include <cstdint>

namespace arcadecam::nn {

/// What a convolution without padding sums up, on channels that lie in blocks of
/// WindowKernels::lanes, each block's plane pixel by pixel.
struct WindowSums {
  std::int64_t taps, blocks;         ///< places in a window; blocks of input channels
  const std::int64_t* offsets;       ///< of a tap from its window's first pixel, in elements
  std::int64_t in_plane, out_plane;  ///< elements from one block's plane to the next
  std::int64_t outputs;              ///< output channels
  const float* bias;                 ///< [outputs]
};

/// Sums over chosen windows of pictures, chosen once for the CPU the program runs on.
struct WindowKernels {
  std::int64_t lanes;  ///< channels in a block
  /// How many output channels lie side by side in the weights; 0: there is no kernel for so many.
  std::int64_t (*panel)(std::int64_t outputs);
  /// Writes all output channels of `count` windows. A window's sums run in one order, whatever the
  /// others are. Weights as [outputs / panel][tap][input][panel].
  void (*run)(const WindowSums& sums, const float* weights, const float* const* windows,
              float* const* results, std::int64_t count);
  /// A number from the `blocks` blocks of every pixel: the same for the same values, bit for bit.
  void (*hash)(const float* pixels, std::int64_t count, std::int64_t blocks, std::int64_t plane,
               std::uint32_t* hashes);
  /// The same as run() with inputs and weights in bfloat16, sums in single precision; weights as
  /// [outputs / panel][tap][input / 2][panel][2]. Null, as the next, where the CPU has no
  /// instructions for it.
  void (*run_bf16)(const WindowSums& sums, const std::uint16_t* weights,
                   const std::uint16_t* const* windows, float* const* results,
                   std::int64_t count) = nullptr;
  /// y[i] = x[i] rounded to bfloat16, ties to even. `count` is a multiple of `lanes`.
  void (*narrow)(const float* x, std::int64_t count, std::uint16_t* y) = nullptr;
};

/// Null where the CPU has neither AVX-512 nor AVX2.
const WindowKernels* window_kernels();

#if defined(__x86_64__)
// What stands in WindowKernels of a CPU with AVX-512 BF16.
void run_windows_bf16(const WindowSums& sums, const std::uint16_t* weights,
                      const std::uint16_t* const* windows, float* const* results,
                      std::int64_t count);
void narrow_to_bf16(const float* x, std::int64_t count, std::uint16_t* y);
#endif

}  // namespace arcadecam::nn
