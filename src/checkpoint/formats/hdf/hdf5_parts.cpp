#include "checkpoint/formats/hdf/hdf5_parts.h"

#include <algorithm>

#include "core/text.h"

namespace arcadecam::checkpoint::hdf5 {
namespace {

constexpr std::size_t kMostHeaderMessages = 20'000, kMostHdfBlocks = 1'000;
constexpr std::uint32_t kLongestText = 16U << 20;

struct Block {
  ByteView bytes;
  bool is_new;     ///< version 2's layout of messages
  bool has_order;  ///< each message has a creation order
};

void add_messages(const Block& block, std::vector<Message>& messages,
                  std::vector<std::pair<std::uint64_t, std::uint64_t>>& more) {
  ByteReader in(block.bytes);
  const std::size_t head = block.is_new ? (block.has_order ? 6U : 4U) : 8U;
  while (in.remaining() >= head) {
    const std::uint16_t type = block.is_new ? in.little<std::uint8_t>("a message's type")
                                            : in.little<std::uint16_t>("a message's type");
    const auto size = in.little<std::uint16_t>("a message's size");
    const auto flags = in.little<std::uint8_t>("a message's flags");
    if (!block.is_new) in.take(3, "a message's head");
    if (block.is_new && block.has_order) in.take(2, "a message's order");
    const ByteView data = in.take(size, "a message");
    if (type == kContinuation) {
      ByteReader place(data);
      const auto address = place.little<std::uint64_t>("an address");
      more.emplace_back(address, place.little<std::uint64_t>("a length"));
    } else if (type != 0) {
      messages.push_back({type, (flags & 2U) != 0, data});
    }
    if (messages.size() > kMostHeaderMessages || more.size() > kMostHdfBlocks)
      throw bad_input("an object of too many parts");
  }
}

Block first_block(const File& file, std::uint64_t address) {
  ByteReader in = file.from(address, "an object's header");
  const auto version = in.little<std::uint8_t>("a version");
  if (version == 1) {
    in.take(7, "an object's header");
    const auto size = in.little<std::uint32_t>("a size");
    in.take(4, "an object's header");
    return {in.take(size, "an object's header"), false, false};
  }
  in = file.signed_from(address, "OHDR");
  if (in.little<std::uint8_t>("a version") != 2) throw bad_input("an object of an unknown version");
  const auto flags = in.little<std::uint8_t>("flags");
  if ((flags & 0x20U) != 0) in.take(16, "times");
  if ((flags & 0x10U) != 0) in.take(4, "settings");
  const std::uint64_t size = number(in, 1U << (flags & 3U), "a size");
  return {in.take(size, "an object's header"), true, (flags & 4U) != 0};
}

}  // namespace

std::uint64_t number(ByteReader& in, unsigned bytes, std::string_view what) {
  std::uint64_t value = 0;
  unsigned shift = 0;
  for (const std::uint8_t byte : in.take(bytes, what)) {
    value |= static_cast<std::uint64_t>(byte) << shift;
    shift += 8;
  }
  return value;
}

ByteReader File::from(std::uint64_t address, std::string_view what) const {
  if (address >= bytes_.size()) {
    throw bad_input("cut off or corrupt: {} at byte {} of {}", what, address, bytes_.size());
  }
  return ByteReader(bytes_.subspan(static_cast<std::size_t>(address)));
}

ByteView File::at(std::uint64_t address, std::uint64_t size, std::string_view what) const {
  if (size == 0) return {};
  if (address > bytes_.size() || size > bytes_.size() - address) {
    throw bad_input("cut off or corrupt: {} of {} bytes at byte {} of {}", what, size, address,
                    bytes_.size());
  }
  return bytes_.subspan(static_cast<std::size_t>(address), static_cast<std::size_t>(size));
}

ByteReader File::signed_from(std::uint64_t address, std::string_view signature) const {
  ByteReader in = from(address, signature);
  if (as_text(in.take(signature.size(), signature)) != signature)
    throw bad_input("corrupt: expected '{}' at byte {}", signature, address);
  return in;
}

std::vector<Message> read_header(const File& file, std::uint64_t address) {
  const Block first = first_block(file, address);
  std::vector<Message> messages;
  std::vector<std::pair<std::uint64_t, std::uint64_t>> more;
  add_messages(first, messages, more);
  for (std::size_t i = 0; i < more.size(); ++i) {
    const auto [at, size] = more[i];
    Block block{file.at(at, size, "a part of an object"), first.is_new, first.has_order};
    if (first.is_new) {
      if (size < 8 || as_text(block.bytes.first(4)) != "OCHK")
        throw bad_input("corrupt: expected 'OCHK' at byte {}", at);
      block.bytes = block.bytes.subspan(4, block.bytes.size() - 8);  // a checksum at its end
    }
    add_messages(block, messages, more);
  }
  return messages;
}

Datatype read_datatype(ByteView message) {
  ByteReader in(message);
  const auto kind = in.little<std::uint8_t>("a type") & 15U;
  const std::uint64_t bits = number(in, 3, "a type");
  Datatype type;
  type.size = in.little<std::uint32_t>("a type's size");
  const bool big_endian = (bits & 1U) != 0;
  if (kind == 1) {
    in.take(5, "a type");
    const auto exponent = in.little<std::uint8_t>("a type");
    in.take(1, "a type");
    const auto mantissa = in.little<std::uint8_t>("a type");
    if (big_endian) throw bad_input("its numbers are big-endian");
    if (type.size == 4 && exponent == 8 && mantissa == 23) type.dtype = DType::kFloat32;
    if (type.size == 2 && exponent == 5 && mantissa == 10) type.dtype = DType::kFloat16;
    if (type.size == 2 && exponent == 8 && mantissa == 7) type.dtype = DType::kBFloat16;
    if (type.size == 8 && exponent == 11 && mantissa == 52) type.dtype = DType::kFloat64;
  }
  if (kind == 0 && !big_endian) {
    const bool with_sign = (bits & 8U) != 0;
    if (type.size == 8) type.dtype = DType::kInt64;
    if (type.size == 4) type.dtype = DType::kInt32;
    if (type.size == 1) type.dtype = with_sign ? DType::kInt8 : DType::kUInt8;
  }
  type.is_text = kind == 3;
  type.is_text_elsewhere = kind == 9 && (bits & 15U) == 1;
  type.is_opaque = kind == 5;
  return type;
}

std::vector<std::int64_t> read_dataspace(ByteView message) {
  constexpr int kMostDimensions = 32;
  ByteReader in(message);
  const auto version = in.little<std::uint8_t>("a dataspace");
  const auto rank = in.little<std::uint8_t>("a dataspace");
  if (version != 1 && version != 2) throw bad_input("a dataspace of an unknown version");
  if (rank > kMostDimensions) throw bad_input("an array of {} dimensions", rank);
  in.take(version == 1 ? 6 : 2, "a dataspace");
  std::vector<std::int64_t> extents;
  for (int axis = 0; axis < rank; ++axis) {
    const auto extent = in.little<std::uint64_t>("an extent");
    if (extent > static_cast<std::uint64_t>(INT64_MAX)) throw bad_input("an impossible extent");
    extents.push_back(static_cast<std::int64_t>(extent));
  }
  return extents;
}

std::vector<Filter> read_filters(ByteView message) {
  ByteReader in(message);
  const auto version = in.little<std::uint8_t>("filters");
  const auto count = in.little<std::uint8_t>("filters");
  if (version != 1 && version != 2) throw bad_input("filters of an unknown version");
  if (version == 1) in.take(6, "filters");
  std::vector<Filter> filters;
  for (int i = 0; i < count; ++i) {
    Filter filter{in.little<std::uint16_t>("a filter"), {}};
    const bool is_named = version == 1 || filter.id >= 256;
    std::uint64_t name = is_named ? in.little<std::uint16_t>("a filter's name") : 0;
    in.take(2, "a filter's flags");
    const auto values = in.little<std::uint16_t>("a filter's settings");
    if (version == 1) name = (name + 7) / 8 * 8;
    in.take(name, "a filter's name");
    for (int k = 0; k < values; ++k)
      filter.values.push_back(in.little<std::uint32_t>("a filter's setting"));
    if (version == 1 && values % 2 == 1) in.take(4, "a filter's setting");
    filters.push_back(std::move(filter));
  }
  return filters;
}

namespace {

// One object of a collection that several of the file's objects keep theirs in.
ByteView of_global_heap(const File& file, std::uint64_t address, std::uint32_t wanted) {
  ByteReader in = file.signed_from(address, "GCOL");
  in.take(4, "a heap");
  const auto size = in.little<std::uint64_t>("a heap's size");
  ByteReader objects(file.at(address, size, "a heap"));
  objects.take(16, "a heap");
  while (objects.remaining() >= 16) {
    const auto index = objects.little<std::uint16_t>("a heap's object");
    objects.take(6, "a heap's object");
    const auto length = objects.little<std::uint64_t>("a heap's object");
    if (index == 0) break;
    const ByteView object = objects.take(length, "a heap's object");
    if (index == wanted) return object;
    objects.take(std::min<std::uint64_t>((8 - length % 8) % 8, objects.remaining()), "a heap");
  }
  throw bad_input("corrupt: a text that is nowhere");
}

std::optional<std::string> hdf_text(const File& file, const Datatype& type, ByteView data) {
  ByteView text;
  if (type.is_text) {
    text = data.first(std::min<std::size_t>(data.size(), type.size));
  } else if (type.is_text_elsewhere) {
    ByteReader in(data);
    const auto length = in.little<std::uint32_t>("a text's length");
    const auto address = in.little<std::uint64_t>("a text's address");
    const auto index = in.little<std::uint32_t>("a text's number");
    if (length == 0) return std::string();
    const ByteView object = of_global_heap(file, address, index);
    text = object.first(std::min<std::size_t>(object.size(), length));
  } else {
    return std::nullopt;
  }
  if (text.size() > kLongestText) throw bad_input("a text of {} bytes", text.size());
  const std::string_view whole = as_text(text);
  return std::string(whole.substr(0, whole.find('\0')));
}

}  // namespace

Attribute read_attribute(const File& file, ByteView message) {
  ByteReader in(message);
  const auto version = in.little<std::uint8_t>("an attribute");
  if (version < 1 || version > 3) throw bad_input("an attribute of an unknown version");
  const auto flags = in.little<std::uint8_t>("an attribute");
  const std::uint64_t name_size = in.little<std::uint16_t>("an attribute's name"),
                      type_size = in.little<std::uint16_t>("an attribute's type"),
                      space_size = in.little<std::uint16_t>("an attribute's dataspace");
  if (version == 3) in.take(1, "an attribute");
  const auto part = [&](std::uint64_t size) {
    return in.take(version == 1 ? (size + 7) / 8 * 8 : size, "an attribute");
  };
  const std::string_view name = as_text(part(name_size));
  Attribute attribute{printable(name.substr(0, name.find('\0')), 256), std::nullopt};
  const ByteView type = part(type_size), space = part(space_size);
  const bool shared = version > 1 && (flags & 3U) != 0;
  if (shared || !read_dataspace(space).empty()) return attribute;
  attribute.text = hdf_text(file, read_datatype(type), in.take(in.remaining(), "an attribute"));
  return attribute;
}

}  // namespace arcadecam::checkpoint::hdf5
