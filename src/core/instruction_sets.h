#pragma once

#include <cstdint>

#include "core/cpu_features.h"

// Loops that are written once, on the compilers' portable vectors, and compiled once per set of
// instructions in the same file. A library of SIMD types (xsimd, <experimental/simd>) would need a
// file per set, since it takes its width from the file's flags.

/// A body that is compiled per set: it must be inlined to be compiled for it.
#define ARCADECAM_BODY [[gnu::always_inline]] inline

namespace arcadecam {

using Floats16 [[gnu::vector_size(16)]] = float;
using Floats32 [[gnu::vector_size(32)]] = float;
using Floats64 [[gnu::vector_size(64)]] = float;
using Words16 [[gnu::vector_size(16)]] = std::uint32_t;
using Words32 [[gnu::vector_size(32)]] = std::uint32_t;
using Words64 [[gnu::vector_size(64)]] = std::uint32_t;
using Integers16 [[gnu::vector_size(16)]] = std::int32_t;
using Integers32 [[gnu::vector_size(32)]] = std::int32_t;

// By reference: how a function gives vectors back differs from set to set.
template <typename Vector>
ARCADECAM_BODY void load(const float* from, Vector& to) {
  __builtin_memcpy(&to, from, sizeof to);
}
template <typename Vector>
ARCADECAM_BODY void store(const Vector& from, float* to) {
  __builtin_memcpy(to, &from, sizeof from);
}

namespace detail {

template <typename Signature>
struct Compiled;

template <typename Result, typename... Arguments>
struct Compiled<Result (*)(Arguments...)> {
  template <Result (*kBody)(Arguments...)>
  static Result for_baseline(Arguments... arguments) {
    return kBody(arguments...);
  }
#if defined(__x86_64__)
  template <Result (*kBody)(Arguments...)>
  [[gnu::target("avx2,fma")]] static Result for_avx2(Arguments... arguments) {
    return kBody(arguments...);
  }
  template <Result (*kBody)(Arguments...)>
  [[gnu::target("avx512f,avx512bw,avx512vl,avx512dq,fma")]] static Result for_avx512(
      Arguments... arguments) {
    return kBody(arguments...);
  }
#endif
};

}  // namespace detail

/// BaselineSet::of<body>, Avx2Set::of<body> and Avx512Set::of<body> are the function `body`, whose
/// declaration begins with ARCADECAM_BODY, compiled for that set.
struct BaselineSet {
  template <auto kBody>
  static constexpr auto of = detail::Compiled<decltype(kBody)>::template for_baseline<kBody>;
};

#if defined(__x86_64__)
struct Avx2Set {
  template <auto kBody>
  static constexpr auto of = detail::Compiled<decltype(kBody)>::template for_avx2<kBody>;
};

struct Avx512Set {
  template <auto kBody>
  static constexpr auto of = detail::Compiled<decltype(kBody)>::template for_avx512<kBody>;
};
#else
// Levels that cpu_features() never tells there.
using Avx2Set = BaselineSet;
using Avx512Set = BaselineSet;
#endif

/// What this CPU runs of three tables of such functions.
template <typename Table>
const Table& for_this_cpu(const Table& baseline, const Table& avx2, const Table& avx512) {
  const CpuLevel level = cpu_features().level;
  if (level >= CpuLevel::kAvx512) return avx512;
  return level >= CpuLevel::kAvx2 ? avx2 : baseline;
}

}  // namespace arcadecam
