// The two files of a TensorFlow checkpoint, whole and broken; tests/golden/agents has TensorFlow's
// own.
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>

#include "arcadecam/checkpoint/checkpoint.h"
#include "arcadecam/core/files.h"
#include "checkpoint/formats/archives.h"
#include "checkpoint/formats/file_formats.h"
#include "checkpoint/formats/sorted_table.h"
#include "support/golden.h"

namespace arcadecam::checkpoint {
namespace {

using test::error_of;
using test::view_of;

Bytes tensorflow_file(const std::string& file) {
  return read_file(test::golden_dir() / "agents" / file);
}

Bytes index_file() {
  return tensorflow_file("dopamine_tf_c51.index");
}

Bytes data_file() {
  return tensorflow_file("dopamine_tf_c51.data-00000-of-00001");
}

TEST(SortedTable, ChecksumsAreLevelDbs) {
  // CRC-32C of "123456789" is E3069283 (RFC 3720); rotated by 15 bits, plus A282EAD8.
  constexpr std::uint32_t kCrc = 0xE3069283U;
  EXPECT_EQ(masked_crc32c(view_of("123456789")), ((kCrc >> 15) | (kCrc << 17)) + 0xA282EAD8U);
}

TEST(SortedTable, KeysThatShareTheirBeginningAreWhole) {
  const Bytes index = index_file();
  std::vector<std::string> keys;
  for (const TableEntry& entry : read_sorted_table(index)) keys.push_back(entry.key);
  ASSERT_EQ(keys.size(), 12U);
  EXPECT_EQ(keys[0], "");
  EXPECT_EQ(keys[1], "Online/Conv/biases");
  EXPECT_EQ(keys[10], "Online/fully_connected_1/weights");
  EXPECT_EQ(keys[11], "global_step");
}

TEST(TensorFlow, EveryChangedByteIsNoticedOrOfNoMeaning) {
  const Bytes index = index_file(), data = data_file();
  const ReadState whole = read_tensorflow(index, data);
  std::size_t refused = 0;
  for (std::size_t at = 0; at < index.size(); ++at) {
    Bytes changed = index;
    changed[at] ^= 0x41;
    const std::string message = error_of([&] {
      const ReadState read = read_tensorflow(changed, data);
      ASSERT_EQ(read.state.tensors.size(), whole.state.tensors.size());
    });
    // What describes the table (an empty block) and the footer's padding are not read.
    refused += message.empty() ? 0 : 1;
    EXPECT_EQ(message.find('\n'), std::string::npos) << message;
  }
  EXPECT_GT(refused, index.size() - 60);
  for (std::size_t at = 0; at < data.size(); at += 997) {
    Bytes changed = data;
    changed[at] ^= 0x01;
    EXPECT_NE(error_of([&] { read_tensorflow(index, changed); }).find("wrong checksum"),
              std::string::npos)
        << at;
  }
}

TEST(TensorFlow, CutOffFilesAreRefused) {
  const Bytes index = index_file(), data = data_file();
  for (std::size_t length = 0; length < index.size(); length += 7)
    EXPECT_NE(error_of([&] { read_tensorflow(ByteView(index).first(length), data); }), "");
  for (std::size_t length = 0; length < data.size(); length += 4001)
    EXPECT_NE(error_of([&] { read_tensorflow(index, ByteView(data).first(length)); }), "");
}

TEST(TensorFlow, WithoutChecksumsNothingIsBelievedEither) {
  const Bytes index = index_file(), data = data_file();
  for (std::size_t at = 0; at < index.size(); ++at) {
    for (const std::uint8_t value : {0x00, 0x01, 0x7F, 0x80, 0xFF}) {
      Bytes changed = index;
      changed[at] = value;
      error_of([&] { read_tensorflow(changed, data, /*verify=*/false); });
    }
  }
}

TEST(TensorFlow, CompressedTablesAreRefusedByName) {
  const Bytes index = index_file();
  std::size_t types = 0;
  for (std::size_t at = 0; at < index.size(); ++at) {
    if (index[at] != 0) continue;
    Bytes changed = index;
    changed[at] = 1;
    if (error_of([&] { read_tensorflow(changed, data_file()); }).find("a compressed block") !=
        std::string::npos)
      ++types;
  }
  EXPECT_EQ(types, 2U) << "of the entries and of the index of blocks";
}

TEST(TensorFlow, TheFilesAreFoundByTheIndexsName) {
  const test::TemporaryFolder folder;
  const auto copy = [&](const std::string& name, const Bytes& bytes) {
    std::ofstream(folder.path() / name, std::ios::binary)
        .write(reinterpret_cast<const char*>(bytes.data()),
               static_cast<std::streamsize>(bytes.size()));
    return folder.path() / name;
  };
  const auto index = copy("tf_ckpt-199.index", index_file());
  EXPECT_NE(error_of([&] {
              load(index);
            }).find("tf_ckpt-199.data-00000-of-00001', which is not beside it"),
            std::string::npos);
  const auto data = copy("tf_ckpt-199.data-00000-of-00001", data_file());
  EXPECT_EQ(load(index).container, "TensorFlow checkpoint");
  EXPECT_NE(error_of([&] { load(data); }).find("give its index, which ends in .index"),
            std::string::npos);
  const auto renamed = copy("mine.ckpt", index_file());
  EXPECT_NE(error_of([&] { load(renamed); }).find("should end in .index"), std::string::npos);
  LoadOptions options;
  options.max_bytes = 1000;
  EXPECT_NE(error_of([&] { load(index, options); }).find("more than the limit"), std::string::npos);
}

}  // namespace
}  // namespace arcadecam::checkpoint
