#include "render/text.h"

#include <algorithm>
#include <array>

#include "arcadecam/core/error.h"
#include "core/program_folder.h"
#include "render/pictures_module.h"

namespace arcadecam::render {
namespace {

constexpr char32_t kReplacement = U'\uFFFD';

/// The smallest character of each length; a smaller one is written too long.
constexpr std::array<char32_t, 5> kSmallestOfLength{0, 0, 0x80, 0x800, 0x10000};

}  // namespace

char32_t take_character(std::string_view& text) {
  const auto byte = [&](std::size_t i) {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U;
  };
  const unsigned first = byte(0);
  const std::size_t length = first < 0x80   ? 1
                             : first < 0xC2 ? 0
                             : first < 0xE0 ? 2
                             : first < 0xF0 ? 3
                             : first < 0xF5 ? 4
                                            : 0;
  bool good = length > 0;
  char32_t point = length == 1 ? first : first & (0x7FU >> length);
  for (std::size_t i = 1; i < length; ++i) {
    good = good && (byte(i) & 0xC0U) == 0x80U;
    point = (point << 6U) | (byte(i) & 0x3FU);
  }
  good = good && point >= kSmallestOfLength[length] && point <= 0x10FFFF &&
         (point < 0xD800 || point > 0xDFFF);
  text.remove_prefix(good ? length : 1);
  return good ? point : kReplacement;
}

std::filesystem::path default_font() {
  return data_file("DejaVuSans.ttf", ARCADECAM_FONT);
}

Font::Font(int pixels, const std::filesystem::path& file) {
  constexpr int kSmallest = 4, kLargest = 1000;
  if (pixels < kSmallest || pixels > kLargest) {
    throw bad_usage("a text size of {} pixels: expected {} to {}", pixels, kSmallest, kLargest);
  }
  face_ = pictures_module().open_face(file, pixels);
  // Letters with the usual accents and descenders; the font's own extents have room for signs that
  // are never used and would spread the lines.
  for (const char32_t point : {U'Å', U'É', U'g', U'j', U'Q', U'|', U'(', U'ç'}) {
    const Glyph& glyph = face_->glyph(point);
    ascent_ = std::max(ascent_, glyph.top);
    descent_ = std::max(descent_, glyph.height - glyph.top);
  }
}

Font::Font(Font&&) noexcept = default;
Font& Font::operator=(Font&&) noexcept = default;
Font::~Font() = default;

std::int64_t Font::line_height() const {
  return ascent_ + descent_;
}

std::int64_t Font::ascent() const {
  return ascent_;
}

std::int64_t Font::width(std::string_view text) const {
  std::int64_t width = 0;
  while (!text.empty()) width += face_->glyph(take_character(text)).advance;
  return width;
}

picture::Box Font::ink(std::string_view text) const {
  std::int64_t pen = 0;
  picture::Box box;
  while (!text.empty()) {
    const Glyph& glyph = face_->glyph(take_character(text));
    const picture::Box part{ascent_ - glyph.top, pen + glyph.left, glyph.height, glyph.width};
    pen += glyph.advance;
    if (part.empty()) continue;
    if (box.empty()) box = part;
    const std::int64_t top = std::min(box.top, part.top), left = std::min(box.left, part.left);
    box = {top, left, std::max(box.bottom(), part.bottom()) - top,
           std::max(box.right(), part.right()) - left};
  }
  return box;
}

std::string Font::fit(std::string_view text, std::int64_t width) const {
  if (this->width(text) <= width) return std::string(text);
  constexpr std::string_view kDots = "…";
  std::int64_t used = this->width(kDots);
  if (used > width) return {};
  std::string_view rest = text;
  std::size_t kept = 0;
  while (!rest.empty()) {
    used += face_->glyph(take_character(rest)).advance;
    if (used > width) break;
    kept = text.size() - rest.size();
  }
  while (kept > 0 && text[kept - 1] == ' ') --kept;
  return std::string(text.substr(0, kept)) + std::string(kDots);
}

void Font::draw(picture::Image& image, std::int64_t top, std::int64_t left, std::string_view text,
                picture::Rgb color) const {
  const picture::Size size = image.size();
  std::int64_t pen = left;
  while (!text.empty()) {
    const Glyph& glyph = face_->glyph(take_character(text));
    const std::int64_t first_row = top + ascent_ - glyph.top;
    const std::int64_t first_column = pen + glyph.left;
    pen += glyph.advance;
    for (std::int64_t i = 0; i < std::ssize(glyph.coverage); ++i) {
      const std::int64_t row = first_row + i / glyph.width, column = first_column + i % glyph.width;
      if (row < 0 || column < 0 || row >= size.height || column >= size.width) continue;
      const int covered = glyph.coverage[static_cast<std::size_t>(i)];
      std::uint8_t* pixel = image.pixels().data() + (row * size.width + column) * 3;
      for (std::size_t c = 0; c < 3; ++c) {
        pixel[c] = static_cast<std::uint8_t>(
            (pixel[c] * (255 - covered) + color[c] * covered + 127) / 255);
      }
    }
  }
}

}  // namespace arcadecam::render
