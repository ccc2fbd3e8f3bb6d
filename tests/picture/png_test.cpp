#include "picture/png.h"

#include <gtest/gtest.h>
#include <png.h>

#include <cstring>

#include "arcadecam/core/error.h"
#include "arcadecam/core/files.h"
#include "support/golden.h"

namespace arcadecam::picture {
namespace {

/// Colours that differ between neighbours in every channel.
Image pattern(Size size) {
  Image image(size);
  for (std::int64_t row = 0; row < size.height; ++row) {
    for (std::int64_t column = 0; column < size.width; ++column) {
      image.set(row, column,
                {static_cast<std::uint8_t>(row * 31), static_cast<std::uint8_t>(column * 17),
                 static_cast<std::uint8_t>(row * column)});
    }
  }
  return image;
}

/// What libpng's reader makes of the bytes.
Image decode(const std::vector<std::uint8_t>& bytes) {
  png_image png{};
  png.version = PNG_IMAGE_VERSION;
  EXPECT_NE(png_image_begin_read_from_memory(&png, bytes.data(), bytes.size()), 0) << png.message;
  EXPECT_EQ(png.format, static_cast<png_uint_32>(PNG_FORMAT_RGB));
  Image image(Size{png.height, png.width});
  EXPECT_NE(png_image_finish_read(&png, nullptr, image.pixels().data(), 0, nullptr), 0)
      << png.message;
  return image;
}

/// The data of a file's first chunk of a type, or nothing.
std::string chunk(const std::vector<std::uint8_t>& bytes, const std::string& type) {
  std::size_t at = 8;
  while (at + 12 <= bytes.size()) {
    const std::size_t length = (std::size_t{bytes[at]} << 24U) |
                               (std::size_t{bytes[at + 1]} << 16U) |
                               (std::size_t{bytes[at + 2]} << 8U) | bytes[at + 3];
    const auto data = bytes.begin() + static_cast<std::ptrdiff_t>(at) + 8;
    if (std::string(data - 4, data) == type) {
      return {data, data + static_cast<std::ptrdiff_t>(length)};
    }
    at += 12 + length;
  }
  return {};
}

void expect_equal(const Image& a, const Image& b) {
  ASSERT_EQ(a.size(), b.size());
  EXPECT_EQ(std::memcmp(a.pixels().data(), b.pixels().data(),
                        static_cast<std::size_t>(a.pixels().size())),
            0);
}

TEST(EncodePng, DecodesToTheSamePixels) {
  const Image image = pattern({13, 29});
  expect_equal(decode(encode_png(image)), image);
  expect_equal(decode(encode_png(pattern({1, 1}))), pattern({1, 1}));
}

TEST(EncodePng, ScaleEnlargesEveryPixel) {
  const Image image = pattern({5, 7});
  expect_equal(decode(encode_png(image, {}, 3)), resize_nearest(image, {15, 21}));
}

TEST(EncodePng, GivesTheSameBytesEveryTime) {
  const Metadata metadata{{"Title", "Pong, step 12"}, {"Software", "arcadecam"}};
  const std::vector<std::uint8_t> bytes = encode_png(pattern({40, 30}), metadata, 2);
  EXPECT_EQ(bytes, encode_png(pattern({40, 30}), metadata, 2));
  EXPECT_EQ(chunk(bytes, "tIME"), "");
}

TEST(EncodePng, HoldsItsMetadata) {
  const std::string plain("Title\0Pong, step 12", 19);
  EXPECT_EQ(chunk(encode_png(pattern({4, 4}), {{"Title", "Pong, step 12"}}), "tEXt"), plain);
  // Keyword, zero, compression flag and method, empty language and translated keyword, UTF-8 text.
  const std::string international = std::string("Title\0\0\0\0\0", 10) + "Σ α·A";
  EXPECT_EQ(chunk(encode_png(pattern({4, 4}), {{"Title", "Σ α·A"}}), "iTXt"), international);
}

TEST(EncodePng, RefusesWhatPngCannotHold) {
  const Image image = pattern({2, 2});
  EXPECT_THROW(encode_png(Image{}), Error);
  EXPECT_THROW(encode_png(image, {}, 0), Error);
  EXPECT_THROW(encode_png(image, {}, 600'000), Error);
  for (const std::string& keyword :
       {std::string(), std::string(80, 'k'), std::string(" k"), std::string("k "),
        std::string("a  b"), std::string("a\nb"), std::string("ключ")}) {
    EXPECT_THROW(encode_png(image, {{keyword, "text"}}), Error) << keyword;
  }
  EXPECT_THROW(encode_png(image, {{"Title", std::string("a\0b", 3)}}), Error);
}

TEST(WritePng, WritesTheEncodedBytesAndNothingElse) {
  const test::TemporaryFolder folder;
  const auto file = folder.path() / "still.png";
  write_png(file, pattern({6, 6}), {{"Title", "still"}}, 2);
  EXPECT_EQ(read_file(file), encode_png(pattern({6, 6}), {{"Title", "still"}}, 2));
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder.path()), {}), 1);
}

TEST(WritePng, NamesAFolderThatIsMissing) {
  const test::TemporaryFolder folder;
  const auto file = folder.path() / "missing" / "still.png";
  try {
    write_png(file, pattern({2, 2}));
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), Error::Kind::kBadInput);
    EXPECT_NE(std::string(error.what()).find(file.string()), std::string::npos) << error.what();
  }
}

}  // namespace
}  // namespace arcadecam::picture
