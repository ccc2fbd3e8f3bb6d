#pragma once

#include <cstdint>

namespace arcadecam::nn {

/// What a convolution without padding sums up, on channels that lie in blocks of
/// WindowKernels::lanes, each block's plane pixel by pixel.
struct WindowSums {
  std::int64_t taps, blocks;         ///< places in a window; blocks of input channels
  const std::int64_t* offsets;       ///< of a tap from its window's first pixel, in floats
  std::int64_t in_plane, out_plane;  ///< floats from one block's plane to the next
  std::int64_t outputs;              ///< output channels
  const float* weights;  ///< panels of `panel(outputs)` outputs: [panel][tap][input][output]
  const float* bias;     ///< [outputs]
};

/// Sums over chosen windows of pictures, chosen once for the CPU the program runs on.
struct WindowKernels {
  std::int64_t lanes;  ///< channels in a block
  /// How many output channels lie side by side in the weights; 0: there is no kernel for so many.
  std::int64_t (*panel)(std::int64_t outputs);
  /// Writes all output channels of `count` windows. A window's sums run in one order, whatever the
  /// others are.
  void (*run)(const WindowSums& sums, const float* const* windows, float* const* results,
              std::int64_t count);
  /// A number from the `blocks` blocks of every pixel: the same for the same values, bit for bit.
  void (*hash)(const float* pixels, std::int64_t count, std::int64_t blocks, std::int64_t plane,
               std::uint32_t* hashes);
};

/// Null where the CPU has neither AVX-512 nor AVX2.
const WindowKernels* window_kernels();

}  // namespace arcadecam::nn
