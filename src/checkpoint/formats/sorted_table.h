#pragma once

#include <string>
#include <vector>

#include "core/bytes.h"

namespace arcadecam::checkpoint {

/// A key and its value; the value lies in the table's bytes.
struct TableEntry {
  std::string key;
  ByteView value;
};

/// Whether the bytes end as a sorted table does.
[[nodiscard]] bool is_sorted_table(ByteView bytes);

/// All entries of a sorted table (LevelDB's format, doc/table_format.md there, which TensorFlow
/// keeps its checkpoints' index in), in their order. Throws Error for a table that is cut off,
/// compressed, unsorted or too large, and for a block whose checksum is wrong (which `verify` turns
/// off, for fuzzers).
std::vector<TableEntry> read_sorted_table(ByteView bytes, bool verify = true);

/// CRC-32C (Castagnoli), as LevelDB and TensorFlow store it: rotated and with a constant added.
std::uint32_t masked_crc32c(ByteView bytes);

}  // namespace arcadecam::checkpoint
