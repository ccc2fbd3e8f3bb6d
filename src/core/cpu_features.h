#pragma once

#include <string_view>

namespace arcadecam {

/// Sets of instructions that loops are written for. Each includes those before it.
enum class CpuLevel {
  kBaseline,  ///< what every processor of the architecture has
  kAvx2,      ///< AVX2, FMA and F16C
  kAvx512,    ///< AVX-512 F, BW, VL and DQ
};

/// What the program may use of the processor that it runs on.
struct CpuFeatures {
  CpuLevel level = CpuLevel::kBaseline;
  bool bf16 = false;  ///< AVX-512 BF16; only with kAvx512
  /// Whether ARCADECAM_CPU asks for less than the processor has.
  bool limited = false;
};

/// Detected once. The environment variable ARCADECAM_CPU (baseline, avx2 or avx512) sets the
/// highest level that is used: tests and comparisons run each level on one machine with it. Throws
/// Error (usage) where it is another word.
const CpuFeatures& cpu_features();

/// "baseline", "avx2", "avx512" or "avx512 with bf16".
std::string_view to_string(const CpuFeatures& features);

}  // namespace arcadecam
