#include <fmt/format.h>

#include <array>
#include <iterator>
#include <map>

#include "render/data_uri.h"
#include "render/figure.h"
#include "render/text.h"

namespace arcadecam::render {
namespace {

/// Text as XML holds it. What XML 1.0 cannot hold at all becomes a question mark.
std::string escaped(std::string_view text) {
  std::string result;
  for (const char c : text) {
    switch (c) {
      case '&':
        result += "&amp;";
        break;
      case '<':
        result += "&lt;";
        break;
      case '>':
        result += "&gt;";
        break;
      case '"':
        result += "&quot;";
        break;
      default:
        result += static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t' ? '?' : c;
    }
  }
  return result;
}

std::string svg_color_of(picture::Rgb color) {
  return fmt::format("#{:02x}{:02x}{:02x}", color[0], color[1], color[2]);
}

class SvgWriter {
 public:
  explicit SvgWriter(std::string& text) : text_(text) {}

  void operator()(const Figure::Fill& item) {
    add("<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" fill=\"{}\"/>\n", item.box.left,
        item.box.top, item.box.width, item.box.height, svg_color_of(item.color));
  }
  void operator()(const Figure::Picture& item) {
    add("<image x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" preserveAspectRatio=\"none\" "
        "style=\"image-rendering:pixelated\" xlink:href=\"{}\"/>\n",
        item.box.left, item.box.top, item.box.width, item.box.height, png_data_uri(item.image));
  }
  void operator()(const Figure::Text& item) {
    constexpr std::array<std::string_view, 3> kAnchors{"start", "middle", "end"};
    const auto ascent = ascents_.try_emplace(item.pixels, 0);
    if (ascent.second) ascent.first->second = Font(item.pixels).ascent();
    add("<text x=\"{}\" y=\"{}\" font-size=\"{}\" fill=\"{}\" text-anchor=\"{}\" "
        "xml:space=\"preserve\">{}</text>\n",
        item.at, item.top + ascent.first->second, item.pixels, svg_color_of(item.color),
        kAnchors[static_cast<std::size_t>(item.align)], escaped(item.text));
  }

 private:
  template <typename... Values>
  void add(fmt::format_string<Values...> format, Values&&... values) {
    fmt::format_to(std::back_inserter(text_), format, std::forward<Values>(values)...);
  }

  std::string& text_;
  std::map<int, std::int64_t> ascents_;  ///< by text size
};

}  // namespace

std::string svg_of(const Figure& figure, const picture::Metadata& metadata) {
  const auto [height, width] = figure.size();
  // In CSS pixels, which are 1/96 inch, as long as no width on paper is asked for.
  constexpr double kUsual = 0.75, kMillimetresAPoint = 25.4 / 72;
  const auto extent = [&](std::int64_t units) {
    if (figure.points_a_unit() == kUsual) return fmt::format("{}", units);
    return fmt::format("{:.3f}mm",
                       static_cast<double>(units) * figure.points_a_unit() * kMillimetresAPoint);
  };
  std::string text = fmt::format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
      "<svg xmlns=\"http://www.w3.org/2000/svg\" xmlns:xlink=\"http://www.w3.org/1999/xlink\" "
      "version=\"1.1\" width=\"{2}\" height=\"{3}\" viewBox=\"0 0 {0} {1}\" "
      "font-family=\"DejaVu Sans, Verdana, sans-serif\">\n",
      width, height, extent(width), extent(height));
  if (const auto title = metadata.find("Title"); title != metadata.end())
    text += "<title>" + escaped(title->second) + "</title>\n";
  if (!metadata.empty()) {
    text += "<desc>\n";
    for (const auto& [key, value] : metadata) text += escaped(key) + ": " + escaped(value) + "\n";
    text += "</desc>\n";
  }
  SvgWriter writer(text);
  for (const Figure::Item& item : figure.items()) std::visit(writer, item);
  return text + "</svg>\n";
}

}  // namespace arcadecam::render
