#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "picture/draw.h"
#include "picture/png.h"
#include "render/text.h"

namespace arcadecam::render {

/// A picture as the list of what is drawn, in that order: rectangles, pictures and lines of text.
/// Its unit is a pixel at scale 1. It can be drawn at any scale, and written with texts that stay
/// texts (see write_figure).
class Figure {
 public:
  struct Fill {
    picture::Box box;
    picture::Rgb color;
  };
  struct Picture {
    picture::Box box;  ///< the picture is stretched to it; its own pixels are kept
    picture::Image image;
  };
  struct Text {
    std::int64_t top, at;  ///< of the line; its left end, middle or right end, as `align` says
    int pixels;            ///< height of the font's em square
    std::string text;      ///< one line of UTF-8
    picture::Rgb color;
    picture::Align align;
  };
  using Item = std::variant<Fill, Picture, Text>;

  /// Throws Error for a size below 1.
  Figure(picture::Size size, picture::Rgb background);

  void fill(const picture::Box& box, picture::Rgb color);
  void outline(const picture::Box& box, picture::Rgb color, std::int64_t thickness = 1);
  void picture(const picture::Box& box, picture::Image image);
  /// A line in the middle of the box's height; what is wider than the box ends with "…".
  void text(const picture::Box& box, int pixels, std::string_view text, picture::Rgb color,
            picture::Align align = picture::Align::kLeft);

  /// How wide it is on paper, in SVG and PDF: all of it grows or shrinks with that. By default a
  /// unit is 1/96 inch. Throws Error (usage) for a width that is not from 10 to 2000.
  void set_millimetres(double width);
  /// Points (1/72 inch) a unit.
  [[nodiscard]] double points_a_unit() const { return points_a_unit_; }

  [[nodiscard]] picture::Size size() const { return size_; }
  [[nodiscard]] const std::vector<Item>& items() const { return items_; }

 private:
  picture::Size size_;
  double points_a_unit_ = 0.75;
  std::vector<Item> items_;
  std::map<int, Font> fonts_;  ///< by size: for measuring
};

/// The figure as pixels, `scale` of them a unit. Pictures are enlarged sharply and shrunk by
/// averaging (resize_sharp). Throws Error (usage) for a scale that is not positive or gives more
/// than 200 million pixels.
picture::Image draw(const Figure& figure, double scale = 1);

/// The picture at another size: each pixel enlarged to whole blocks, then averaged over the new
/// pixels' areas. Whole multiples of the old size are copies, nothing is blurred.
picture::Image resize_sharp(const picture::Image& image, picture::Size size);

/// An SVG 1.1 file (UTF-8): texts are texts in DejaVu Sans (else Verdana, else the viewer's),
/// pictures PNG within, pixel for pixel. The title is the value of "Title" in the metadata; all of
/// them are in the description, "keyword: value" a line. The same arguments give the same bytes.
std::string svg_of(const Figure& figure, const picture::Metadata& metadata = {});

/// A PDF file of one page: texts are texts in the embedded DejaVu Sans, pictures
/// uncut and lossless. Title as for SVG; the metadata are the subject. No dates: the same arguments
/// give the same bytes (with the same cairo). Throws Error when cairo fails.
std::vector<std::uint8_t> pdf_of(const Figure& figure, const picture::Metadata& metadata = {});

/// Writes the figure as its name's extension says: .png (at that scale), .svg or .pdf (vectors, the
/// scale enlarges nothing there). Throws Error (usage) for another extension. The file appears when
/// it is whole.
void write_figure(const std::filesystem::path& file, const Figure& figure,
                  const picture::Metadata& metadata = {}, double scale = 1);

}  // namespace arcadecam::render
