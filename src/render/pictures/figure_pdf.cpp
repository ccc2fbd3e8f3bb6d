#include <cairo-ft.h>
#include <cairo-pdf.h>
#include <cairo.h>

#include <cstring>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "arcadecam/core/error.h"
#include "render/figure.h"
#include "render/pictures/font_files.h"
#include "render/pictures/parts.h"
#include "render/text.h"

namespace arcadecam::render {
namespace {

struct FreeSurface {
  void operator()(cairo_surface_t* surface) const { cairo_surface_destroy(surface); }
};
struct FreeContext {
  void operator()(cairo_t* context) const { cairo_destroy(context); }
};
struct FreeFontFace {
  void operator()(cairo_font_face_t* face) const { cairo_font_face_destroy(face); }
};
using Surface = std::unique_ptr<cairo_surface_t, FreeSurface>;
using CairoFontFace = std::unique_ptr<cairo_font_face_t, FreeFontFace>;

void check(cairo_status_t status) {
  if (status != CAIRO_STATUS_SUCCESS)
    throw bad_input("a PDF file cannot be made: {}", cairo_status_to_string(status));
}

/// cairo keeps fonts longer than a document lives: its face holds the files, too.
CairoFontFace cairo_face(const std::shared_ptr<FontFiles>& fonts, FT_Face font) {
  auto holder = std::make_unique<std::shared_ptr<FontFiles>>(fonts);
  CairoFontFace face(cairo_ft_font_face_create_for_ft_face(font, 0));
  check(cairo_font_face_status(face.get()));
  static const cairo_user_data_key_t key{};
  check(cairo_font_face_set_user_data(face.get(), &key, holder.get(), [](void* pointer) {
    delete static_cast<std::shared_ptr<FontFiles>*>(pointer);
  }));
  (void)holder.release();  // the font face's now
  return face;
}

cairo_status_t append(void* bytes, const unsigned char* data, unsigned int length) {
  try {
    auto& to = *static_cast<std::vector<std::uint8_t>*>(bytes);
    to.insert(to.end(), data, data + length);
    return CAIRO_STATUS_SUCCESS;
  } catch (...) {
    return CAIRO_STATUS_NO_MEMORY;  // an exception must not cross cairo's C frames
  }
}

class PdfWriter {
 public:
  PdfWriter(cairo_t* context, double points_a_unit) : context_(context) {
    cairo_scale(context_, points_a_unit, points_a_unit);
    const std::unique_ptr<cairo_font_options_t, decltype(&cairo_font_options_destroy)> options(
        cairo_font_options_create(), cairo_font_options_destroy);
    cairo_font_options_set_hint_style(options.get(), CAIRO_HINT_STYLE_NONE);
    cairo_font_options_set_hint_metrics(options.get(), CAIRO_HINT_METRICS_OFF);
    cairo_set_font_options(context_, options.get());
  }

  void operator()(const Figure::Fill& item) {
    color(item.color);
    cairo_rectangle(context_, real(item.box.left), real(item.box.top), real(item.box.width),
                    real(item.box.height));
    cairo_fill(context_);
  }

  void operator()(const Figure::Picture& item) {
    const picture::Size size = item.image.size();
    const Surface surface(cairo_image_surface_create(
        CAIRO_FORMAT_RGB24, static_cast<int>(size.width), static_cast<int>(size.height)));
    check(cairo_surface_status(surface.get()));
    unsigned char* row = cairo_image_surface_get_data(surface.get());
    const int stride = cairo_image_surface_get_stride(surface.get());
    for (std::int64_t i = 0; i < size.height; ++i, row += stride) {
      for (std::int64_t j = 0; j < size.width; ++j) {
        const picture::Rgb color = item.image.at(i, j);
        const std::uint32_t pixel = std::uint32_t{color[0]} << 16U | std::uint32_t{color[1]} << 8U |
                                    std::uint32_t{color[2]};
        std::memcpy(row + 4 * j, &pixel, sizeof pixel);
      }
    }
    cairo_surface_mark_dirty(surface.get());
    cairo_save(context_);
    cairo_translate(context_, real(item.box.left), real(item.box.top));
    cairo_scale(context_, real(item.box.width) / real(size.width),
                real(item.box.height) / real(size.height));
    cairo_set_source_surface(context_, surface.get(), 0, 0);
    // Viewers must not blur the console's pixels.
    cairo_pattern_set_filter(cairo_get_source(context_), CAIRO_FILTER_NEAREST);
    cairo_rectangle(context_, 0, 0, real(size.width), real(size.height));
    cairo_fill(context_);
    cairo_restore(context_);
  }

