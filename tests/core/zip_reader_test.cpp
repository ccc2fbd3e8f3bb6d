#include "core/zip_reader.h"

#include <gtest/gtest.h>

#include <fstream>
#include <memory>
#include <random>
#include <string>

#include "checkpoint/formats/archives.h"
#include "core/zip_format.h"
#include "support/golden.h"

namespace arcadecam {
namespace {

using test::error_of;

ZipReader zip_reader(ByteView bytes) {
  return ZipReader(std::make_unique<MemorySource>(bytes));
}

std::string refusal_of(ByteView bytes) {
  return error_of([&] {
    const ZipReader reader = zip_reader(bytes);
    for (std::size_t i = 0; i < reader.members().size(); ++i) static_cast<void>(reader.read(i));
  });
}

/// Little-endian numbers and texts, one after another.
class Parts {
 public:
  template <typename T>
  Parts& number(T value) {
    for (std::size_t i = 0; i < sizeof(T); ++i)
      bytes_.push_back(static_cast<std::uint8_t>(static_cast<std::uint64_t>(value) >> (8 * i)));
    return *this;
  }
  Parts& text(const std::string& text) {
    bytes_.insert(bytes_.end(), text.begin(), text.end());
    return *this;
  }
  [[nodiscard]] const Bytes& bytes() const { return bytes_; }
  [[nodiscard]] std::uint64_t size() const { return bytes_.size(); }

