#include "core/cpu_features.h"

#include <cstdlib>

#include "arcadecam/core/error.h"
#if defined(__x86_64__)
#include <cpuid.h>
#endif

namespace arcadecam {
namespace {

CpuFeatures of_processor() {
#if defined(__x86_64__)
  __builtin_cpu_init();
  // Older compilers' __builtin_cpu_supports() does not know these two names.
  unsigned a = 0, b = 0, c = 0, d = 0;
  const bool f16c = __get_cpuid(1, &a, &b, &c, &d) != 0 && (c & bit_F16C) != 0;
  constexpr unsigned kAvx512Bf16 = 1U << 5;  // leaf 7, subleaf 1, EAX
  const bool bf16 = __get_cpuid_count(7, 1, &a, &b, &c, &d) != 0 && (a & kAvx512Bf16) != 0;
  if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("fma") || !f16c) return {};
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
      __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq")) {
    return {CpuLevel::kAvx512, bf16};
  }
  return {CpuLevel::kAvx2};
#else
  return {};
#endif
}

CpuLevel parse_level(std::string_view text) {
  if (text == "baseline") return CpuLevel::kBaseline;
  if (text == "avx2") return CpuLevel::kAvx2;
  if (text == "avx512") return CpuLevel::kAvx512;
  throw bad_usage("ARCADECAM_CPU is '{}'; expected baseline, avx2 or avx512", text);
}

CpuFeatures detect() {
  CpuFeatures features = of_processor();
  const char* asked = std::getenv("ARCADECAM_CPU");
  if (asked == nullptr || *asked == '\0') return features;
  const CpuLevel most = parse_level(asked);
  if (most >= features.level) return features;
  return {most, false, true};
}

}  // namespace

const CpuFeatures& cpu_features() {
  static const CpuFeatures features = detect();
  return features;
}

std::string_view to_string(const CpuFeatures& features) {
  switch (features.level) {
    case CpuLevel::kBaseline:
      return "baseline";
    case CpuLevel::kAvx2:
      return "avx2";
    case CpuLevel::kAvx512:
      return features.bf16 ? "avx512 with bf16" : "avx512";
  }
  return "baseline";
}

}  // namespace arcadecam
