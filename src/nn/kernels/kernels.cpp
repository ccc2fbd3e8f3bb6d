#include "nn/kernels/kernels.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

#include "core/instruction_sets.h"

namespace arcadecam::nn {
namespace {

constexpr std::int64_t kSide = 4, kSquare = kSide * kSide;

std::int64_t list_active_baseline(const float* x, std::int64_t count, ActiveRow* active) {
  // Without a branch: which units are active is not predictable.
  std::int64_t found = 0;
  for (std::int64_t i = 0; i < count; ++i) {
    active[found] = {static_cast<std::int32_t>(i), x[i]};
    found += x[i] != 0 ? 1 : 0;
  }
  return found;
}

ARCADECAM_BODY void relu_body(const float* __restrict x, std::int64_t count, float* __restrict y) {
  for (std::int64_t i = 0; i < count; ++i) y[i] = x[i] > 0 ? x[i] : 0.0F;
}

ARCADECAM_BODY void relu_gradient_body(const float* __restrict x, const float* __restrict gy,
                                       std::int64_t count, bool accumulate, float* __restrict gx) {
  if (accumulate) {
    for (std::int64_t i = 0; i < count; ++i) gx[i] += x[i] > 0 ? gy[i] : 0.0F;
  } else {
    for (std::int64_t i = 0; i < count; ++i) gx[i] = x[i] > 0 ? gy[i] : 0.0F;
  }
}

void relu_and_signs_baseline(const float* x, std::int64_t count, float* y, std::uint8_t* signs) {
  constexpr std::int64_t kByte = 8;
  for (std::int64_t first = 0; first < count; first += kByte) {
    unsigned byte = 0;
    for (std::int64_t i = first; i < count && i < first + kByte; ++i) {
      byte |= (x[i] > 0 ? 1U : 0U) << (i - first);
      y[i] = x[i] > 0 ? x[i] : 0.0F;
    }
    *signs++ = static_cast<std::uint8_t>(byte);
  }
}

void relu_gradient_of_signs_baseline(const std::uint8_t* signs, const float* gy, std::int64_t count,
                                     bool accumulate, float* gx) {
  constexpr std::int64_t kByte = 8;
  for (std::int64_t i = 0; i < count; ++i) {
    const float value = (signs[i / kByte] >> (i % kByte) & 1) != 0 ? gy[i] : 0.0F;
    gx[i] = accumulate ? gx[i] + value : value;
  }
}

ARCADECAM_BODY void scale_bytes_body(const std::uint8_t* __restrict x, std::int64_t count,
                                     float factor, float* __restrict y) {
  for (std::int64_t i = 0; i < count; ++i) y[i] = static_cast<float>(x[i]) * factor;
}

ARCADECAM_BODY void scale_body(const float* __restrict x, std::int64_t count, float factor,
                               bool accumulate, float* __restrict y) {
  if (accumulate) {
    for (std::int64_t i = 0; i < count; ++i) y[i] += x[i] * factor;
  } else {
    for (std::int64_t i = 0; i < count; ++i) y[i] = x[i] * factor;
  }
}

ARCADECAM_BODY void squares_of_bytes_body(const std::uint8_t* __restrict image, std::int64_t height,
                                          std::int64_t width, float factor,
                                          float* __restrict squares) {
  for (std::int64_t y = 0; y < height; ++y) {
    const std::uint8_t* rows = image + y * kSide * width * kSide;
    for (std::int64_t x = 0; x < width; ++x) {
      for (std::int64_t dy = 0; dy < kSide; ++dy) {
        // Four bytes as one word, shifted apart: compilers widen bytes one by one.
        std::uint32_t word;
        __builtin_memcpy(&word, rows + (dy * width + x) * kSide, kSide);
        const Words16 apart = (Words16{word, word, word, word} >> Words16{0, 8, 16, 24}) & 255U;
        Integers16 pixels;
        __builtin_memcpy(&pixels, &apart, sizeof pixels);
        const Floats16 values = __builtin_convertvector(pixels, Floats16) * factor;
        __builtin_memcpy(squares + (y * width + x) * kSquare + dy * kSide, &values, sizeof values);
      }
    }
  }
}

ARCADECAM_BODY void squares_of_floats_body(const float* __restrict image, std::int64_t height,
                                           std::int64_t width, float factor,
                                           float* __restrict squares) {
  for (std::int64_t y = 0; y < height; ++y) {
    const float* rows = image + y * kSide * width * kSide;
    for (std::int64_t x = 0; x < width; ++x) {
      for (std::int64_t dy = 0; dy < kSide; ++dy) {
        Floats16 values;
        __builtin_memcpy(&values, rows + (dy * width + x) * kSide, sizeof values);
        values *= factor;
        __builtin_memcpy(squares + (y * width + x) * kSquare + dy * kSide, &values, sizeof values);
      }
    }
  }
}

ARCADECAM_BODY void image_of_squares_body(const float* __restrict squares, std::int64_t height,
                                          std::int64_t width, bool accumulate,
                                          float* __restrict image) {
  for (std::int64_t y = 0; y < height; ++y) {
    for (std::int64_t dy = 0; dy < kSide; ++dy) {
      float* row = image + (y * kSide + dy) * width * kSide;
      const float* part = squares + y * width * kSquare + dy * kSide;
      for (std::int64_t x = 0; x < width; ++x) {
        for (std::int64_t dx = 0; dx < kSide; ++dx) {
          const float value = part[x * kSquare + dx];
          row[x * kSide + dx] = accumulate ? row[x * kSide + dx] + value : value;
        }
      }
    }
  }
}

// Products of a layer's weights, in which a sample's sums must be the same bits whichever of them a
// batch takes: each adds row after row, with one rounding a term where the CPU can, with two
// elsewhere.
void add_strip_rows_baseline(const float* strip, const ActiveRow* active, std::int64_t count,
                             float* y) {
  for (; count > 0; --count, ++active) {
    const float* row = strip + active->row * kStrip;
    for (std::int64_t c = 0; c < kStrip; ++c) y[c] += active->factor * row[c];
  }
}

void add_rows_baseline(const float* matrix, std::int64_t columns, const ActiveRow* active,
                       std::int64_t count, float* y) {
  for (; count > 0; --count, ++active) {
    const float* row = matrix + active->row * columns;
    for (std::int64_t c = 0; c < columns; ++c) y[c] += active->factor * row[c];
  }
}

template <typename Vector>
ARCADECAM_BODY void add_strip_rows_body(const float* strip, const ActiveRow* active,
                                        std::int64_t count, float* y) {
  constexpr int kVectors = 8;  // sums that stay in registers for all rows
  constexpr std::int64_t kLanes = sizeof(Vector) / sizeof(float);
  for (std::int64_t first = 0; first < kStrip; first += kVectors * kLanes) {
    Vector sum[kVectors];
#pragma GCC unroll 8
    for (int v = 0; v < kVectors; ++v) load(y + first + v * kLanes, sum[v]);
    for (std::int64_t i = 0; i < count; ++i) {
      const float* row = strip + active[i].row * kStrip + first;
      const float factor = active[i].factor;
#pragma GCC unroll 8
      for (int v = 0; v < kVectors; ++v) {
        Vector part;
        load(row + v * kLanes, part);
        sum[v] += factor * part;
      }
    }
#pragma GCC unroll 8
    for (int v = 0; v < kVectors; ++v) store(sum[v], y + first + v * kLanes);
  }
}

template <typename Vector>
ARCADECAM_BODY void add_rows_body(const float* matrix, std::int64_t columns,
                                  const ActiveRow* active, std::int64_t count, float* y) {
  constexpr std::int64_t kLanes = sizeof(Vector) / sizeof(float);
  const auto tail = columns / kLanes * kLanes;
  // Four rows at a time: y is loaded and stored once for four.
  for (std::int64_t i = 0; i < count; i += 4) {
    const std::int64_t rows = count - i < 4 ? count - i : 4;
    for (std::int64_t c = 0; c < tail; c += kLanes) {
      Vector sum, part;
      load(y + c, sum);
      for (std::int64_t r = 0; r < rows; ++r) {
        load(matrix + active[i + r].row * columns + c, part);
        sum += active[i + r].factor * part;
      }
      store(sum, y + c);
    }
    for (std::int64_t r = 0; r < rows; ++r) {
      const float* row = matrix + active[i + r].row * columns;
      for (std::int64_t c = tail; c < columns; ++c)
        y[c] = __builtin_fmaf(active[i + r].factor, row[c], y[c]);
    }
  }
}

/// A set's loops, but for those written for it.
template <typename Set>
constexpr Kernels with_loops_of(Kernels kernels) {
  kernels.relu = Set::template of<relu_body>;
  kernels.relu_gradient = Set::template of<relu_gradient_body>;
  kernels.scale_bytes = Set::template of<scale_bytes_body>;
  kernels.scale = Set::template of<scale_body>;
  kernels.squares_of_bytes = Set::template of<squares_of_bytes_body>;
  kernels.squares_of_floats = Set::template of<squares_of_floats_body>;
  kernels.image_of_squares = Set::template of<image_of_squares_body>;
  return kernels;
}

constexpr Kernels kBaseline =
    with_loops_of<BaselineSet>({.list_active = list_active_baseline,
                                .add_strip_rows = add_strip_rows_baseline,
                                .add_rows = add_rows_baseline,
                                .relu_and_signs = relu_and_signs_baseline,
                                .relu_gradient_of_signs = relu_gradient_of_signs_baseline});

#if defined(__x86_64__)
[[gnu::target("f16c")]] bool halve(const float* x, std::int64_t count, std::uint16_t* y) {
  for (std::int64_t i = 0; i < count; ++i) {
    const __m128i half = _mm_cvtps_ph(_mm_set_ss(x[i]), _MM_FROUND_TO_NEAREST_INT);
    y[i] = static_cast<std::uint16_t>(_mm_cvtsi128_si32(half));
    if (_cvtsh_ss(y[i]) != x[i]) return false;
  }
  return true;
}

/// 64 at a time: first which of them are not zero, then these alone.
[[gnu::target("avx2,fma")]] std::int64_t list_active_256(const float* x, std::int64_t count,
                                                         ActiveRow* active) {
  constexpr std::int64_t kLanes = 8, kWord = 64;
  std::int64_t found = 0, first = 0;
  for (; first + kWord <= count; first += kWord) {
    std::uint64_t word = 0;
    for (std::int64_t c = 0; c < kWord; c += kLanes) {
      const __m256 active_lanes =
          _mm256_cmp_ps(_mm256_loadu_ps(x + first + c), _mm256_setzero_ps(), _CMP_NEQ_UQ);
      word |= static_cast<std::uint64_t>(static_cast<unsigned>(_mm256_movemask_ps(active_lanes)))
              << c;
    }
    for (; word != 0; word &= word - 1) {
      const std::int64_t at = first + __builtin_ctzll(word);
      active[found++] = {static_cast<std::int32_t>(at), x[at]};
    }
  }
  for (; first < count; ++first) {
    if (x[first] != 0) active[found++] = {static_cast<std::int32_t>(first), x[first]};
  }
  return found;
}

[[gnu::target("avx2,f16c")]] void widen_strip_row(const std::uint16_t* x, float* y) {
  constexpr std::int64_t kLanes = 8;
  for (std::int64_t i = 0; i < kStrip; i += kLanes) {
    __m128i half;
    __builtin_memcpy(&half, x + i, sizeof half);
    _mm256_storeu_ps(y + i, _mm256_cvtph_ps(half));
  }
}

[[gnu::target("avx2,fma")]] void relu_and_signs_256(const float* x, std::int64_t count, float* y,
                                                    std::uint8_t* signs) {
  constexpr std::int64_t kLanes = 8;
  const __m256 zero = _mm256_setzero_ps();
  std::int64_t i = 0;
  for (; i + kLanes <= count; i += kLanes) {
    const __m256 value = _mm256_loadu_ps(x + i), positive = _mm256_cmp_ps(value, zero, _CMP_GT_OQ);
    _mm256_storeu_ps(y + i, _mm256_and_ps(value, positive));
    *signs++ = static_cast<std::uint8_t>(_mm256_movemask_ps(positive));
  }
  relu_and_signs_baseline(x + i, count - i, y + i, signs);
}

[[gnu::target("avx2,fma")]] void relu_gradient_of_signs_256(const std::uint8_t* signs,
                                                            const float* gy, std::int64_t count,
                                                            bool accumulate, float* gx) {
  constexpr std::int64_t kLanes = 8;
  const __m256i bits = _mm256_setr_epi32(1, 2, 4, 8, 16, 32, 64, 128);
  std::int64_t i = 0;
  for (; i + kLanes <= count; i += kLanes) {
    const __m256i byte = _mm256_set1_epi32(*signs++);
    const __m256i positive = _mm256_cmpeq_epi32(_mm256_and_si256(byte, bits), bits);
    __m256 value = _mm256_and_ps(_mm256_loadu_ps(gy + i), _mm256_castsi256_ps(positive));
    if (accumulate) value = _mm256_add_ps(_mm256_loadu_ps(gx + i), value);
    _mm256_storeu_ps(gx + i, value);
  }
  relu_gradient_of_signs_baseline(signs, gy + i, count - i, accumulate, gx + i);
}

// A macro and no template: intrinsics can only be inlined where the target allows them.
#define ARCADECAM_HALF_ROWS(NAME, TARGET, REGISTER, HALVES, SPREAD, LOAD, STORE, ADD, WIDEN)   \
  TARGET void NAME(const std::uint16_t* matrix, std::int64_t columns, const ActiveRow* active, \
                   std::int64_t count, float* y) {                                             \
    constexpr std::int64_t kLanes = sizeof(REGISTER) / sizeof(float);                          \
    constexpr std::int64_t kLine = 32; /* of a cache: each is asked for once, ahead */         \
    constexpr int kVectors = kLine / kLanes;                                                   \
    for (std::int64_t i = 0; i < count; i += 4) {                                              \
      const std::int64_t rows = count - i < 4 ? count - i : 4;                                 \
      const std::uint16_t *row[4], *coming[4];                                                 \
      REGISTER factor[4];                                                                      \
      for (std::int64_t r = 0; r < 4; ++r) { /* a row too many counts nothing */               \
        const ActiveRow& at = active[i + (r < rows ? r : 0)];                                  \
        row[r] = matrix + at.row * columns;                                                    \
        coming[r] = matrix + active[i + 4 + r < count ? i + 4 + r : i].row * columns;          \
        factor[r] = SPREAD(r < rows ? at.factor : 0.0F);                                       \
      }                                                                                        \
      std::int64_t c = 0;                                                                      \
      for (; c + kLine <= columns; c += kLine) {                                               \
        REGISTER sum[kVectors];                                                                \
        _Pragma("GCC unroll 4") for (int v = 0; v < kVectors; ++v) sum[v] =                    \
            LOAD(y + c + v * kLanes);                                                          \
        _Pragma("GCC unroll 4") for (int r = 0; r < 4; ++r) {                                  \
          __builtin_prefetch(coming[r] + c);                                                   \
          _Pragma("GCC unroll 4") for (int v = 0; v < kVectors; ++v) {                         \
            HALVES half;                                                                       \
            __builtin_memcpy(&half, row[r] + c + v * kLanes, sizeof half);                     \
            sum[v] = ADD(factor[r], WIDEN(half), sum[v]);                                      \
          }                                                                                    \
        }                                                                                      \
        _Pragma("GCC unroll 4") for (int v = 0; v < kVectors; ++v)                             \
            STORE(y + c + v * kLanes, sum[v]);                                                 \
      }                                                                                        \
      for (std::int64_t r = 0; r < rows; ++r) {                                                \
        for (std::int64_t k = c; k < columns; ++k)                                             \
          y[k] = __builtin_fmaf(active[i + r].factor, _cvtsh_ss(row[r][k]), y[k]);             \
      }                                                                                        \
    }                                                                                          \
  }

ARCADECAM_HALF_ROWS(add_half_rows_256, [[gnu::target("avx2,fma,f16c")]], __m256, __m128i,
                    _mm256_set1_ps, _mm256_loadu_ps, _mm256_storeu_ps, _mm256_fmadd_ps,
                    _mm256_cvtph_ps)
#define ARCADECAM_WIDEN(HALF) _mm512_maskz_cvtph_ps(0xFFFF, HALF)
ARCADECAM_HALF_ROWS(add_half_rows_512,
                    [[gnu::target("avx512f,avx512bw,avx512vl,avx512dq,fma,f16c")]], __m512, __m256i,
                    _mm512_set1_ps, _mm512_loadu_ps, _mm512_storeu_ps, _mm512_fmadd_ps,
                    ARCADECAM_WIDEN)

constexpr Kernels kAvx2 =
    with_loops_of<Avx2Set>({.list_active = list_active_256,
                            .add_strip_rows = Avx2Set::of<add_strip_rows_body<Floats32>>,
                            .add_rows = Avx2Set::of<add_rows_body<Floats32>>,
                            .add_half_rows = add_half_rows_256,
                            .halve = halve,
                            .widen_strip_row = widen_strip_row,
                            .relu_and_signs = relu_and_signs_256,
                            .relu_gradient_of_signs = relu_gradient_of_signs_256});
constexpr Kernels kAvx512 =
    with_loops_of<Avx512Set>({.list_active = list_active_256,
                              .add_strip_rows = Avx512Set::of<add_strip_rows_body<Floats64>>,
                              .add_rows = Avx512Set::of<add_rows_body<Floats64>>,
                              .add_half_rows = add_half_rows_512,
                              .halve = halve,
                              .widen_strip_row = widen_strip_row,
                              .relu_and_signs = relu_and_signs_256,
                              .relu_gradient_of_signs = relu_gradient_of_signs_256});
#else
constexpr const Kernels& kAvx2 = kBaseline;
constexpr const Kernels& kAvx512 = kBaseline;
#endif

}  // namespace

const Kernels& kernels() {
  static const Kernels& chosen = for_this_cpu(kBaseline, kAvx2, kAvx512);
  return chosen;
}

}  // namespace arcadecam::nn
