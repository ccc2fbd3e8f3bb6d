#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>

namespace arcadecam {

/// How many of `left` ≥ 1 samples the next pass takes: a full batch, or the largest power of two,
/// so that an engine compiles few sizes.
inline std::int64_t next_batch(std::int64_t left, std::int64_t largest) {
  return std::min(largest,
                  static_cast<std::int64_t>(std::bit_floor(static_cast<std::uint64_t>(left))));
}

}  // namespace arcadecam
