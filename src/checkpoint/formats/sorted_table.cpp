#include "checkpoint/formats/sorted_table.h"

#include <array>

#include "checkpoint/formats/protobuf.h"

namespace arcadecam::checkpoint {
namespace {

constexpr std::size_t kFooter = 48, kMagicBytes = 8, kTrailer = 5;
constexpr std::uint64_t kTableMagic = 0xDB4775248B80FB57ULL;
constexpr std::size_t kMostEntries = 100'000, kMostTableBlocks = 100'000, kLongestKey = 1024;

constexpr std::array<std::uint32_t, 256> crc_table() {
  std::array<std::uint32_t, 256> table{};
  for (std::uint32_t i = 0; i < 256; ++i) {
    std::uint32_t value = i;
    for (int bit = 0; bit < 8; ++bit) value = (value >> 1) ^ ((value & 1) != 0 ? 0x82F63B78U : 0U);
    table.at(i) = value;
  }
  return table;
}

struct Handle {
  std::uint64_t offset, size;
};

Handle handle_of(ByteReader& in) {
  const std::uint64_t offset = protobuf::varint(in);
  return {offset, protobuf::varint(in)};
}

// The contents of a block, whose trailer is a type and a checksum over both.
ByteView block_at(ByteView table, const Handle& handle, bool verify) {
  if (handle.offset > table.size() || handle.size > table.size() - handle.offset ||
      table.size() - handle.offset - handle.size < kTrailer) {
    throw bad_input("a block of {} bytes at {} in a table of {} bytes", handle.size, handle.offset,
                    table.size());
  }
  const ByteView block = table.subspan(static_cast<std::size_t>(handle.offset));
  const auto size = static_cast<std::size_t>(handle.size);
  ByteReader trailer(block.subspan(size, kTrailer));
  const auto type = trailer.little<std::uint8_t>("a block's type");
  const auto checksum = trailer.little<std::uint32_t>("a block's checksum");
  if (type != 0)
    throw bad_input("a compressed block (type {}); TensorFlow writes its index without compression",
                    type);
  if (verify && masked_crc32c(block.first(size + 1)) != checksum)
    throw bad_input("the block at {} has a wrong checksum", handle.offset);
  return block.first(size);
}

// Entries share the beginning of their key with the one before; behind them stand the places of
// those that share nothing, which only a search needs, and how many those are.
template <typename F>
void each_entry(ByteView block, F&& visit) {
  constexpr std::size_t kNumber = 4;
  if (block.size() < kNumber) throw bad_input("a block of {} bytes", block.size());
  const auto restarts =
      ByteReader(block.last(kNumber)).little<std::uint32_t>("a number of restarts");
  const std::uint64_t behind = (std::uint64_t{restarts} + 1) * kNumber;
  if (behind > block.size()) throw bad_input("{} restarts in a block", restarts);
  ByteReader in(block.first(block.size() - static_cast<std::size_t>(behind)));
  std::string key;
  while (in.remaining() > 0) {
    const std::uint64_t shared = protobuf::varint(in), own = protobuf::varint(in);
    const std::uint64_t length = protobuf::varint(in);
    if (shared > key.size() || own > kLongestKey || shared + own > kLongestKey)
      throw bad_input("a key of {} and {} bytes", shared, own);
    key.resize(static_cast<std::size_t>(shared));
    key += as_text(in.take(own, "a key"));
    visit(key, in.take(length, "a value"));
  }
}

}  // namespace

std::uint32_t masked_crc32c(ByteView bytes) {
  static constexpr std::array<std::uint32_t, 256> kTable = crc_table();
  constexpr std::uint32_t kMask = 0xA282EAD8U;
  std::uint32_t crc = ~0U;
  for (const std::uint8_t byte : bytes) crc = kTable.at((crc ^ byte) & 0xFF) ^ (crc >> 8);
  crc = ~crc;
  return ((crc >> 15) | (crc << 17)) + kMask;
}

bool is_sorted_table(ByteView bytes) {
  return bytes.size() >= kFooter &&
         ByteReader(bytes.last(kMagicBytes)).little<std::uint64_t>("a magic number") == kTableMagic;
}

std::vector<TableEntry> read_sorted_table(ByteView bytes, bool verify) {
  if (!is_sorted_table(bytes)) throw bad_input("no sorted table: it does not end as one");
  ByteReader footer(bytes.last(kFooter));
  handle_of(footer);  // of what describes the table itself
  const ByteView index = block_at(bytes, handle_of(footer), verify);
  std::vector<TableEntry> entries;
  std::size_t blocks = 0;
  std::uint64_t visited = 0;
  each_entry(index, [&](const std::string&, ByteView value) {
    ByteReader in(value);
    const Handle handle = handle_of(in);
    // Blocks named twice must not multiply the file.
    visited += handle.size;
    if (++blocks > kMostTableBlocks || visited > bytes.size())
      throw bad_input("its blocks repeat each other");
    each_entry(block_at(bytes, handle, verify), [&](const std::string& key, ByteView content) {
      if (entries.size() >= kMostEntries) throw bad_input("more than {} entries", kMostEntries);
      if (!entries.empty() && !(entries.back().key < key))
        throw bad_input("its keys are not sorted");
      entries.push_back({key, content});
    });
  });
  return entries;
}

}  // namespace arcadecam::checkpoint
