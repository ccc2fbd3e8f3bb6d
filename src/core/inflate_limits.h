#pragma once

#include <cstdint>
#include <string_view>

namespace arcadecam {

/// How far packed data may be unpacked. Weights hardly shrink, so a large result with a large ratio
/// is no checkpoint but an attempt to fill the memory.
struct InflateLimits {
  std::uint64_t max_bytes;  ///< the user's limit (--max-size)
  /// How to get beyond max_bytes, for the message.
  std::string_view remedy = " (--max-size raises it)";
  static constexpr std::uint64_t kHarmlessBytes = std::uint64_t{16} << 20;
  static constexpr std::uint64_t kLargestRatio = 100;

  /// Throws Error when `packed` bytes must not become `unpacked` bytes (or more). `what` is named.
  void check(std::string_view what, std::uint64_t packed, std::uint64_t unpacked) const;
};

}  // namespace arcadecam
