#include "nn/kernels/pixel_kernels.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

#include "core/instruction_sets.h"

namespace arcadecam::nn {
namespace {

/// What every panel of columns reads.
struct Work {
  const ActivePixels& from;
  const PixelTaps& taps;
  const PixelSum* sums;
  std::int64_t count;
};

/// kWindows sums of kVectors registers of columns at a time, over all channels that are not zero at
/// one of them: a zero more changes no sum, and neighbours mostly have the same channels. So many
/// taps follow one another that their weights stay in the first-level cache for all windows.
template <typename Vector, int kWindows, int kVectors>
ARCADECAM_BODY void add_panel(const Work& work, std::int64_t first, float* y) {
  constexpr std::int64_t kLanes = sizeof(Vector) / sizeof(float), kWord = 64;
  constexpr std::int64_t kBytes = 16384, kRow = kVectors * sizeof(Vector);
  const ActivePixels& from = work.from;
  const std::int64_t columns = work.taps.columns, matrix = from.channels * columns;
  const std::int64_t fitting = kBytes / (from.channels * kRow), run = fitting < 1 ? 1 : fitting;
  for (std::int64_t begin = 0; begin < work.taps.count; begin += run) {
    const std::int64_t end = begin + run < work.taps.count ? begin + run : work.taps.count;
    for (std::int64_t done = 0; done < work.count; done += kWindows) {
      const std::int32_t* places[kWindows];
      float* to[kWindows];
      Vector sum[kWindows][kVectors];
#pragma GCC unroll 8
      for (int w = 0; w < kWindows; ++w) {  // the last is done again where fewer are left
        const PixelSum& at = work.sums[done + w < work.count ? done + w : work.count - 1];
        places[w] = from.places + at.pixel;
        to[w] = y + at.to + first;
        const float* begins = begin == 0 && work.taps.begin ? work.taps.begin + first : to[w];
#pragma GCC unroll 8
        for (int v = 0; v < kVectors; ++v) load(begins + v * kLanes, sum[w][v]);
      }
      for (std::int64_t tap = begin; tap < end; ++tap) {
        const float* weights = work.taps.matrices + tap * matrix + first;
        const float* x[kWindows];
        const std::uint64_t* masks[kWindows];
#pragma GCC unroll 8
        for (int w = 0; w < kWindows; ++w) {
          const std::int64_t place = places[w][work.taps.shifts[tap]];
          x[w] = place < 0 ? from.zeros : from.x + place * from.channels;
          masks[w] = place < 0 ? from.no_mask : from.masks + place * from.words;
        }
        for (std::int64_t word = 0; word < from.words; ++word) {
          std::uint64_t mask = 0;
#pragma GCC unroll 8
          for (int w = 0; w < kWindows; ++w) mask |= masks[w][word];
          for (; mask != 0; mask &= mask - 1) {
            const std::int64_t channel = word * kWord + __builtin_ctzll(mask);
            const float* row = weights + channel * columns;
#pragma GCC unroll 8
            for (int v = 0; v < kVectors; ++v) {
              Vector weight;
              load(row + v * kLanes, weight);
#pragma GCC unroll 8
              for (int w = 0; w < kWindows; ++w) sum[w][v] += x[w][channel] * weight;
            }
          }
        }
      }
#pragma GCC unroll 8
      for (int w = 0; w < kWindows; ++w) {
#pragma GCC unroll 8
        for (int v = 0; v < kVectors; ++v) store(sum[w][v], to[w] + v * kLanes);
      }
    }
  }
}

/// The same for few windows at a time, each over its own channels: where neighbours have other
/// channels than each other, it saves more products than it costs to read weights for each window.
template <typename Vector, int kWindows, int kVectors>
ARCADECAM_BODY void add_listed_panel(const Work& work, std::int64_t first, float* y) {
  constexpr std::int64_t kLanes = sizeof(Vector) / sizeof(float);
  constexpr std::int64_t kBytes = 4096 * kVectors, kRow = kVectors * sizeof(Vector);
  const ActivePixels& from = work.from;
  const std::int64_t columns = work.taps.columns, matrix = from.channels * columns;
  const std::int64_t fitting = kBytes / (from.channels * kRow), run = fitting < 1 ? 1 : fitting;
  for (std::int64_t begin = 0; begin < work.taps.count; begin += run) {
    const std::int64_t end = begin + run < work.taps.count ? begin + run : work.taps.count;
    for (std::int64_t done = 0; done < work.count; done += kWindows) {
      const std::int32_t* places[kWindows];
      float* to[kWindows];
      Vector sum[kWindows][kVectors];
#pragma GCC unroll 2
      for (int w = 0; w < kWindows; ++w) {  // the last is done again where one is left
        const PixelSum& at = work.sums[done + w < work.count ? done + w : work.count - 1];
        places[w] = from.places + at.pixel;
        to[w] = y + at.to + first;
        const float* begins = begin == 0 && work.taps.begin ? work.taps.begin + first : to[w];
#pragma GCC unroll 8
        for (int v = 0; v < kVectors; ++v) load(begins + v * kLanes, sum[w][v]);
      }
      for (std::int64_t tap = begin; tap < end; ++tap) {
        const float* weights = work.taps.matrices + tap * matrix + first;
        const ActiveRow* lists[kWindows];
        std::int32_t count = 0;
#pragma GCC unroll 2
        for (int w = 0; w < kWindows; ++w) {
          const std::int64_t place = places[w][work.taps.shifts[tap]];
          lists[w] = place < 0 ? from.no_list : from.lists + place * from.channels;
          const std::int32_t own = place < 0 ? 0 : from.counts[place];
          count = own > count ? own : count;
        }
        for (std::int32_t i = 0; i < count; ++i) {
#pragma GCC unroll 2
          for (int w = 0; w < kWindows; ++w) {
            const float factor = lists[w][i].factor;
            const float* row = weights + lists[w][i].row * columns;
#pragma GCC unroll 8
            for (int v = 0; v < kVectors; ++v) {
              Vector weight;
              load(row + v * kLanes, weight);
              sum[w][v] += factor * weight;
            }
          }
        }
      }
#pragma GCC unroll 2
      for (int w = 0; w < kWindows; ++w) {
#pragma GCC unroll 8
        for (int v = 0; v < kVectors; ++v) store(sum[w][v], to[w] + v * kLanes);
      }
    }
  }
}

ARCADECAM_BODY void mask_body(const float* x, std::int64_t channels, std::uint64_t* words) {
  constexpr std::int64_t kWord = 64;
  for (std::int64_t first = 0; first < channels; first += kWord) {
    const std::int64_t count = channels - first < kWord ? channels - first : kWord;
    std::uint64_t word = 0;
    for (std::int64_t c = 0; c < count; ++c)
      word |= static_cast<std::uint64_t>(x[first + c] != 0 ? 1 : 0) << c;
    *words++ = word;
  }
}

template <typename Words>
ARCADECAM_BODY void hash_body(const void* pixels, std::int64_t count, std::int64_t bytes,
                              std::uint32_t* hashes) {
  const auto* from = static_cast<const char*>(pixels);
  constexpr std::int64_t kLanes = sizeof(Words) / sizeof(std::uint32_t);
  constexpr std::uint32_t kFactor = 0x9E3779B1U;
  Words factors{};
  std::uint32_t factor = 0x85EBCA77U;
  for (std::int64_t l = 0; l < kLanes; ++l, factor = factor * 0x2C1B3C6DU + 2) factors[l] = factor;
  for (std::int64_t i = 0; i < count; ++i) {
    Words mixed{};
    for (std::int64_t b = 0; b < bytes; b += sizeof(Words)) {
      Words part;
      __builtin_memcpy(&part, from + i * bytes + b, sizeof part);
      // The low bits of a float that was a byte are zero: those above must reach all others.
      mixed = (mixed ^ (part >> 13) ^ part) * kFactor;
    }
    mixed = (mixed ^ (mixed >> 15)) * factors;
    std::uint32_t sum = 0;
    for (std::int64_t l = 0; l < kLanes; ++l) sum += mixed[l];
    hashes[i] = sum ^ (sum >> 16);
  }
}

/// Eight rows of eight.
ARCADECAM_BODY void transpose_square(const float* x, std::int64_t x_step, bool accumulate, float* y,
                                     std::int64_t y_step) {
  Floats32 a[8], b[8];
#pragma GCC unroll 8
  for (int i = 0; i < 8; ++i) __builtin_memcpy(&a[i], x + i * x_step, sizeof a[i]);
#pragma GCC unroll 4
  for (int i = 0; i < 4; ++i) {  // pairs of rows, interleaved in halves of a register
    b[2 * i] = __builtin_shufflevector(a[2 * i], a[2 * i + 1], 0, 8, 1, 9, 4, 12, 5, 13);
    b[2 * i + 1] = __builtin_shufflevector(a[2 * i], a[2 * i + 1], 2, 10, 3, 11, 6, 14, 7, 15);
  }
#pragma GCC unroll 2
  for (int i = 0; i < 2; ++i) {
#pragma GCC unroll 2
    for (int j = 0; j < 2; ++j) {
      const Floats32 first = b[4 * i + j], second = b[4 * i + 2 + j];
      a[4 * i + 2 * j] = __builtin_shufflevector(first, second, 0, 1, 8, 9, 4, 5, 12, 13);
      a[4 * i + 2 * j + 1] = __builtin_shufflevector(first, second, 2, 3, 10, 11, 6, 7, 14, 15);
    }
  }
#pragma GCC unroll 4
  for (int i = 0; i < 4; ++i) {
    b[i] = __builtin_shufflevector(a[i], a[4 + i], 0, 1, 2, 3, 8, 9, 10, 11);
    b[4 + i] = __builtin_shufflevector(a[i], a[4 + i], 4, 5, 6, 7, 12, 13, 14, 15);
  }
#pragma GCC unroll 8
  for (int i = 0; i < 8; ++i) {
    if (accumulate) {
      Floats32 there;
      __builtin_memcpy(&there, y + i * y_step, sizeof there);
      b[i] += there;
    }
    __builtin_memcpy(y + i * y_step, &b[i], sizeof b[i]);
  }
}

ARCADECAM_BODY void transpose_body(const float* x, std::int64_t rows, std::int64_t columns,
                                   bool accumulate, float* y) {
  constexpr std::int64_t kSide = 8;
  const std::int64_t whole_rows = rows / kSide * kSide, whole_columns = columns / kSide * kSide;
  for (std::int64_t c = 0; c < whole_columns; c += kSide) {
    for (std::int64_t r = 0; r < whole_rows; r += kSide)
      transpose_square(x + r * columns + c, columns, accumulate, y + c * rows + r, rows);
  }
  const auto one = [=](std::int64_t r, std::int64_t c) {
    float& to = y[c * rows + r];
    const float value = x[r * columns + c];
    to = accumulate ? to + value : value;
  };
  for (std::int64_t c = 0; c < columns; ++c) {
    for (std::int64_t r = c < whole_columns ? whole_rows : 0; r < rows; ++r) one(r, c);
  }
}

/// All columns, in panels that leave their sums in registers; by lists where `kLists`.
template <bool kLists, typename Wide, int kWindows, int kVectors, int kHalfWindows, typename Narrow>
ARCADECAM_BODY void add_body(const ActivePixels& from, const PixelTaps& taps, const PixelSum* sums,
                             std::int64_t count, float* y) {
  const Work work{from, taps, sums, count};
  constexpr std::int64_t kWhole = kVectors * sizeof(Wide) / sizeof(float), kHalf = kWhole / 2;
  constexpr std::int64_t kLeast = 8, kNarrow = sizeof(Narrow) / sizeof(float);
  std::int64_t first = 0;
  if constexpr (kLists) {
    if (work.from.lists != nullptr) {
      // One window where it has twice as many columns: its factors are read once, and no window of
      // a pair waits for the other.
      for (; first + 2 * kWhole <= work.taps.columns; first += 2 * kWhole)
        add_listed_panel<Wide, 1, 2 * kVectors>(work, first, y);
      for (; first + kWhole <= work.taps.columns; first += kWhole)
        add_listed_panel<Wide, 2, kVectors>(work, first, y);
    }
  }
  for (; first + kWhole <= work.taps.columns; first += kWhole)
    add_panel<Wide, kWindows, kVectors>(work, first, y);
  for (; first + kHalf <= work.taps.columns; first += kHalf)
    add_panel<Wide, kHalfWindows, kVectors / 2>(work, first, y);
  for (; first < work.taps.columns; first += kLeast)
    add_panel<Narrow, 4, kLeast / kNarrow>(work, first, y);
}

constexpr PixelKernels kBaseline{BaselineSet::of<add_body<false, Floats16, 3, 4, 6, Floats16>>,
                                 false, BaselineSet::of<mask_body>,
                                 BaselineSet::of<hash_body<Words16>>,
                                 BaselineSet::of<transpose_body>};

#if defined(__x86_64__)
[[gnu::target("avx2,fma")]] void mask_of_eights(const float* x, std::int64_t channels,
                                                std::uint64_t* words) {
  constexpr std::int64_t kWord = 64, kLanes = 8;
  for (std::int64_t first = 0; first < channels; first += kWord) {
    std::uint64_t word = 0;
    for (std::int64_t c = 0; c < kWord && first + c < channels; c += kLanes) {
      const __m256 active =
          _mm256_cmp_ps(_mm256_loadu_ps(x + first + c), _mm256_setzero_ps(), _CMP_NEQ_UQ);
      word |= static_cast<std::uint64_t>(static_cast<unsigned>(_mm256_movemask_ps(active))) << c;
    }
    *words++ = word;
  }
}

constexpr PixelKernels kAvx2{Avx2Set::of<add_body<true, Floats32, 3, 4, 6, Floats32>>, true,
                             mask_of_eights, Avx2Set::of<hash_body<Words32>>,
                             Avx2Set::of<transpose_body>};
constexpr PixelKernels kAvx512{Avx512Set::of<add_body<false, Floats64, 4, 4, 6, Floats32>>, false,
                               mask_of_eights, Avx512Set::of<hash_body<Words32>>,
                               Avx512Set::of<transpose_body>};
#else
constexpr const PixelKernels& kAvx2 = kBaseline;
constexpr const PixelKernels& kAvx512 = kBaseline;
#endif

}  // namespace

const PixelKernels& pixel_kernels() {
  static const PixelKernels& chosen = for_this_cpu(kBaseline, kAvx2, kAvx512);
  return chosen;
}

}  // namespace arcadecam::nn
