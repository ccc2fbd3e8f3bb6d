// Figures as pixels, SVG and PDF.
#include "render/figure.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <string_view>

#include "arcadecam/core/error.h"
#include "arcadecam/core/files.h"
#include "render/system_font.h"
#include "support/golden.h"

namespace arcadecam::render {
namespace {

constexpr picture::Rgb kFigureWhite{255, 255, 255}, kFigureBlack{0, 0, 0}, kRed{255, 0, 0},
    kBlue{0, 0, 255};

/// A red and a blue pixel side by side.
picture::Image two_pixels() {
  picture::Image image(picture::Size{1, 2});
  image.set(0, 0, kRed);
  image.set(0, 1, kBlue);
  return image;
}

Figure example() {
  Figure figure({60, 200}, kFigureWhite);
  figure.fill({0, 0, 10, 20}, kFigureBlack);
  figure.picture({20, 10, 4, 8}, two_pixels());
  figure.text({30, 0, 20, 200}, 16, "a < b & \"ç\"", kFigureBlack, picture::Align::kRight);
  return figure;
}

std::size_t figure_count(const std::string& text, const std::string& part) {
  std::size_t found = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1))
    ++found;
  return found;
}

TEST(Figure, IsDrawnAtAnyScale) {
  for (const double scale : {0.5, 1.0, 2.5}) {
    const picture::Image image = draw(example(), scale);
    const auto at = [&](double row, double column) {
      return image.at(static_cast<std::int64_t>(row * scale),
                      static_cast<std::int64_t>(column * scale));
    };
    EXPECT_EQ(image.size(), (picture::Size{static_cast<std::int64_t>(60 * scale),
                                           static_cast<std::int64_t>(200 * scale)}));
    EXPECT_EQ(at(5, 10), kFigureBlack);
    EXPECT_EQ(at(5, 30), kFigureWhite);
    EXPECT_EQ(at(22, 12), kRed) << scale;
    EXPECT_EQ(at(22, 16), kBlue) << scale;
  }
}

TEST(Figure, TextKeepsToItsSide) {
  Figure figure({20, 100}, kFigureWhite);
  figure.text({0, 0, 20, 100}, 12, "HH", kFigureBlack, picture::Align::kRight);
  const picture::Image image = draw(figure, 3);
  std::int64_t first = image.size().width, last = 0;
  for (std::int64_t i = 0; i < image.size().height; ++i) {
    for (std::int64_t j = 0; j < image.size().width; ++j) {
      if (image.at(i, j) == kFigureWhite) continue;
      first = std::min(first, j);
      last = std::max(last, j);
    }
  }
  EXPECT_GT(first, 230);
  EXPECT_LT(last, 300);
  EXPECT_GT(last, 290);
}

TEST(Figure, LongTextsEndWithDots) {
  Figure figure({20, 40}, kFigureWhite);
  figure.text({0, 0, 20, 40}, 12, "much too long for it", kFigureBlack);
  EXPECT_TRUE(std::get<Figure::Text>(figure.items().back()).text.ends_with("…"));
}

TEST(Figure, ShrinkingAveragesAndWholeMultiplesCopy) {
  const picture::Image twice = resize_sharp(two_pixels(), {2, 4});
  EXPECT_EQ(twice.at(1, 1), kRed);
  EXPECT_EQ(twice.at(1, 2), kBlue);
  const picture::Image three = resize_sharp(two_pixels(), {1, 3});
  EXPECT_EQ(three.at(0, 0), kRed);
  EXPECT_EQ(three.at(0, 1), (picture::Rgb{128, 0, 128}));
  EXPECT_EQ(three.at(0, 2), kBlue);
  // A white line of a black picture does not get lost when every second line goes.
  picture::Image line(picture::Size{4, 1});
  line.set(1, 0, kFigureWhite);
  EXPECT_EQ(resize_sharp(line, {2, 1}).at(0, 0), (picture::Rgb{128, 128, 128}));
}

