#include "render/text.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <string_view>
#include <vector>

#include "arcadecam/core/error.h"
#include "render/fallback_fonts.h"
#include "render/system_font.h"
#include "render/text_lines.h"
#include "support/golden.h"

namespace arcadecam::render {
namespace {

constexpr picture::Rgb kTextWhite{255, 255, 255}, kTextBlack{0, 0, 0};

/// The smallest box around the pixels that are not black.
picture::Box painted(const picture::Image& image) {
  std::int64_t top = image.size().height, left = image.size().width, bottom = 0, right = 0;
  for (std::int64_t row = 0; row < image.size().height; ++row) {
    for (std::int64_t column = 0; column < image.size().width; ++column) {
      if (image.at(row, column) == kTextBlack) continue;
      top = std::min(top, row);
      left = std::min(left, column);
      bottom = std::max(bottom, row + 1);
      right = std::max(right, column + 1);
    }
  }
  return bottom == 0 ? picture::Box{} : picture::Box{top, left, bottom - top, right - left};
}

TEST(Font, PaintsExactlyTheBoxItMeasures) {
  for (const int pixels : {9, 16, 40}) {
    const Font font(pixels);
    for (const char* text : {"H", "Score 12.5", "fullgrad++ |jgpqy(Å)", "ΣΔ α·A → …"}) {
      picture::Image image(picture::Size{100, 800});
      font.draw(image, 20, 30, text, kTextWhite);
      picture::Box expected = font.ink(text);
      expected.top += 20;
      expected.left += 30;
      // The outermost coverage may round to black: a pixel of difference is allowed.
      const picture::Box box = painted(image);
      EXPECT_TRUE(expected.contains(box)) << text;
      EXPECT_GE(box.height, expected.height - 2) << text;
      EXPECT_GE(box.width, expected.width - 2) << text;
    }
  }
}

TEST(Font, LettersStayInTheirLineAndGrowWithTheSize) {
  const Font small(12), large(24);
  for (const Font* font : {&small, &large}) {
    const picture::Box ink = font->ink("ÅÉgjpqy|()[]ç0123456789");
    EXPECT_GE(ink.top, 0);
    EXPECT_LE(ink.bottom(), font->line_height());
  }
  EXPECT_NEAR(static_cast<double>(large.ink("H").height), 2.0 * small.ink("H").height, 1.0);
  EXPECT_GT(small.width("HH"), small.width("H"));
  EXPECT_EQ(small.width(""), 0);
  EXPECT_TRUE(small.ink(" ").empty());
}

TEST(Font, UsesTheColourAndSmoothsTheEdges) {
  const Font font(40);
  picture::Image image(picture::Size{60, 60});
  font.draw(image, 5, 5, "O", {200, 100, 0});
  int full = 0, between = 0;
  for (std::int64_t i = 0; i < 60 * 60; ++i) {
    const picture::Rgb pixel = image.at(i / 60, i % 60);
    full += pixel == picture::Rgb{200, 100, 0} ? 1 : 0;
    between += pixel[0] > 0 && pixel[0] < 200 ? 1 : 0;
    EXPECT_EQ(pixel[2], 0);
    EXPECT_NEAR(pixel[1], pixel[0] / 2, 1);
  }
  EXPECT_GT(full, 50);
  EXPECT_GT(between, 20);
}

TEST(Font, FitsTextIntoAWidth) {
  const Font font(16);
  EXPECT_EQ(font.fit("Pong", 500), "Pong");
  const std::string text = "a very long name of a checkpoint that does not fit";
  const std::string cut = font.fit(text, 150);
  EXPECT_LE(font.width(cut), 150);
  EXPECT_GT(font.width(cut), 120);
  EXPECT_TRUE(cut.ends_with("…"));
  EXPECT_EQ(text.rfind(cut.substr(0, cut.size() - 3), 0), 0U);
  EXPECT_LE(font.width(font.fit("äöüäöüäöüäöü", 60)), 60);
  EXPECT_EQ(font.fit("Pong", 2), "");
}

TEST(Font, SurvivesTextOutsideThePictureAndBytesThatAreNoUtf8) {
  const Font font(16);
  picture::Image image(picture::Size{10, 10});
  font.draw(image, -8, -8, "WWWWWWW", kTextWhite);
  EXPECT_FALSE(painted(image).empty());
  EXPECT_EQ(font.width("\xff"), font.width("\xEF\xBF\xBD"));
  EXPECT_EQ(font.width("\xe2\x82"), 2 * font.width("\xEF\xBF\xBD")) << "cut in the middle";
  EXPECT_EQ(font.width("€"), font.width("\xe2\x82\xac"));
}

TEST(Font, SaysWhatToInstallWhenTheFontIsMissing) {
  try {
    const Font font(16, "no/such/font.ttf");
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), Error::Kind::kBadInput);
    EXPECT_NE(std::string(error.what()).find("no/such/font.ttf"), std::string::npos);
    EXPECT_NE(std::string(error.what()).find("fonts-dejavu-core"), std::string::npos);
  }
  EXPECT_THROW(Font(0), Error);
  EXPECT_THROW(Font(5000), Error);
}

