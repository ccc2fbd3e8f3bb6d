#include "checkpoint/formats/msgpack.h"

#include <bit>

namespace arcadecam::checkpoint::msgpack {
namespace {

template <typename T>
T big(ByteReader& in) {
  T value = 0;
  for (const std::uint8_t byte : in.take(sizeof(T), "a number"))
    value = static_cast<T>(static_cast<T>(value << (sizeof(T) > 1 ? 8 : 0)) | byte);
  return value;
}

std::string_view msgpack_text(ByteReader& in, std::uint64_t length) {
  return as_text(in.take(length, "a text"));
}

Extension extension(ByteReader& in, std::uint64_t length) {
  const auto type = static_cast<std::int8_t>(big<std::uint8_t>(in));
  return {type, in.take(length, "an extension")};
}

}  // namespace

Value read(ByteReader& in) {
  const std::size_t at = in.position();
  const auto code = big<std::uint8_t>(in);
  if (code < 0x80) return std::int64_t{code};
  if (code < 0x90) return Map{code & 0x0FU};
  if (code < 0xA0) return Array{code & 0x0FU};
  if (code < 0xC0) return msgpack_text(in, code & 0x1FU);
  if (code >= 0xE0) return std::int64_t{static_cast<std::int8_t>(code)};
  switch (code) {
    case 0xC0:
      return Nil{};
    case 0xC2:
      return false;
    case 0xC3:
      return true;
    case 0xC4:
      return Binary{in.take(big<std::uint8_t>(in), "bytes")};
    case 0xC5:
      return Binary{in.take(big<std::uint16_t>(in), "bytes")};
    case 0xC6:
      return Binary{in.take(big<std::uint32_t>(in), "bytes")};
    case 0xC7:
      return extension(in, big<std::uint8_t>(in));
    case 0xC8:
      return extension(in, big<std::uint16_t>(in));
    case 0xC9:
      return extension(in, big<std::uint32_t>(in));
    case 0xCA:
      return double{std::bit_cast<float>(big<std::uint32_t>(in))};
    case 0xCB:
      return std::bit_cast<double>(big<std::uint64_t>(in));
    case 0xCC:
      return std::int64_t{big<std::uint8_t>(in)};
    case 0xCD:
      return std::int64_t{big<std::uint16_t>(in)};
    case 0xCE:
      return std::int64_t{big<std::uint32_t>(in)};
    case 0xCF:
      return big<std::uint64_t>(in);
    case 0xD0:
      return std::int64_t{static_cast<std::int8_t>(big<std::uint8_t>(in))};
    case 0xD1:
      return std::int64_t{static_cast<std::int16_t>(big<std::uint16_t>(in))};
    case 0xD2:
      return std::int64_t{static_cast<std::int32_t>(big<std::uint32_t>(in))};
    case 0xD3:
      return static_cast<std::int64_t>(big<std::uint64_t>(in));
    case 0xD4:
    case 0xD5:
    case 0xD6:
    case 0xD7:
    case 0xD8:
      return extension(in, std::uint64_t{1} << (code - 0xD4));
    case 0xD9:
      return msgpack_text(in, big<std::uint8_t>(in));
    case 0xDA:
      return msgpack_text(in, big<std::uint16_t>(in));
    case 0xDB:
      return msgpack_text(in, big<std::uint32_t>(in));
    case 0xDC:
      return Array{big<std::uint16_t>(in)};
    case 0xDD:
      return Array{big<std::uint32_t>(in)};
    case 0xDE:
      return Map{big<std::uint16_t>(in)};
    case 0xDF:
      return Map{big<std::uint32_t>(in)};
    default:
      throw bad_input("byte {}: 0x{:02X} begins no MessagePack value", at, code);
  }
}

}  // namespace arcadecam::checkpoint::msgpack
