#include "core/gzip.h"

#include <gtest/gtest.h>

#include <string>

#include "checkpoint/formats/archives.h"

namespace arcadecam {
namespace {

using test::error_of;

const InflateLimits kLimits{std::uint64_t{1} << 30};

Bytes joined(Bytes first, const Bytes& second) {
  first.insert(first.end(), second.begin(), second.end());
  return first;
}

TEST(Gzip, RoundTrips) {
  const std::string content = "weights and more weights";
  EXPECT_EQ(gunzip(test::gzip(content), kLimits), test::bytes_of(content));
}

TEST(Gzip, LargeContentComesBackWhole) {
  std::string content;
  std::uint32_t state = 1;
  for (int i = 0; i < 3'000'000; ++i) {
    state = state * 1664525U + 1013904223U;
    content += static_cast<char>(state >> 24);
  }
  EXPECT_EQ(gunzip(test::gzip(content), kLimits), test::bytes_of(content));
}

TEST(Gzip, MembersAreJoined) {
  EXPECT_EQ(gunzip(joined(test::gzip("ab"), test::gzip("cd")), kLimits), test::bytes_of("abcd"));
}

TEST(Gzip, EmptyContent) {
  EXPECT_TRUE(gunzip(test::gzip(""), kLimits).empty());
}

TEST(Gzip, TrailingZerosArePadding) {
  EXPECT_EQ(gunzip(joined(test::gzip("ab"), Bytes(512, 0)), kLimits), test::bytes_of("ab"));
}

TEST(Gzip, OtherTrailingBytesAreRefused) {
  const Bytes bytes = joined(test::gzip("ab"), test::bytes_of("cd!"));
  EXPECT_EQ(error_of([&] { gunzip(bytes, kLimits); }),
            "3 bytes that are not gzip follow the gzip data");
}

TEST(Gzip, EveryCutIsNoticed) {
  const Bytes whole = test::gzip("some content that is long enough");
  for (std::size_t length = 2; length < whole.size(); ++length) {
    EXPECT_NE(error_of([&] { gunzip(ByteView(whole).first(length), kLimits); }).find("cut off"),
              std::string::npos)
        << length;
  }
}

TEST(Gzip, AFlippedBitIsNoticedOrChangesNothing) {
  const std::string content = "some content that is long enough";
  const Bytes whole = test::gzip(content);
  constexpr std::size_t kHeader = 10;
  int noticed = 0;
  for (std::size_t i = kHeader; i < whole.size(); ++i) {
    Bytes flipped = whole;
    flipped[i] ^= 4;
    // Deflate's last byte ends in bits that mean nothing.
    if (!error_of([&] {
           EXPECT_EQ(gunzip(flipped, kLimits), test::bytes_of(content)) << i;
         }).empty()) {
      ++noticed;
    }
  }
  EXPECT_GE(noticed, static_cast<int>(whole.size() - kHeader) - 1);
}

TEST(Gzip, HarmlessSizesMayHaveAnyRatio) {
  const std::string zeros(16 << 20, '\0');
  EXPECT_EQ(gunzip(test::gzip(zeros), kLimits).size(), zeros.size());
}

TEST(Gzip, LargeSizesWithLargeRatiosAreRefused) {
  const Bytes bomb = test::gzip(std::string((16 << 20) + 1, '\0'));
  EXPECT_NE(error_of([&] { gunzip(bomb, kLimits); }).find("over 100 times"), std::string::npos);
}

TEST(Gzip, TheUsersLimitHolds) {
  const Bytes bytes = test::gzip(std::string(1000, 'x'));
  EXPECT_EQ(gunzip(bytes, {1000}).size(), 1000U);
  EXPECT_NE(error_of([&] { gunzip(bytes, {999}); }).find("--max-size"), std::string::npos);
}

}  // namespace
}  // namespace arcadecam