TEST(Font, TakesWellFormedCharactersOnly) {
  const auto taken = [](std::string_view text) {
    std::vector<char32_t> characters;
    while (!text.empty()) characters.push_back(take_character(text));
    return characters;
  };
  using Characters = std::vector<char32_t>;
  EXPECT_EQ(taken("aé€\xF4\x8F\xBF\xBF"), (Characters{U'a', U'é', U'€', 0x10FFFF}));
  const char32_t bad = 0xFFFD;
  EXPECT_EQ(taken("\xC0\xAF/"), (Characters{bad, bad, U'/'})) << "too long";
  EXPECT_EQ(taken("\xE0\x80\xAF"), (Characters{bad, bad, bad})) << "too long";
  EXPECT_EQ(taken("\xF0\x80\x82\xAC"), (Characters{bad, bad, bad, bad})) << "too long";
  EXPECT_EQ(taken("\xED\xA0\x80"), (Characters{bad, bad, bad})) << "half of a pair";
  EXPECT_EQ(taken("\xF4\x90\x80\x80"), (Characters{bad, bad, bad, bad})) << "too large";
  EXPECT_EQ(taken("\xF0\x9F\x98"), (Characters{bad, bad, bad})) << "cut";
  EXPECT_EQ(taken("\xE2\x82z"), (Characters{bad, bad, U'z'})) << "cut";
}

// The font of boxes has one usual letter, a.
TEST(Font, TheUsualFontDrawsWhatAnotherLacks) {
  const Font boxes(20, test::golden_dir() / "fonts/boxes.ttf"), usual(20);
  EXPECT_EQ(boxes.ascent(), usual.ascent());
  picture::Image image(picture::Size{40, 60}), expected(picture::Size{40, 60});
  boxes.draw(image, 5, 5, "bc", kTextWhite);
  usual.draw(expected, 5, 5, "bc", kTextWhite);
  EXPECT_FALSE(painted(image).empty());
  EXPECT_TRUE(std::ranges::equal(image.pixels().values(), expected.pixels().values()));
  EXPECT_EQ(boxes.ink("a"), (picture::Box{boxes.ascent() - 10, 2, 10, 8}));
  EXPECT_EQ(boxes.ink("模"), (picture::Box{boxes.ascent() - 16, 2, 18, 16}));
  EXPECT_EQ(boxes.width("bab"), usual.width("bb") + 20);
}

TEST(Font, AFontOfTheSystemDrawsWhatTheUsualOneLacks) {
  const Font before(20);
  EXPECT_EQ(before.width("\U00101234"), before.width("\\U00101234"));
  const test::SystemFont system;
  const Font font(20);
  EXPECT_EQ(font.ink("\U00101234"), (picture::Box{font.ascent() - 14, 2, 14, 16}));
  EXPECT_EQ(font.width("x\U00101234模"), font.width("x") + 20 + 20);
}

// Both are for private use: no font of the list has them.
TEST(Font, SpellsWhatNoFontHas) {
  const Font font(20);
  const auto same = [&](const char* text, const char* as) {
    picture::Image image(picture::Size{40, 400}), expected(picture::Size{40, 400});
    font.draw(image, 5, 5, text, kTextWhite);
    font.draw(expected, 5, 5, as, kTextWhite);
    EXPECT_TRUE(std::ranges::equal(image.pixels().values(), expected.pixels().values())) << text;
    EXPECT_EQ(font.width(text), font.width(as)) << text;
  };
  same("\xF4\x8F\xBF\xBD.zip", "\\U0010FFFD.zip");
  same("a\xEE\x83\xBF", "a\\uE0FF");
}

TEST(FallbackFonts, AreTheKnownOnesBestFirst) {
  const test::TemporaryFolder folder;
  const auto below = folder.path() / "opentype" / "noto", deep = below / "3" / "4" / "5" / "6";
  std::filesystem::create_directories(below / "NotoSansJP-Regular.otf");
  std::filesystem::create_directories(deep);
  for (const char* name : {"wqy-microhei.ttc", "NotoSansCJK-Regular.ttc", "NotoSansCJK-Bold.ttc",
                           "DejaVuSans-Bold.ttf", "unifont.txt", "DroidSansFallbackFull.ttf"})
    std::ofstream(below / name) << "font";
  std::ofstream(deep / "unifont.ttf") << "font";
  EXPECT_EQ(fallback_fonts({folder.path() / "none", folder.path()}),
            (std::vector<std::filesystem::path>{below / "NotoSansCJK-Regular.ttc",
                                                below / "wqy-microhei.ttc",
                                                below / "DroidSansFallbackFull.ttf"}));
  EXPECT_TRUE(fallback_fonts({}).empty());
}

TEST(WrapText, BreaksAtSpacesAndAfterColons) {
  const Font font(20);
  const auto wide = [&](const char* text) { return font.width(text); };
  using Lines = std::vector<std::string>;
  EXPECT_EQ(wrap_text(font, "", 100), Lines{""});
  EXPECT_EQ(wrap_text(font, "scale frame: own", 1000), Lines{"scale frame: own"});
  EXPECT_EQ(wrap_text(font, "gradcam:layers=all:at=post", wide("gradcam:layers=all:")),
            (Lines{"gradcam:layers=all:", "at=post"}));
  EXPECT_EQ(wrap_text(font, "one: two three", wide("one: two")), (Lines{"one: two", "three"}));
  EXPECT_EQ(wrap_text(font, "one longer", 1), (Lines{"one", "longer"}));
}

}  // namespace
}  // namespace arcadecam::render
