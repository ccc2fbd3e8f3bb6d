#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace arcadecam::game {

/// Bytes that are kept by the hundred: compressed, fast rather than well.
class PackedBytes {
 public:
  PackedBytes() = default;
  /// Throws Error where zlib cannot.
  explicit PackedBytes(std::span<const std::uint8_t> bytes);

  /// How many there were before.
  [[nodiscard]] std::size_t size() const { return size_; }
  /// Writes them into `bytes`, whose size is size(). Throws Error where they are damaged.
  void unpack(std::span<std::uint8_t> bytes) const;

 private:
  std::vector<std::uint8_t> compressed_;
  std::size_t size_ = 0;
};

}  // namespace arcadecam::game
