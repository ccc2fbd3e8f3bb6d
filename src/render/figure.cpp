#include "render/figure.h"

#include <algorithm>
#include <cmath>

#include "arcadecam/core/error.h"
#include "arcadecam/core/files.h"
#include "picture/resize.h"

namespace arcadecam::render {
namespace {

constexpr std::int64_t kMostPixels = 200'000'000;

/// A box at another scale. Edges are rounded, not extents: boxes that touch go on to do so.
picture::Box scaled(const picture::Box& box, double scale) {
  const auto at = [&](std::int64_t edge) {
    return static_cast<std::int64_t>(std::llround(static_cast<double>(edge) * scale));
  };
  return {at(box.top), at(box.left), at(box.bottom()) - at(box.top),
          at(box.right()) - at(box.left)};
}

/// Draws the items of a figure one by one.
class Painter {
 public:
  Painter(picture::Image& image, double scale) : image_(image), scale_(scale) {}

  void operator()(const Figure::Fill& item) {
    picture::fill(image_, scaled(item.box, scale_), item.color);
  }
  void operator()(const Figure::Picture& item) {
    const picture::Box box = scaled(item.box, scale_);
    if (!box.empty()) paste(image_, resize_sharp(item.image, box.size()), box.top, box.left);
  }
  void operator()(const Figure::Text& item) {
    const Font& font = this->font(item.pixels);
    const std::int64_t width = font.width(item.text);
    const std::int64_t at = std::llround(static_cast<double>(item.at) * scale_);
    const std::int64_t left = item.align == picture::Align::kLeft     ? at
                              : item.align == picture::Align::kCentre ? at - width / 2
                                                                      : at - width;
    font.draw(image_, std::llround(static_cast<double>(item.top) * scale_), left, item.text,
              item.color);
  }

 private:
  const Font& font(int pixels) {
    const int size = std::clamp(static_cast<int>(std::lround(pixels * scale_)), 4, 1000);
    return fonts_.try_emplace(size, size).first->second;
  }

  picture::Image& image_;
  double scale_;
  std::map<int, Font> fonts_;
};

}  // namespace

Figure::Figure(picture::Size size, picture::Rgb background) : size_(size) {
  if (size.height < 1 || size.width < 1) {
    throw bad_input("a figure of {}×{}: both must be 1 or more", size.width, size.height);
  }
  fill({0, 0, size.height, size.width}, background);
}

void Figure::set_millimetres(double width) {
  constexpr double kLeast = 10, kMost = 2000, kPointsAMillimetre = 72 / 25.4;
  if (!(width >= kLeast && width <= kMost)) {
    throw bad_usage("a figure of {} mm: expected {} to {}", width, kLeast, kMost);
  }
  points_a_unit_ = width * kPointsAMillimetre / static_cast<double>(size_.width);
}

void Figure::fill(const picture::Box& box, picture::Rgb color) {
  if (!box.empty()) items_.emplace_back(Fill{box, color});
}

void Figure::outline(const picture::Box& box, picture::Rgb color, std::int64_t thickness) {
  fill({box.top, box.left, thickness, box.width}, color);
  fill({box.bottom() - thickness, box.left, thickness, box.width}, color);
  fill({box.top + thickness, box.left, box.height - 2 * thickness, thickness}, color);
  fill({box.top + thickness, box.right() - thickness, box.height - 2 * thickness, thickness},
       color);
}

void Figure::picture(const picture::Box& box, picture::Image image) {
  if (!box.empty()) items_.emplace_back(Picture{box, std::move(image)});
}

void Figure::text(const picture::Box& box, int pixels, std::string_view text, picture::Rgb color,
                  picture::Align align) {
  const Font& font = fonts_.try_emplace(pixels, pixels).first->second;
  std::string line = font.fit(text, box.width);
  if (line.empty()) return;
  const std::int64_t at = align == picture::Align::kLeft     ? box.left
                          : align == picture::Align::kCentre ? box.left + box.width / 2
                                                             : box.right();
  items_.emplace_back(Text{box.top + (box.height - font.line_height()) / 2, at, pixels,
                           std::move(line), color, align});
}

picture::Image draw(const Figure& figure, double scale) {
  const double height = static_cast<double>(figure.size().height) * scale;
  const double width = static_cast<double>(figure.size().width) * scale;
  if (!(scale > 0) || !(height * width <= kMostPixels) || height < 1 || width < 1) {
    throw bad_usage(
        "scale {}: a figure of {}×{} would be {:.0f}×{:.0f} pixels; expected 1 to {} in all", scale,
        figure.size().width, figure.size().height, width, height, kMostPixels);
  }
  picture::Image image(scaled({0, 0, figure.size().height, figure.size().width}, scale).size());
  Painter painter(image, scale);
  for (const Figure::Item& item : figure.items()) std::visit(painter, item);
  return image;
}

picture::Image resize_sharp(const picture::Image& image, picture::Size size) {
  const picture::Size from = image.size();
  if (from.height < 1 || from.width < 1 || size.height < 1 || size.width < 1)
    return picture::resize_nearest(image, size);  // which throws
  const picture::Size blocks{(size.height + from.height - 1) / from.height * from.height,
                             (size.width + from.width - 1) / from.width * from.width};
  picture::Image large = picture::resize_nearest(image, blocks);
  if (blocks == size) return large;
  return picture::resize_area(large, size);
}

void write_figure(const std::filesystem::path& file, const Figure& figure,
                  const picture::Metadata& metadata, double scale) {
  const std::string extension = file.extension().string();
  if (extension == ".png") return picture::write_png(file, draw(figure, scale), metadata);
  if (extension != ".svg" && extension != ".pdf") {
    throw bad_usage("{}: a figure is written as .png, .svg or .pdf", file.string());
  }
  OutputFile output(file);
  if (extension == ".svg") {
    output.write(svg_of(figure, metadata));
  } else {
    output.write(pdf_of(figure, metadata));
  }
  output.commit();
}

}  // namespace arcadecam::render
