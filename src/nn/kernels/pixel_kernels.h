#pragma once

#include <cstdint>

#include "nn/kernels/kernels.h"

namespace arcadecam::nn {

/// Pictures whose pixels have their channels side by side, and which of these are not zero: all
/// that products need to look at.
struct ActivePixels {
  const float* x;              ///< [place][channels]
  const std::uint64_t* masks;  ///< [place][words]: bit c % 64 of word c / 64 is x[place][c] != 0
  /// Where a pixel lies in `x` and `masks`: pixels that are alike may share their place. −1: it is
  /// outside the picture, all zeros.
  const std::int32_t* places;
  std::int64_t channels, words;
  const float* zeros;            ///< as many as there are channels
  const std::uint64_t* no_mask;  ///< as many zeros as there are words
  /// The channels of a place that are not zero, in order, with their values; zeros up to `channels`
  /// follow. [place][channels]; null: masks alone tell them.
  const ActiveRow* lists = nullptr;
  const std::int32_t* counts = nullptr;  ///< how many they are at each place
  const ActiveRow* no_list = nullptr;    ///< `channels` zeros
};

/// Where the weights of a convolution meet a picture: `matrices` is [tap][channels][columns], and
/// tap t of a window is the pixel `shifts[t]` after the window's own.
struct PixelTaps {
  const std::int32_t* shifts;
  std::int64_t count;
  const float* matrices;
  std::int64_t columns;          ///< a multiple of 8
  const float* begin = nullptr;  ///< [columns]: what every sum begins with; null: what is there
};

/// A window's own pixel, and where in the results its sums are.
struct PixelSum {
  std::int32_t pixel;
  std::int64_t to;
};

/// Loops over such pictures, chosen once for the CPU the program runs on.
struct PixelKernels {
  /// For every window: y[to … + columns) = what it begins with + Σ over taps and over the channels
  /// there that are not zero, in order, of x[channel] · matrices[tap][channel][0…columns). No two
  /// go to one place.
  void (*add)(const ActivePixels& from, const PixelTaps& taps, const PixelSum* sums,
              std::int64_t count, float* y);
  /// Whether add() reads lists where it is given them. The sums are the same bits.
  bool reads_lists;
  /// Which of the `channels` values of a pixel, a multiple of 8, are not zero.
  void (*mask)(const float* x, std::int64_t channels, std::uint64_t* words);
  /// A number from the `bytes` bytes of every pixel, a multiple of kHashed: the same for the same
  /// bytes.
  static constexpr std::int64_t kHashed = 32;
  void (*hash)(const void* pixels, std::int64_t count, std::int64_t bytes, std::uint32_t* hashes);
  /// y[column][row] (+)= x[row][column].
  void (*transpose)(const float* x, std::int64_t rows, std::int64_t columns, bool accumulate,
                    float* y);
};

const PixelKernels& pixel_kernels();

}  // namespace arcadecam::nn
