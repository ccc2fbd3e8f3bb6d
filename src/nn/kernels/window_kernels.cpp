#include "nn/kernels/window_kernels.h"

#include "core/instruction_sets.h"

namespace arcadecam::nn {

#if defined(__x86_64__)
namespace {

/// kWindows windows times kVectors registers of output channels, summed in registers.
template <typename Vector, int kWindows, int kVectors>
ARCADECAM_BODY void add_up(const WindowSums& sums, const float* const* windows,
                           float* const* results, const float* weights, std::int64_t first) {
  constexpr std::int64_t kLanes = sizeof(Vector) / sizeof(float);
  Vector sum[kWindows][kVectors];
#pragma GCC unroll 16
  for (int v = 0; v < kVectors; ++v) {
    Vector bias;
    load(sums.bias + first + v * kLanes, bias);
#pragma GCC unroll 16
    for (int w = 0; w < kWindows; ++w) sum[w][v] = bias;
  }
  for (std::int64_t tap = 0; tap < sums.taps; ++tap) {
    for (std::int64_t block = 0; block < sums.blocks; ++block) {
      const std::int64_t offset = sums.offsets[tap] + block * sums.in_plane;
      const float* from[kWindows];
#pragma GCC unroll 16
      for (int w = 0; w < kWindows; ++w) from[w] = windows[w] + offset;
      for (std::int64_t c = 0; c < kLanes; ++c) {
        Vector weight[kVectors];
#pragma GCC unroll 16
        for (int v = 0; v < kVectors; ++v) load(weights + v * kLanes, weight[v]);
        weights += kVectors * kLanes;
#pragma GCC unroll 16
        for (int w = 0; w < kWindows; ++w) {
          const Vector value = from[w][c] - Vector{};
#pragma GCC unroll 16
          for (int v = 0; v < kVectors; ++v) sum[w][v] += value * weight[v];
        }
      }
    }
  }
#pragma GCC unroll 16
  for (int w = 0; w < kWindows; ++w) {
#pragma GCC unroll 16
    for (int v = 0; v < kVectors; ++v)
      __builtin_memcpy(results[w] + (first / kLanes + v) * sums.out_plane, &sum[w][v],
                       sizeof(Vector));
  }
}

template <typename Vector, int kWindows, int kVectors>
ARCADECAM_BODY void run_body(const WindowSums& sums, const float* all_weights,
                             const float* const* windows, float* const* results,
                             std::int64_t count) {
  constexpr std::int64_t kLanes = sizeof(Vector) / sizeof(float), kPanel = kVectors * kLanes;
  for (std::int64_t done = 0; done < count; done += kWindows) {
    const float* from[kWindows];
    float* to[kWindows];
    for (int w = 0; w < kWindows; ++w) {  // the last is done again where fewer are left
      const std::int64_t at = done + w < count ? done + w : count - 1;
      from[w] = windows[at];
      to[w] = results[at];
    }
    const float* weights = all_weights;
    for (std::int64_t first = 0; first < sums.outputs; first += kPanel) {
      add_up<Vector, kWindows, kVectors>(sums, from, to, weights, first);
      weights += sums.taps * sums.blocks * kLanes * kPanel;
    }
  }
}

template <typename Words>
ARCADECAM_BODY void hash_body(const float* pixels, std::int64_t count, std::int64_t blocks,
                              std::int64_t plane, std::uint32_t* hashes) {
  constexpr std::int64_t kLanes = sizeof(Words) / sizeof(std::uint32_t);
  constexpr std::uint32_t kFactor = 0x9E3779B1U;
  Words factors{};
  std::uint32_t factor = 0x85EBCA77U;
  for (std::int64_t l = 0; l < kLanes; ++l, factor = factor * 0x2C1B3C6DU + 2) factors[l] = factor;
  for (std::int64_t i = 0; i < count; ++i) {
    Words mixed{};
    for (std::int64_t b = 0; b < blocks; ++b) {
      Words words;
      __builtin_memcpy(&words, pixels + b * plane + i * kLanes, sizeof words);
      // The low bits of a float that was a byte are zero: those above must reach all others.
      mixed = (mixed ^ (words >> 13) ^ words) * kFactor;
    }
    mixed = (mixed ^ (mixed >> 15)) * factors;
    std::uint32_t sum = 0;
    for (std::int64_t l = 0; l < kLanes; ++l) sum += mixed[l];
    hashes[i] = sum ^ (sum >> 16);
  }
}

// As many sums as the registers hold beside the weights and a value: 6·4 of 32, 6·2 of 16.
ARCADECAM_BODY void run_512_body(const WindowSums& sums, const float* weights,
                                 const float* const* windows, float* const* results,
                                 std::int64_t count) {
  if (sums.outputs % 64 == 0)
    return run_body<Floats64, 6, 4>(sums, weights, windows, results, count);
  run_body<Floats64, 8, 2>(sums, weights, windows, results, count);
}

std::int64_t panel_512(std::int64_t outputs) {
  if (outputs % 64 == 0) return 64;
  return outputs % 32 == 0 ? 32 : 0;
}

std::int64_t panel_256(std::int64_t outputs) {
  return outputs % 16 == 0 ? 16 : 0;
}

constexpr auto kRun512 = Avx512Set::of<run_512_body>;
constexpr auto kHash512 = Avx512Set::of<hash_body<Words64>>;
constexpr WindowKernels kAvx512{16, panel_512, kRun512, kHash512};
constexpr WindowKernels kAvx512Bf16{16,       panel_512,        kRun512,
                                    kHash512, run_windows_bf16, narrow_to_bf16};
constexpr WindowKernels kAvx2{8, panel_256, Avx2Set::of<run_body<Floats32, 6, 2>>,
                              Avx2Set::of<hash_body<Words32>>};

const WindowKernels* choose() {
  const CpuFeatures& cpu = cpu_features();
  if (cpu.level >= CpuLevel::kAvx512) return cpu.bf16 ? &kAvx512Bf16 : &kAvx512;
  return cpu.level >= CpuLevel::kAvx2 ? &kAvx2 : nullptr;
}

}  // namespace

const WindowKernels* window_kernels() {
  static const WindowKernels* const chosen = choose();
  return chosen;
}

#else

const WindowKernels* window_kernels() {
  return nullptr;
}

#endif

}  // namespace arcadecam::nn
