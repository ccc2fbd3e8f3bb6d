#pragma once

#include <cstdint>

#include "core/bytes.h"

namespace arcadecam::checkpoint::protobuf {

/// One field of a message: its number and either a number or bytes.
struct Field {
  std::uint32_t number;
  enum class Kind { kVarint, kFixed64, kBytes, kFixed32 } kind;
  std::uint64_t value = 0;
  ByteView bytes{};
};

/// A number in as many bytes as it needs, seven bits each. Throws Error beyond 64 bits.
inline std::uint64_t varint(ByteReader& in) {
  std::uint64_t value = 0;
  for (int shift = 0; shift < 64; shift += 7) {
    const auto byte = in.little<std::uint8_t>("a number");
    value |= std::uint64_t{byte & 0x7FU} << shift;
    if ((byte & 0x80) == 0) return value;
  }
  throw bad_input("byte {}: a number of more than 64 bits", in.position());
}

/// Calls `visit` with every field of a message. Throws Error for what is none.
template <typename F>
void each_field(ByteView message, F&& visit) {
  ByteReader in(message);
  while (in.remaining() > 0) {
    const std::uint64_t tag = varint(in);
    if (tag >> 35 != 0 || tag >> 3 == 0) throw bad_input("a protobuf field of number {}", tag >> 3);
    Field field{static_cast<std::uint32_t>(tag >> 3), Field::Kind::kVarint};
    switch (tag & 7) {
      case 0:
        field.value = varint(in);
        break;
      case 1:
        field.kind = Field::Kind::kFixed64;
        field.value = in.little<std::uint64_t>("a number");
        break;
      case 2:
        field.kind = Field::Kind::kBytes;
        field.bytes = in.take(varint(in), "a protobuf field");
        break;
      case 5:
        field.kind = Field::Kind::kFixed32;
        field.value = in.little<std::uint32_t>("a number");
        break;
      default:
        throw bad_input("a protobuf field of type {}, which is none", tag & 7);
    }
    visit(field);
  }
}

}  // namespace arcadecam::checkpoint::protobuf