  void operator()(const Figure::Text& item) {
    const auto ascent = ascents_.try_emplace(item.pixels, 0);
    if (ascent.second) ascent.first->second = Font(item.pixels).ascent();
    color(item.color);
    const std::vector<Run> runs = runs_of(item.text);
    double width = 0;
    for (const Run& run : runs) {
      use(run.font, item.pixels);
      cairo_text_extents_t extents{};
      cairo_text_extents(context_, run.text.c_str(), &extents);
      width += extents.x_advance;
    }
    const double shift = item.align == picture::Align::kLeft     ? 0
                         : item.align == picture::Align::kCentre ? width / 2
                                                                 : width;
    cairo_move_to(context_, real(item.at) - shift, real(item.top + ascent.first->second));
    for (const Run& run : runs) {
      use(run.font, item.pixels);
      cairo_show_text(context_, run.text.c_str());  // and moves on behind it
    }
  }

 private:
  static double real(std::int64_t value) { return static_cast<double>(value); }
  void color(picture::Rgb color) {
    cairo_set_source_rgb(context_, color[0] / 255.0, color[1] / 255.0, color[2] / 255.0);
  }

  /// A part of a text that one font draws.
  struct Run {
    FT_Face font;
    std::string text;
  };

  std::vector<Run> runs_of(std::string_view text) {
    std::vector<Run> runs;
    while (!text.empty()) {
      const std::string_view from = text;
      const char32_t point = take_character(text);
      FT_Face font = fonts_->with(point);
      std::string drawn(from.substr(0, from.size() - text.size()));
      if (point == U'\uFFFD') drawn = "\xEF\xBF\xBD";  // perhaps of a byte that is no UTF-8
      if (font == nullptr) {
        font = fonts_->first();
        drawn = spelled(point);
      }
      if (runs.empty() || runs.back().font != font) runs.push_back({font, {}});
      runs.back().text += drawn;
    }
    return runs;
  }

  void use(FT_Face font, int pixels) {
    CairoFontFace& face = faces_[font];
    if (!face) face = cairo_face(fonts_, font);
    cairo_set_font_face(context_, face.get());
    cairo_set_font_size(context_, pixels);
  }

  cairo_t* context_;
  std::shared_ptr<FontFiles> fonts_ = std::make_shared<FontFiles>(default_font());
  std::map<FT_Face, CairoFontFace> faces_;
  std::map<int, std::int64_t> ascents_;  ///< by text size
};

}  // namespace

std::vector<std::uint8_t> pdf_by_cairo(const Figure& figure, const picture::Metadata& metadata) {
  std::vector<std::uint8_t> bytes;
  const Surface surface(cairo_pdf_surface_create_for_stream(
      append, &bytes, static_cast<double>(figure.size().width) * figure.points_a_unit(),
      static_cast<double>(figure.size().height) * figure.points_a_unit()));
  check(cairo_surface_status(surface.get()));
  const auto describe = [&](cairo_pdf_metadata_t key, const std::string& text) {
    cairo_pdf_surface_set_metadata(surface.get(), key, text.c_str());
  };
  // A text that is no date takes away the date of making, which would change every byte count.
  describe(CAIRO_PDF_METADATA_CREATE_DATE, "none");
  std::string subject;
  for (const auto& [key, value] : metadata) subject += key + ": " + value + "\n";
  describe(CAIRO_PDF_METADATA_SUBJECT, subject);
  if (const auto title = metadata.find("Title"); title != metadata.end())
    describe(CAIRO_PDF_METADATA_TITLE, title->second);
  if (const auto software = metadata.find("Software"); software != metadata.end())
    describe(CAIRO_PDF_METADATA_CREATOR, software->second);
  {
    const std::unique_ptr<cairo_t, FreeContext> context(cairo_create(surface.get()));
    PdfWriter writer(context.get(), figure.points_a_unit());
    for (const Figure::Item& item : figure.items()) std::visit(writer, item);
    cairo_show_page(context.get());
    check(cairo_status(context.get()));
  }
  cairo_surface_finish(surface.get());
  check(cairo_surface_status(surface.get()));
  return bytes;
}

}  // namespace arcadecam::render