 private:
  Bytes bytes_;
};

constexpr std::uint32_t kAll32 = 0xFFFFFFFF;
constexpr std::uint16_t kAll16 = 0xFFFF;
const std::string kContent = "some content";

struct Zip64Changes {
  std::uint64_t size = kContent.size(), header_at = 0, count = 1;
  std::uint32_t disks = 1;
  std::uint16_t old_count = kAll16, field_bytes = 24, flags = 0;
};

/// A zip of one stored member, "a", all of whose sizes and places stand in zip64 records.
Bytes zip64(const Zip64Changes& changes = {}) {
  const auto crc = static_cast<std::uint32_t>(
      crc32(0, test::view_of(kContent).data(), static_cast<uInt>(kContent.size())));
  const bool later = (changes.flags & ZipMember::kDescriptor) != 0;
  Parts zip;
  zip.number(zip_format::kLocalMark).number<std::uint16_t>(45).number(changes.flags);
  zip.number<std::uint16_t>(0).number<std::uint32_t>(0).number(later ? 0 : crc);
  zip.number(kAll32).number(kAll32).number<std::uint16_t>(1).number<std::uint16_t>(20).text("a");
  zip.number<std::uint16_t>(1).number<std::uint16_t>(16);
  zip.number(later ? 0 : std::uint64_t{kContent.size()});
  zip.number(later ? 0 : std::uint64_t{kContent.size()}).text(kContent);
  const std::uint64_t directory = zip.size();
  zip.number(zip_format::kEntryMark).number<std::uint16_t>(45).number<std::uint16_t>(45);
  zip.number(changes.flags).number<std::uint16_t>(0).number<std::uint32_t>(0).number(crc);
  zip.number(kAll32).number(kAll32).number<std::uint16_t>(1).number<std::uint16_t>(28);
  zip.number<std::uint16_t>(0).number(kAll16).number<std::uint16_t>(0).number<std::uint32_t>(0);
  zip.number(kAll32).text("a").number<std::uint16_t>(1).number(changes.field_bytes);
  zip.number(changes.size).number(std::uint64_t{kContent.size()}).number(changes.header_at);
  const std::uint64_t end = zip.size();
  zip.number(zip_format::kEnd64Mark).number<std::uint64_t>(44).number<std::uint32_t>(0);
  zip.number<std::uint32_t>(0).number<std::uint32_t>(0).number(changes.count);
  zip.number(changes.count).number(end - directory).number(directory);
  zip.number(zip_format::kLocatorMark).number<std::uint32_t>(0).number(end).number(changes.disks);
  zip.number(zip_format::kEndMark).number<std::uint16_t>(0).number<std::uint16_t>(0);
  zip.number(changes.old_count).number(changes.old_count).number(kAll32).number(kAll32);
  zip.number<std::uint16_t>(0);
  return zip.bytes();
}

TEST(ZipReader, ReadsMembersInTheDirectorysOrder) {
  for (const int method : {ZIP_CM_STORE, ZIP_CM_DEFLATE}) {
    const std::string large(300'000, 'x');
    const Bytes bytes = test::zip({{"b", large}, {"a", "first"}, {"empty", ""}}, method);
    const ZipReader reader = zip_reader(bytes);
    ASSERT_EQ(reader.members().size(), 3U);
    EXPECT_EQ(reader.members()[0].name, "b");
    EXPECT_EQ(reader.members()[0].size, 300'000U);
    EXPECT_EQ(reader.read(0), test::bytes_of(large));
    EXPECT_EQ(reader.read(*reader.find("a")), test::bytes_of("first"));
    EXPECT_EQ(reader.read(2), Bytes());
    EXPECT_FALSE(reader.find("c").has_value());
  }
}

TEST(ZipReader, ReadsAFileAsItReadsMemory) {
  const test::TemporaryFolder folder;
  const Bytes bytes = test::zip({{"a", std::string(200'000, 'y')}, {"b", "two"}}, ZIP_CM_DEFLATE);
  const auto file = folder.path() / "a.zip";
  std::ofstream(file, std::ios::binary)
      .write(reinterpret_cast<const char*>(bytes.data()),
             static_cast<std::streamsize>(bytes.size()));
  const ZipReader from_file(std::make_unique<FileSource>(file));
  const ZipReader from_memory = zip_reader(bytes);
  for (std::size_t i = 0; i < 2; ++i) EXPECT_EQ(from_file.read(i), from_memory.read(i));
  EXPECT_NE(error_of([&] { FileSource source(folder.path() / "none"); }).find("none: no such file"),
            std::string::npos);
  EXPECT_NE(error_of([&] { FileSource source(folder.path()); }).find("not a regular file"),
            std::string::npos);
  // What is cut away while the file is open.
  std::filesystem::resize_file(file, 100);
  EXPECT_NE(error_of([&] { static_cast<void>(from_file.read(1)); }), "");
}

TEST(ZipReader, FollowsZip64Records) {
  const Bytes bytes = zip64();
  EXPECT_EQ(zip_reader(bytes).read(0), test::bytes_of(kContent));
  const Bytes later = zip64({.size = 12, .flags = ZipMember::kDescriptor});
  EXPECT_EQ(zip_reader(later).read(0), test::bytes_of(kContent)) << "values in the directory alone";
}

TEST(ZipReader, RefusesZip64RecordsThatLie) {
  const std::vector<std::pair<Zip64Changes, std::string>> cases{
      {{.size = std::uint64_t{1} << 60}, "not what the directory says"},
      {{.header_at = 5}, "no member begins at byte 5"},
      {{.header_at = std::uint64_t{1} << 63}, "not within the file"},
      {{.count = 2}, "have no room in its directory"},
      {{.count = ~std::uint64_t{0}}, "at most 100000 are read"},
      {{.disks = 2}, "several disks"},
      {{.old_count = 3}, "its two end records disagree"},
      {{.field_bytes = 8}, "cut off or corrupt"},
      {{.field_bytes = 60'000}, "cut off or corrupt"},
  };
  for (const auto& [changes, words] : cases) {
    const std::string refusal = refusal_of(zip64(changes));
    EXPECT_NE(refusal.find(words), std::string::npos) << words << ": " << refusal;
  }
}

TEST(ZipReader, NoBytesLieBeforeTheDirectorysPlaceOrAfterTheEnd) {
  const Bytes bytes = test::zip({{"a", kContent}});
  Bytes before = test::bytes_of("#!/bin/sh\n");
  before.insert(before.end(), bytes.begin(), bytes.end());
  EXPECT_NE(refusal_of(before).find("does not end at byte"), std::string::npos);
  Bytes after = bytes;
  after.push_back(0);
  EXPECT_NE(refusal_of(after).find("no record of its directory's end"), std::string::npos);
  // A comment is no such byte.
  after[bytes.size() - 2] = 1;
  EXPECT_EQ(refusal_of(after), "");
}

TEST(ZipReader, ACutFileIsToBeCopiedAgain) {
  const Bytes bytes = test::zip({{"a", kContent}});
  for (std::size_t length = 0; length < bytes.size(); ++length) {
    EXPECT_NE(refusal_of(ByteView(bytes).first(length))
                  .find("it has no record of its directory's end; copy it again"),
              std::string::npos)
        << length;
  }
}

TEST(ZipReader, TwoMembersOfOneNameAreRefused) {
  Bytes bytes = test::zip({{"a", kContent}, {"b", "other"}});
  for (std::string text(as_text(bytes)); const char* mark : {"PK\x03\x04", "PK\x01\x02"}) {
    const std::size_t name = mark[2] == 3 ? zip_format::kLocalBytes : zip_format::kEntryBytes;
    bytes[text.rfind(mark) + name] = 'a';
  }
  EXPECT_NE(refusal_of(bytes).find("several members of one name, 'a'"), std::string::npos);
}

TEST(ZipReader, AnEncryptedMemberIsSaidToBeSo) {
  for (const char* mark : {"PK\x03\x04", "PK\x01\x02"}) {
    Bytes bytes = test::zip({{"a", kContent}});
    const std::size_t flags = mark[2] == 3 ? 6 : 8;
    bytes[std::string(as_text(bytes)).find(mark) + flags] |= 1;
    EXPECT_NE(refusal_of(bytes).find("'a' is encrypted"), std::string::npos);
  }
}

/// A zip of one deflated member whose sizes or CRC are changed in both headers.
Bytes changed(const Bytes& zip, std::size_t field, std::uint32_t by) {
  Bytes bytes = zip;
  const std::string text(as_text(zip));
  for (const std::size_t at : {text.find("PK\x03\x04") + 14, text.find("PK\x01\x02") + 16}) {
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < 4; ++i) value |= std::uint32_t{bytes[at + field + i]} << (8 * i);
    value += by;
    for (std::size_t i = 0; i < 4; ++i)
      bytes[at + field + i] = static_cast<std::uint8_t>(value >> (8 * i));
  }
  return bytes;
}

TEST(ZipReader, AMemberIsAsLongAsItIsSaidToBe) {
  const Bytes bytes = test::zip({{"a", std::string(5000, 'z')}}, ZIP_CM_DEFLATE);
  constexpr std::size_t kCrc = 0, kPacked = 4, kSize = 8;
  EXPECT_NE(refusal_of(changed(bytes, kSize, 1)).find("shorter than its 5001"), std::string::npos);
  EXPECT_NE(refusal_of(changed(bytes, kSize, ~0U)).find("longer than its 4999"), std::string::npos);
  EXPECT_NE(refusal_of(changed(bytes, kPacked, ~0U)).find("shorter than its"), std::string::npos);
  EXPECT_NE(refusal_of(changed(bytes, kCrc, 1)).find("CRC"), std::string::npos);
  // No memory is taken for what so few bytes cannot hold.
  EXPECT_NE(refusal_of(changed(bytes, kSize, 1U << 31U)).find("cannot hold them"),
            std::string::npos);
}

/// What libzip reads, or nothing where it refuses any part.
std::optional<std::vector<Bytes>> read_by_libzip(ByteView bytes) {
  zip_error_t error;
  zip_source_t* source = zip_source_buffer_create(bytes.data(), bytes.size(), 0, &error);
  zip_t* archive = zip_open_from_source(source, ZIP_RDONLY | ZIP_CHECKCONS, &error);
  if (archive == nullptr) {
    zip_source_free(source);
    return std::nullopt;
  }
  const std::unique_ptr<zip_t, decltype(&zip_discard)> closed(archive, &zip_discard);
  std::vector<Bytes> result;
  for (std::int64_t i = 0; i < zip_get_num_entries(archive, 0); ++i) {
    zip_stat_t stat;
    if (zip_stat_index(archive, static_cast<zip_uint64_t>(i), 0, &stat) != 0) return std::nullopt;
    Bytes content(std::min<zip_uint64_t>(stat.size, 1 << 20) + 1);
    const std::unique_ptr<zip_file_t, decltype(&zip_fclose)> file(
        zip_fopen_index(archive, static_cast<zip_uint64_t>(i), 0), &zip_fclose);
    if (!file) return std::nullopt;
    std::size_t used = 0;
    for (std::int64_t got = 1; got > 0 && used < content.size();) {
      got = zip_fread(file.get(), content.data() + used, content.size() - used);
      if (got < 0) return std::nullopt;
      used += static_cast<std::size_t>(got);
    }
    if (used != stat.size) return std::nullopt;
    content.resize(used);
    result.push_back(std::move(content));
  }
  return result;
}

// Of damaged files the two may refuse different ones, but what both read is the same.
TEST(ZipReader, ReadsWhatLibzipReads) {
  std::mt19937 random(20261130);
  int both = 0, neither = 0, one = 0;
  for (const int method : {ZIP_CM_STORE, ZIP_CM_DEFLATE}) {
    const Bytes good = test::zip({{"data/one", "abcabcabcabc"}, {"two", "some more"}}, method);
    for (int i = 0; i < 20'000; ++i) {
      Bytes bytes = good;
      for (std::uint32_t changes = random() % 3; changes > 0; --changes)
        bytes[random() % bytes.size()] = static_cast<std::uint8_t>(random());
      std::vector<Bytes> ours;
      const bool refused = !error_of([&] {
                              const ZipReader reader = zip_reader(bytes);
                              for (std::size_t m = 0; m < reader.members().size(); ++m)
                                ours.push_back(reader.read(m));
                            }).empty();
      const auto theirs = read_by_libzip(bytes);
      if (!refused && theirs.has_value()) {
        ASSERT_EQ(ours, *theirs);
        ++both;
      } else {
        (refused && !theirs.has_value() ? neither : one) += 1;
      }
    }
  }
  EXPECT_GT(both, 12'000);
  EXPECT_GT(neither, 15'000);
  EXPECT_LT(one, 4'000);
  RecordProperty("both", both);
  RecordProperty("neither", neither);
}

}  // namespace
}  // namespace arcadecam
