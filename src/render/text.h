#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "picture/draw.h"

namespace arcadecam::render {

class FontFace;

/// DejaVu Sans: the file that is installed with the program, or that was found when it was built.
std::filesystem::path default_font();

/// Takes one character from the front of UTF-8 text that is not empty. A byte that starts no
/// well-formed character is U+FFFD.
char32_t take_character(std::string_view& text);

/// A font at one size that writes single lines of UTF-8 onto pictures. Bytes that are no UTF-8 show
/// as U+FFFD. A character that the font lacks is drawn by another font that has it (FontFiles), and
/// where none has it as its number, such as "\u6A21". Not for several threads at once.
class Font {
 public:
  /// `pixels` is the height of the font's em square, 4 to 1000. Throws Error when the font file
  /// cannot be read (naming the package that brings it) or the size is out of range (usage).
  explicit Font(int pixels, const std::filesystem::path& file = default_font());
  Font(Font&&) noexcept;
  Font& operator=(Font&&) noexcept;
  ~Font();

  /// From the top of the highest letters to the bottom of the lowest: every Latin letter fits.
  [[nodiscard]] std::int64_t line_height() const;
  /// From the top of the line to its baseline.
  [[nodiscard]] std::int64_t ascent() const;
  /// How far the pen moves.
  [[nodiscard]] std::int64_t width(std::string_view text) const;
  /// The smallest box around the pixels that draw(…, top 0, left 0, text, …) touches.
  [[nodiscard]] picture::Box ink(std::string_view text) const;
  /// The text, or where it is wider than `width` its longest start that fits with "…" after it.
  [[nodiscard]] std::string fit(std::string_view text, std::int64_t width) const;
  /// Blends the text in; (top, left) is the corner of its line, line_height() high.
  void draw(picture::Image& image, std::int64_t top, std::int64_t left, std::string_view text,
            picture::Rgb color) const;

 private:
  std::unique_ptr<FontFace> face_;
  std::int64_t ascent_ = 0, descent_ = 0;
};

}  // namespace arcadecam::render
