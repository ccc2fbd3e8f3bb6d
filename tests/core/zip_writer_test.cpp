#include "core/zip_writer.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "arcadecam/core/files.h"
#include "checkpoint/formats/archives.h"
#include "core/zip_reader.h"
#include "support/golden.h"

namespace arcadecam {
namespace {

Bytes written(const std::filesystem::path& file, const test::Members& members) {
  OutputFile output(file);
  ZipWriter writer(output);
  for (const auto& [name, content] : members) {
    Crc32 crc;
    crc.add(test::view_of(content));
    writer.add(name, MemorySource(test::view_of(content)), crc.value());
  }
  writer.finish();
  output.commit();
  return read_file(file);
}

/// The same file by libzip.
Bytes written_by_libzip(const std::filesystem::path& file, const test::Members& members) {
  int code = 0;
  zip_t* archive = zip_open(file.c_str(), ZIP_CREATE | ZIP_TRUNCATE, &code);
  for (const auto& [name, content] : members) {
    zip_source_t* source = zip_source_buffer(archive, content.data(), content.size(), 0);
    const auto at =
        static_cast<zip_uint64_t>(zip_file_add(archive, name.c_str(), source, ZIP_FL_ENC_UTF_8));
    zip_set_file_compression(archive, at, ZIP_CM_STORE, 0);
    zip_file_set_dostime(archive, at, 0, (1 << 5) | 1, 0);
    zip_file_set_external_attributes(archive, at, 0, ZIP_OPSYS_UNIX, 0100644U << 16U);
  }
  EXPECT_EQ(zip_close(archive), 0);
  return read_file(file);
}

TEST(ZipWriter, WritesTheBytesThatLibzipWrites) {
  const test::TemporaryFolder folder;
  const test::Members members{{"a.npy", "first"},
                              {"fullgrad++.npy", std::string(700'000, 'x')},
                              {"empty", ""},
                              {"é.npy", "accent"}};
  EXPECT_EQ(written(folder.path() / "ours.zip", members),
            written_by_libzip(folder.path() / "theirs.zip", members));
}

TEST(ZipWriter, MoreMembersThanAnOldRecordCounts) {
  const test::TemporaryFolder folder;
  test::Members members;
  for (int i = 0; i < 70'000; ++i) members.emplace_back(std::to_string(i), i % 7 == 0 ? "x" : "");
  const Bytes bytes = written(folder.path() / "ours.zip", members);
  EXPECT_EQ(bytes, written_by_libzip(folder.path() / "theirs.zip", members));
  const ZipReader reader(std::make_unique<MemorySource>(bytes));
  ASSERT_EQ(reader.members().size(), 70'000U);
  EXPECT_EQ(reader.read(*reader.find("69993")), test::bytes_of("x"));
  EXPECT_EQ(reader.read(*reader.find("69999")), Bytes());
}

TEST(ZipWriter, ACrcMayGetAStart) {
  Crc32 whole, end;
  whole.add(test::view_of("a header and the rest"));
  end.add(test::view_of(" and "));
  end.add(test::view_of("the rest"));
  end.put_before(test::view_of("a header"));
  EXPECT_EQ(end.value(), whole.value());
  EXPECT_EQ(end.count(), 21U);
}

}  // namespace
}  // namespace arcadecam
