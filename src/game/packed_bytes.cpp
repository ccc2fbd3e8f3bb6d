#include "game/packed_bytes.h"

#include <zlib.h>

#include "arcadecam/core/error.h"

namespace arcadecam::game {

PackedBytes::PackedBytes(std::span<const std::uint8_t> bytes) : size_(bytes.size()) {
  uLongf size = compressBound(static_cast<uLong>(bytes.size()));
  std::vector<std::uint8_t> compressed(size);
  constexpr int kFast = 1;
  if (compress2(compressed.data(), &size, bytes.data(), static_cast<uLong>(bytes.size()), kFast) !=
      Z_OK)
    throw bad_input("zlib could not pack a saved environment");
  // No larger than it must be: what is reserved counts as well.
  compressed_.assign(compressed.begin(), compressed.begin() + static_cast<std::ptrdiff_t>(size));
}

void PackedBytes::unpack(std::span<std::uint8_t> bytes) const {
  uLongf size = static_cast<uLongf>(bytes.size());
  const int code =
      uncompress(bytes.data(), &size, compressed_.data(), static_cast<uLong>(compressed_.size()));
  if (code != Z_OK || size != size_ || size != bytes.size())
    throw bad_input("a packed environment is damaged");
}

}  // namespace arcadecam::game