TEST(Figure, SvgHoldsTextsAsTextsAndPicturesPixelForPixel) {
  const std::string svg = svg_of(example(), {{"Title", "A & B"}, {"Seed", "7"}});
  EXPECT_EQ(figure_count(svg, "<rect "), 2U) << svg;
  EXPECT_EQ(figure_count(svg, "<image x=\"10\" y=\"20\" width=\"8\" height=\"4\""), 1U) << svg;
  EXPECT_EQ(figure_count(svg, "base64,iVBORw0KGgo"), 1U);
  EXPECT_EQ(figure_count(svg, ">a &lt; b &amp; &quot;ç&quot;</text>"), 1U) << svg;
  EXPECT_EQ(figure_count(svg, "text-anchor=\"end\""), 1U);
  EXPECT_EQ(figure_count(svg, "<title>A &amp; B</title>"), 1U);
  EXPECT_EQ(figure_count(svg, "Seed: 7\n"), 1U);
  EXPECT_TRUE(svg.ends_with("</svg>\n"));
  EXPECT_EQ(svg, svg_of(example(), {{"Title", "A & B"}, {"Seed", "7"}}));
}

TEST(Figure, PdfHasOnePageTheFontAndNoDate) {
  const auto bytes = pdf_of(example(), {{"Title", "A"}, {"Software", "ArcadeCAM"}});
  const std::string pdf(bytes.begin(), bytes.end());
  EXPECT_TRUE(pdf.starts_with("%PDF-1."));
  EXPECT_EQ(figure_count(pdf, "/Type /Page\n") + figure_count(pdf, "/Type /Page "), 1U);
  EXPECT_EQ(figure_count(pdf, "+DejaVuSans"), figure_count(pdf, "/FontName") * 2) << "embedded";
  EXPECT_GE(figure_count(pdf, "+DejaVuSans"), 1U);
  EXPECT_EQ(figure_count(pdf, "/Width 2"), 1U);
  EXPECT_EQ(figure_count(pdf, "/Interpolate false"), 1U);
  EXPECT_EQ(figure_count(pdf, "CreationDate"), 0U);
  EXPECT_EQ(figure_count(pdf, "(ArcadeCAM)"), 1U);
  EXPECT_EQ(bytes, pdf_of(example(), {{"Title", "A"}, {"Software", "ArcadeCAM"}}));
}

TEST(Figure, PdfHasTheFontOfEveryCharacter) {
  const auto pdf_with = [](std::string_view text) {
    Figure figure({20, 300}, kFigureWhite);
    figure.text({0, 0, 20, 300}, 12, std::string(text), kFigureBlack);
    const auto bytes = pdf_of(figure, {});
    return std::string(bytes.begin(), bytes.end());
  };
  const test::SystemFont system;
  // The last text holds a character that no font has, and a byte that is no UTF-8.
  const std::string both = pdf_with("x\U00101234x"), one = pdf_with("x"),
                    none = pdf_with("x\U0010FFFD\xff");
  EXPECT_GE(figure_count(both, "+Boxes"), 1U);
  EXPECT_GE(figure_count(both, "+DejaVuSans"), 1U);
  EXPECT_EQ(figure_count(one, "+Boxes"), 0U);
  EXPECT_EQ(figure_count(none, "+Boxes"), 0U);
  EXPECT_GE(figure_count(none, "+DejaVuSans"), 1U);
}

TEST(Figure, FilesGoByTheirExtensionAndNoneIsHalf) {
  const test::TemporaryFolder folder;
  for (const char* name : {"a.png", "a.svg", "a.pdf"}) {
    write_figure(folder.path() / name, example());
    EXPECT_GT(read_file(folder.path() / name).size(), 100U) << name;
  }
  EXPECT_THROW(write_figure(folder.path() / "a.jpg", example()), Error);
  EXPECT_THROW(write_figure(folder.path() / "b.png", example(), {}, 1000), Error);
  EXPECT_THROW(write_figure(folder.path() / "missing" / "a.pdf", example()), Error);
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder.path()), {}), 3);
}

}  // namespace
}  // namespace arcadecam::render
