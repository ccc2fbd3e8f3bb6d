#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <type_traits>
#include <vector>

#include "arcadecam/core/error.h"

namespace arcadecam {

using Bytes = std::vector<std::uint8_t>;
using ByteView = std::span<const std::uint8_t>;

/// Reads forward through bytes that somebody else owns; throws Error instead of leaving them.
class ByteReader {
 public:
  explicit ByteReader(ByteView bytes) : bytes_(bytes) {}

  [[nodiscard]] std::size_t position() const noexcept { return position_; }
  [[nodiscard]] std::size_t remaining() const noexcept { return bytes_.size() - position_; }

  /// The next `count` bytes. `what` names them in the message when there are fewer.
  ByteView take(std::uint64_t count, std::string_view what) {
    if (count > remaining()) {
      throw bad_input("cut off or corrupt: {} at byte {} should be {} bytes long, but {} are left",
                      what, position_, count, remaining());
    }
    const ByteView taken = bytes_.subspan(position_, static_cast<std::size_t>(count));
    position_ += taken.size();
    return taken;
  }

  /// The next bytes as a little-endian unsigned integer.
  template <typename T>
  T little(std::string_view what) {
    static_assert(std::is_unsigned_v<T>);
    T value = 0;
    int shift = 0;
    for (const std::uint8_t byte : take(sizeof(T), what)) {
      value = static_cast<T>(value | static_cast<T>(static_cast<T>(byte) << shift));
      shift += 8;
    }
    return value;
  }

  /// The text up to the next newline, which is skipped.
  std::string_view line(std::string_view what) {
    const auto* start = reinterpret_cast<const char*>(bytes_.data()) + position_;
    const std::string_view rest(start, remaining());
    const std::size_t end = rest.find('\n');
    if (end == std::string_view::npos) {
      throw bad_input("cut off or corrupt: {} at byte {} has no end", what, position_);
    }
    position_ += end + 1;
    return rest.substr(0, end);
  }

 private:
  ByteView bytes_;
  std::size_t position_ = 0;
};

inline std::string_view as_text(ByteView bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace arcadecam
