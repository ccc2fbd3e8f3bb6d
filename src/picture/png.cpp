#include "picture/png.h"

#include <png.h>

#include <algorithm>
#include <csetjmp>
#include <span>
#include <string_view>
#include <utility>

#include "arcadecam/core/error.h"
#include "arcadecam/core/files.h"

namespace arcadecam::picture {
namespace {

/// libpng's own limit on width and height.
constexpr std::int64_t kLongestSide = 1'000'000;
/// zlib's default; fixed here so that the bytes do not depend on how libpng was configured.
constexpr int kCompression = 6;

/// What libpng's C callbacks need. It lives outside of the function that calls setjmp, so that a
/// jump back never skips a destructor.
struct Encoder {
  png_structp png = nullptr;
  png_infop info = nullptr;
  std::vector<std::uint8_t> bytes;
  std::string message;

  Encoder() = default;
  Encoder(const Encoder&) = delete;
  Encoder& operator=(const Encoder&) = delete;
  ~Encoder() { png_destroy_write_struct(&png, &info); }
};

/// Remembers libpng's message and returns to the setjmp in encode().
[[noreturn]] void fail(png_structp png, png_const_charp message) {
  static_cast<Encoder*>(png_get_error_ptr(png))->message = message;
  png_longjmp(png, 1);
}

void ignore_warning(png_structp, png_const_charp) {}

void append(png_structp png, png_bytep data, std::size_t length) {
  bool enough_memory = true;
  try {
    auto& bytes = static_cast<Encoder*>(png_get_io_ptr(png))->bytes;
    bytes.insert(bytes.end(), data, data + length);
  } catch (...) {
    enough_memory = false;  // an exception must not cross libpng's C frames
  }
  if (!enough_memory) png_error(png, "out of memory");
}

void flush(png_structp) {}

/// Runs libpng. Returns false when it failed; encoder.message says why. Holds nothing that has a
/// destructor: libpng reports errors by longjmp.
bool encode(Encoder& encoder, Size size, std::span<png_bytep> rows, std::span<png_text> texts) {
  if (setjmp(png_jmpbuf(encoder.png)) != 0) return false;
  png_set_write_fn(encoder.png, &encoder, append, flush);
  png_set_compression_level(encoder.png, kCompression);
  // Large flat areas: the other filters make the files larger and cost time.
  png_set_filter(encoder.png, PNG_FILTER_TYPE_BASE, PNG_FILTER_NONE);
  png_set_IHDR(encoder.png, encoder.info, static_cast<png_uint_32>(size.width),
               static_cast<png_uint_32>(size.height), 8, PNG_COLOR_TYPE_RGB, PNG_INTERLACE_NONE,
               PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
  png_set_sRGB(encoder.png, encoder.info, PNG_sRGB_INTENT_PERCEPTUAL);
  if (!texts.empty()) {
    png_set_text(encoder.png, encoder.info, texts.data(), static_cast<int>(texts.size()));
  }
  png_write_info(encoder.png, encoder.info);
  png_write_image(encoder.png, rows.data());
  png_write_end(encoder.png, nullptr);
  return true;
}

bool is_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return c == '\n' || (c >= ' ' && c <= '~'); });
}

/// Throws unless PNG can hold the entry (PNG specification, third edition, 11.3.3).
void check_entry(const std::string& keyword, const std::string& text) {
  if (keyword.empty() || keyword.size() > 79 || !is_ascii(keyword) || keyword.starts_with(' ') ||
      keyword.ends_with(' ') || keyword.find("  ") != std::string::npos ||
      keyword.find('\n') != std::string::npos) {
    throw bad_usage(
        "'{}' cannot be a keyword in a PNG file: expected 1 to 79 ASCII characters without outer "
        "or "
        "double spaces",
        keyword);
  }
  if (text.find('\0') != std::string::npos) {
    throw bad_usage("the text of '{}' cannot go into a PNG file: it holds a zero byte", keyword);
  }
}

/// libpng's view of the metadata; it points into `metadata`.
std::vector<png_text> texts_of(const Metadata& metadata) {
  std::vector<png_text> texts;
  for (const auto& [keyword, text] : metadata) {
    check_entry(keyword, text);
    png_text entry{};
    // libpng's structure holds mutable pointers but only reads from them.
    entry.key = const_cast<char*>(keyword.c_str());
    entry.text = const_cast<char*>(text.c_str());
    if (is_ascii(text)) {
      entry.compression = PNG_TEXT_COMPRESSION_NONE;
      entry.text_length = text.size();
    } else {
      entry.compression = PNG_ITXT_COMPRESSION_NONE;
      entry.itxt_length = text.size();
    }
    texts.push_back(entry);
  }
  return texts;
}

/// The picture that is written: checked, each pixel scale×scale large.
Image enlarged(const Image& image, int scale) {
  const Size size = image.size();
  if (scale < 1) throw bad_usage("a picture's scale must be 1 or more, got {}", scale);
  const std::int64_t longest = std::max(size.height, size.width);
  if (std::min(size.height, size.width) < 1 || longest > kLongestSide / scale) {
    throw bad_input("a PNG file holds 1 to {} pixels a side, got {}×{} enlarged {} times",
                    kLongestSide, size.width, size.height, scale);
  }
  return scale == 1 ? image : resize_nearest(image, {size.height * scale, size.width * scale});
}

}  // namespace

std::vector<std::uint8_t> encode_png(const Image& image, const Metadata& metadata, int scale) {
  Image picture = enlarged(image, scale);
  std::vector<png_text> texts = texts_of(metadata);
  std::vector<png_bytep> rows;
  for (std::int64_t row = 0; row < picture.size().height; ++row) {
    rows.push_back(picture.pixels()[row].data());
  }

  Encoder encoder;
  encoder.png = png_create_write_struct(PNG_LIBPNG_VER_STRING, &encoder, fail, ignore_warning);
  if (encoder.png != nullptr) encoder.info = png_create_info_struct(encoder.png);
  if (encoder.info == nullptr) throw bad_input("a PNG file cannot be made: libpng found no memory");
  if (!encode(encoder, picture.size(), rows, texts)) {
    throw bad_input("a PNG file of {}×{} pixels cannot be made: {}", picture.size().width,
                    picture.size().height, encoder.message);
  }
  return std::move(encoder.bytes);
}

void write_png(const std::filesystem::path& file, const Image& image, const Metadata& metadata,
               int scale) {
  const std::vector<std::uint8_t> bytes = encode_png(image, metadata, scale);
  OutputFile output(file);
  output.write(bytes);
  output.commit();
}

}  // namespace arcadecam::picture
