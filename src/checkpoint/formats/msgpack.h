#pragma once

#include <cstdint>
#include <string>
#include <variant>

#include "core/bytes.h"

namespace arcadecam::checkpoint::msgpack {

/// Reads MessagePack value by value, nothing ahead and nothing kept: whoever calls it descends by
/// itself. Throws Error for anything cut off or not of the format.
struct Nil {};
struct Map {
  std::uint32_t entries;  ///< so many keys and values follow
};
struct Array {
  std::uint32_t items;  ///< so many values follow
};
struct Binary {
  ByteView bytes;
};
struct Extension {
  std::int8_t type;
  ByteView bytes;
};
using Value = std::variant<Nil, bool, std::int64_t, std::uint64_t, double, std::string_view, Binary,
                           Array, Map, Extension>;

Value read(ByteReader& in);

}  // namespace arcadecam::checkpoint::msgpack
