#include "checkpoint/formats/zip_archive.h"

#include <gtest/gtest.h>

#include <string>

#include "checkpoint/formats/archives.h"

namespace arcadecam::checkpoint {
namespace {

using test::error_of;

const InflateLimits kZipLimits{std::uint64_t{1} << 30};

TEST(ZipArchive, FindsAndReadsStoredAndDeflatedMembers) {
  for (const int method : {ZIP_CM_STORE, ZIP_CM_DEFLATE}) {
    const Bytes bytes = test::zip({{"b/two", "second second second"}, {"a/one", "first"}}, method);
    const ZipArchive archive(bytes, kZipLimits);
    ASSERT_EQ(archive.members().size(), 2U);
    EXPECT_EQ(archive.members()[0].name, "b/two");
    EXPECT_EQ(archive.members()[0].size, 20U);
    ASSERT_TRUE(archive.find("a/one").has_value());
    EXPECT_EQ(archive.read(*archive.find("a/one")), test::bytes_of("first"));
    EXPECT_EQ(archive.read(*archive.find("b/two")), test::bytes_of("second second second"));
    EXPECT_FALSE(archive.find("c").has_value());
  }
}

TEST(ZipArchive, AFlippedContentByteIsNoticed) {
  Bytes bytes = test::zip({{"a", "some content"}});
  const std::string text(as_text(bytes));
  bytes[text.find("some content")] ^= 1;
  const ZipArchive archive(bytes, kZipLimits);
  EXPECT_NE(error_of([&] { static_cast<void>(archive.read(0)); }).find("CRC"), std::string::npos);
}

TEST(ZipArchive, EveryCutIsNoticed) {
  const Bytes bytes = test::zip({{"a", "some content"}, {"b", "more"}});
  for (std::size_t length = 4; length < bytes.size(); ++length) {
    EXPECT_NE(error_of([&] { ZipArchive(ByteView(bytes).first(length), kZipLimits); }), "")
        << length;
  }
}

TEST(ZipArchive, BombsAreRefusedBeforeTheyAreUnpacked) {
  const Bytes one = test::zip({{"a", std::string((16 << 20) + 1, '\0')}}, ZIP_CM_DEFLATE);
  EXPECT_NE(error_of([&] { ZipArchive(one, kZipLimits); }).find("over 100 times"),
            std::string::npos);
  const std::string part(9 << 20, '\0');  // each harmless, together not
  const Bytes many = test::zip({{"a", part}, {"b", part}}, ZIP_CM_DEFLATE);
  EXPECT_NE(error_of([&] { ZipArchive(many, kZipLimits); }).find("over 100 times"),
            std::string::npos);
}

TEST(ZipArchive, TheUsersLimitHoldsForTheSum) {
  const Bytes bytes = test::zip({{"a", std::string(600, 'x')}, {"b", std::string(600, 'x')}});
  EXPECT_EQ(ZipArchive(bytes, {1200}).members().size(), 2U);
  EXPECT_NE(error_of([&] { ZipArchive(bytes, {1199}); }).find("--max-size"), std::string::npos);
}

TEST(ZipArchive, OtherMethodsAreRefusedByNumber) {
  Bytes bytes = test::zip({{"a", "some content"}});
  const std::string text(as_text(bytes));
  bytes[8] = 12;                              // method in the local header …
  bytes[text.rfind("PK\x01\x02") + 10] = 12;  // … and in the directory: bzip2
  EXPECT_NE(error_of([&] { ZipArchive(bytes, kZipLimits); }).find("packed by method 12"),
            std::string::npos);
}

}  // namespace
}  // namespace arcadecam::checkpoint
