// A checkpoint of TensorFlow's Saver (tensor_bundle.proto): a sorted table of what each tensor is
// and where it lies, and one file of their elements.
#include <fmt/format.h>

#include <array>

#include "checkpoint/formats/file_formats.h"
#include "checkpoint/formats/flat_tensors.h"
#include "checkpoint/formats/protobuf.h"
#include "checkpoint/formats/sorted_table.h"
#include "core/text.h"

namespace arcadecam::checkpoint {
namespace {

using protobuf::Field;

struct BundleEntry {
  std::uint64_t type = 0, shard = 0, offset = 0, size = 0;
  std::uint32_t checksum = 0;
  std::vector<std::int64_t> extents{};
  bool sliced = false;
};

// TensorShapeProto: dimensions of a size each.
std::vector<std::int64_t> extents_of(ByteView message) {
  std::vector<std::int64_t> extents;
  protobuf::each_field(message, [&](const Field& field) {
    if (field.number == 3 && field.value != 0) throw bad_input("a shape that is not known");
    if (field.number != 2) return;
    std::int64_t extent = 0;
    protobuf::each_field(field.bytes, [&](const Field& part) {
      if (part.number == 1) extent = static_cast<std::int64_t>(part.value);
    });
    if (extents.size() > Shape::kMaxRank)
      throw bad_input("more than {} dimensions", Shape::kMaxRank);
    extents.push_back(extent);
  });
  return extents;
}

BundleEntry bundle_entry(ByteView message) {
  BundleEntry entry;
  protobuf::each_field(message, [&](const Field& field) {
    switch (field.number) {
      case 1:
        entry.type = field.value;
        break;
      case 2:
        entry.extents = extents_of(field.bytes);
        break;
      case 3:
        entry.shard = field.value;
        break;
      case 4:
        entry.offset = field.value;
        break;
      case 5:
        entry.size = field.value;
        break;
      case 6:
        entry.checksum = static_cast<std::uint32_t>(field.value);
        break;
      case 7:
        entry.sliced = true;
        break;
      default:
        break;
    }
  });
  return entry;
}

// The table's first entry, under an empty key.
void check_header(ByteView message) {
  std::uint64_t shards = 0, endianness = 0;
  protobuf::each_field(message, [&](const Field& field) {
    if (field.number == 1) shards = field.value;
    if (field.number == 2) endianness = field.value;
  });
  if (shards != 1)
    throw bad_input("its tensors lie in {} files; those of one file can be read", shards);
  if (endianness != 0) throw bad_input("its numbers are big-endian");
}

// TensorFlow's DataType.
std::optional<DType> tensorflow_dtype(std::uint64_t type) {
  using enum DType;
  static constexpr std::array<std::pair<int, DType>, 8> kTypes{{{1, kFloat32},
                                                                {2, kFloat64},
                                                                {3, kInt32},
                                                                {4, kUInt8},
                                                                {9, kInt64},
                                                                {10, kBool},
                                                                {14, kBFloat16},
                                                                {19, kFloat16}}};
  for (const auto& [number, dtype] : kTypes) {
    if (static_cast<std::uint64_t>(number) == type) return dtype;
  }
  return std::nullopt;
}

void add(ReadState& state, const std::string& name, const BundleEntry& entry, ByteView data,
         bool verify, std::uint64_t& used) {
  const auto dtype = tensorflow_dtype(entry.type);
  if (!dtype || entry.sliced) {
    note_other(state,
               fmt::format("'{}': {}", name,
                           entry.sliced ? "a tensor in slices"
                                        : fmt::format("of TensorFlow's type {}", entry.type)));
    return;
  }
  if (entry.shard != 0 || entry.offset > data.size() || entry.size > data.size() - entry.offset) {
    throw bad_input("the tensor '{}': {} bytes at {} of a data file of {} bytes", name, entry.size,
                    entry.offset, data.size());
  }
  used += entry.size;
  if (used > data.size()) throw bad_input("its tensors overlap");
  const ByteView bytes =
      data.subspan(static_cast<std::size_t>(entry.offset), static_cast<std::size_t>(entry.size));
  if (verify && masked_crc32c(bytes) != entry.checksum)
    throw bad_input("the tensor '{}' has a wrong checksum", name);
  add_flat_tensor(state, name, *dtype, entry.extents, bytes);
}

}  // namespace

bool is_tensorflow_index(ByteView bytes) {
  return is_sorted_table(bytes);
}

ReadState read_tensorflow(ByteView index, ByteView data, bool verify) {
  const std::vector<TableEntry> entries = read_sorted_table(index, verify);
  if (entries.empty() || !entries.front().key.empty())
    throw bad_input("a sorted table, but not of a TensorFlow checkpoint: it has no header");
  check_header(entries.front().value);
  ReadState state;
  state.source = "tensorflow";
  std::uint64_t used = 0;
  for (std::size_t i = 1; i < entries.size(); ++i)
    add(state, printable(entries[i].key), bundle_entry(entries[i].value), data, verify, used);
  if (state.state.tensors.empty()) throw bad_input("it holds no tensors of floating-point numbers");
  return state;
}

}  // namespace arcadecam::checkpoint
