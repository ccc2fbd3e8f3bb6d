#include "picture/overlay.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <tuple>

#include "arcadecam/core/error.h"
#include "support/golden.h"

namespace arcadecam::picture {
namespace {

void expect_near(TensorView actual, TensorView expected, float tolerance) {
  ASSERT_EQ(actual.shape(), expected.shape());
  float worst = 0.0F;
  for (std::int64_t i = 0; i < actual.size(); ++i) {
    worst = std::max(worst, std::abs(actual.data()[i] - expected.data()[i]));
  }
  EXPECT_LE(worst, tolerance);
}

class ReferenceOverlayTest : public testing::TestWithParam<std::tuple<std::string, std::string>> {};

TEST_P(ReferenceOverlayTest, EqualsTheReference) {
  const auto& [net, method] = GetParam();
  const test::GoldenArrays golden("explain/" + net + "_overlay.npz");
  const auto states = test::GoldenArrays("explain/" + net + ".npz").get<std::uint8_t>("states");
  const std::string key = "s0.seed." + method + ".";
  const auto overlay = reference_overlay(golden.get<float>(key + "mask").view(), states[0]);
  expect_near(overlay.heatmap.view(), golden.get<float>(key + "heatmap").view(), 1e-6F);
  expect_near(overlay.result.view(), golden.get<float>(key + "result").view(), 1e-6F);
}

INSTANTIATE_TEST_SUITE_P(Goldens, ReferenceOverlayTest,
                         testing::Combine(testing::Values("atari_dqn", "trained_pong"),
                                          testing::Values("FullGrad", "FullGradpp")),
                         [](const auto& instance) {
                           return std::get<0>(instance.param) + "_" + std::get<1>(instance.param);
                         });

TEST(ReferenceOverlay, TruncatesTheIndexAndTakesTheNewestPlanes) {
  Tensor map(Shape{1, 2});
  map.data()[0] = 0.99999988F;  // FullGrad++'s maximum in float32: entry 254, not 255
  map.data()[1] = 1.0F;
  ByteTensor observation(Shape{4, 1, 2});
  for (std::int64_t i = 0; i < 8; ++i) observation.data()[i] = static_cast<std::uint8_t>(10 * i);
  const auto overlay = reference_overlay(map.view(), observation.view());
  const ColorMap jet = color_map("jet");
  EXPECT_FLOAT_EQ(overlay.heatmap.data()[0], static_cast<float>(jet.colors[254][0]) / 255.0F);
  EXPECT_FLOAT_EQ(overlay.heatmap.data()[1], static_cast<float>(jet.colors[255][0]) / 255.0F);
  // Planes 1 to 3 are red, green and blue; the largest sum is blue of the second pixel: 70 + 0.
  EXPECT_FLOAT_EQ(overlay.result.data()[5], 1.0F);
  EXPECT_FLOAT_EQ(overlay.result.data()[0], (20.0F + overlay.heatmap.data()[0]) / 70.0F);
}

TEST(ReferenceOverlay, RefusesOtherShapesAndValues) {
  const Tensor map(Shape{84, 84});
  EXPECT_THROW(reference_overlay(map.view(), ByteTensor(Shape{2, 84, 84}).view()), Error);
  EXPECT_THROW(reference_overlay(map.view(), ByteTensor(Shape{4, 84, 80}).view()), Error);
  Tensor wrong(Shape{84, 84});
  wrong.data()[5] = 1.5F;
  EXPECT_THROW(reference_overlay(wrong.view(), ByteTensor(Shape{4, 84, 84}).view()), Error);
  wrong.data()[5] = std::nanf("");
  EXPECT_THROW(reference_overlay(wrong.view(), ByteTensor(Shape{4, 84, 84}).view()), Error);
}

/// Rows and columns, the last one excluded.
struct Box {
  std::int64_t top, bottom, left, right;
};

constexpr Rgb kBackground{40, 60, 80};
constexpr Rgb kObject{236, 236, 236};

/// A colour map whose overlay on black shows the opacity itself.
ColorMap only_white() {
  ColorMap white{.name = "white", .diverging = false, .colors = {}};
  white.colors.fill({255, 255, 255});
  return white;
}

bool inside(const Box& box, std::int64_t row, std::int64_t column) {
  return row >= box.top && row < box.bottom && column >= box.left && column < box.right;
}

Image screen_with(std::int64_t lines, const Box& object) {
  Image screen(Size{lines, 160});
  for (std::int64_t row = 0; row < lines; ++row) {
    for (std::int64_t column = 0; column < 160; ++column) {
      screen.set(row, column, inside(object, row, column) ? kObject : kBackground);
    }
  }
  return screen;
}

/// How much of each of 84×84 equal cells of the screen the object covers: what area averaging (the
/// agent's preprocessing) leaves of it.
Tensor coverage(std::int64_t lines, const Box& object) {
  const auto overlap = [](double cell, double size, std::int64_t from, std::int64_t to) {
    const double low = std::max(cell * size, static_cast<double>(from));
    const double high = std::min((cell + 1.0) * size, static_cast<double>(to));
    return std::max(0.0, high - low) / size;
  };
  Tensor map(Shape{84, 84});
  for (int i = 0; i < 84; ++i) {
    for (int j = 0; j < 84; ++j) {
      map.data()[i * 84 + j] = static_cast<float>(
          overlap(i, static_cast<double>(lines) / 84.0, object.top, object.bottom) *
          overlap(j, 160.0 / 84.0, object.left, object.right));
    }
  }
  return map;
}

/// The bilinear value of the map at a pixel of a picture, straight from the definition.
double overlay_bilinear(const Tensor& map, double row, double column, Size size) {
  const double y =
      std::clamp((row + 0.5) * 84.0 / static_cast<double>(size.height) - 0.5, 0.0, 83.0);
  const double x =
      std::clamp((column + 0.5) * 84.0 / static_cast<double>(size.width) - 0.5, 0.0, 83.0);
  const auto at = [&](double i, double j) {
    return static_cast<double>(
        map.data()[static_cast<int>(std::min(i, 83.0)) * 84 + static_cast<int>(std::min(j, 83.0))]);
  };
  const double i = std::floor(y);
  const double j = std::floor(x);
  const double top = (1.0 - (x - j)) * at(i, j) + (x - j) * at(i, j + 1.0);
  const double bottom = (1.0 - (x - j)) * at(i + 1.0, j) + (x - j) * at(i + 1.0, j + 1.0);
  return (1.0 - (y - i)) * top + (y - i) * bottom;
}

class ScreenOverlayTest : public testing::TestWithParam<std::int64_t> {};

TEST_P(ScreenOverlayTest, ChangesExactlyThePixelsAroundOneCell) {
  const std::int64_t lines = GetParam();
  const Image screen = screen_with(lines, {0, 0, 0, 0});
  Tensor map(Shape{84, 84});
  map.data()[41 * 84 + 21] = 1.0F;
  const Image overlay =
      screen_overlay(screen, map.view(), {.colors = only_white(), .max_opacity = 1.0});
  // Cell (41, 21) reaches, bilinearly, half a cell over its borders. 210 lines: 2.5 a
  // cell, 40.5·2.5 = 101.25 to 42.5·2.5 = 106.25; 250 lines: 2.976 a cell, 120.54 to 126.49; 160
  // columns: 1.905 a cell, 39.05 to 42.86. A pixel is changed when its centre lies inside.
  const Box changed = lines == 210 ? Box{101, 106, 39, 43} : Box{121, 126, 39, 43};
  for (std::int64_t row = 0; row < lines; ++row) {
    for (std::int64_t column = 0; column < 160; ++column) {
      EXPECT_EQ(overlay.at(row, column) != kBackground, inside(changed, row, column))
          << row << ' ' << column;
    }
  }
}

TEST_P(ScreenOverlayTest, AMapOfTheObjectLandsOnTheObject) {
  const std::int64_t lines = GetParam();
  // A paddle's size, at the screen's edge and inside, on no cell border.
  for (const Box object : {Box{71, 87, 140, 144}, Box{lines - 16, lines, 0, 4}}) {
    const Image screen = screen_with(lines, object);
    const Tensor map = coverage(lines, object);
    const ColorMap colors = color_map("jet");
    const Image overlay =
        screen_overlay(screen, map.view(), {.colors = colors, .max_opacity = 0.5});
    for (std::int64_t row = 0; row < lines; ++row) {
      for (std::int64_t column = 0; column < 160; ++column) {
        const double value = overlay_bilinear(map, static_cast<double>(row),
                                              static_cast<double>(column), screen.size());
        // At least a corner's share of the value on the object; none two cells away from it.
        if (inside(object, row, column)) {
          EXPECT_GT(value, 0.2) << row << ' ' << column;
        }
        if (!inside({object.top - 6, object.bottom + 6, object.left - 4, object.right + 4}, row,
                    column)) {
          EXPECT_EQ(overlay.at(row, column), kBackground) << row << ' ' << column;
        }
        const Rgb below = screen.at(row, column);
        for (std::size_t channel = 0; channel < 3; ++channel) {
          // The picture takes the nearest of 256 colours: half a step of JET is less than 3.
          const double expected = (1.0 - 0.5 * value) * below[channel] +
                                  0.5 * value * colors(static_cast<float>(value))[channel];
          EXPECT_NEAR(overlay.at(row, column)[channel], expected, 3.0) << row << ' ' << column;
        }
      }
    }
  }
}

TEST_P(ScreenOverlayTest, TheMapsCentreIsTheObjectsCentre) {
  const std::int64_t lines = GetParam();
  const Box object{71, 87, 60, 64};
  const Image screen = screen_with(lines, {0, 0, 0, 0});
  const Image black(screen.size());
  const Image overlay = screen_overlay(black, coverage(lines, object).view(),
                                       {.colors = only_white(), .max_opacity = 1.0});
  double sum = 0.0;
  double row_sum = 0.0;
  double column_sum = 0.0;
  for (std::int64_t row = 0; row < lines; ++row) {
    for (std::int64_t column = 0; column < 160; ++column) {
      const double value = overlay.at(row, column)[0];
      sum += value;
      row_sum += value * (static_cast<double>(row) + 0.5);
      column_sum += value * (static_cast<double>(column) + 0.5);
    }
  }
  EXPECT_NEAR(row_sum / sum, 79.0, 0.1);
  EXPECT_NEAR(column_sum / sum, 62.0, 0.1);
}

TEST_P(ScreenOverlayTest, EnlargesTheScreenWithoutBlurAndTheMapSmoothly) {
  const std::int64_t lines = GetParam();
  const Box object{71, 87, 140, 144};
  const Image screen = screen_with(lines, object);
  const Size size = television_size(screen.size());
  const Tensor map = coverage(lines, object);
  const Image plain =
      screen_overlay(screen, map.view(), {.colors = color_map("jet"), .max_opacity = 0.0}, size);
  ASSERT_EQ(plain.size(), size);
  EXPECT_TRUE(
      std::ranges::equal(plain.pixels().values(), resize_nearest(screen, size).pixels().values()));

  const Image smooth = screen_overlay(Image(screen.size()), map.view(),
                                      {.colors = only_white(), .max_opacity = 1.0}, size);
  for (std::int64_t row = 0; row < size.height; row += 3) {
    for (std::int64_t column = 0; column < size.width; column += 5) {
      const double value =
          overlay_bilinear(map, static_cast<double>(row), static_cast<double>(column), size);
      EXPECT_NEAR(smooth.at(row, column)[0], 255.0 * value, 1.0) << row << ' ' << column;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Lines, ScreenOverlayTest, testing::Values(210, 250));

TEST(ScreenOverlay, ADivergingMapShowsBothSignsAndHidesZero) {
  const Image screen(Size{84, 84});
  Tensor map(Shape{84, 84});
  std::fill_n(map.data(), map.size(), 0.5F);
  map.data()[10 * 84 + 10] = 1.0F;
  map.data()[60 * 84 + 60] = 0.0F;
  const ScreenOverlayStyle style{.colors = color_map("cool-warm"), .max_opacity = 1.0};
  const Image overlay = screen_overlay(screen, map.view(), style);
  EXPECT_EQ(overlay.at(30, 30), (Rgb{0, 0, 0}));
  EXPECT_EQ(overlay.at(10, 10), style.colors.colors[255]);
  EXPECT_EQ(overlay.at(60, 60), style.colors.colors[0]);
}

TEST(ScreenOverlay, AMapOfACroppedObservationCoversThatPartAlone) {
  const Image screen(Size{210, 160});
  Tensor map(Shape{80, 80});
  std::ranges::fill(map.values(), 1.0F);
  map.data()[40 * 80 + 20] = 0.0F;  // lines 115, 116 and columns 40, 41 of the screen
  const atari::ScreenPart part{35.0 / 210, 0, 195.0 / 210, 1};
  const ScreenOverlayStyle style{.colors = only_white(), .max_opacity = 1.0, .part = part};
  for (const std::int64_t scale : {1, 4}) {
    const Size size{210 * scale, 160 * scale};
    const Image overlay = screen_overlay(screen, map.view(), style, size);
    const Image added = additive_overlay(screen, map.view(), only_white(), size, part);
    for (std::int64_t row = 0; row < size.height; ++row) {
      for (std::int64_t column = 0; column < size.width; ++column) {
        const bool covered = row >= 35 * scale && row < 195 * scale;
        const bool hole = row / scale >= 113 && row / scale <= 118 && column / scale >= 38 &&
                          column / scale <= 43;
        if (hole) continue;
        ASSERT_EQ(overlay.at(row, column)[1], covered ? 255 : 0) << row << ' ' << column;
        ASSERT_EQ(added.at(row, column)[1], covered ? 255 : 0) << row << ' ' << column;
      }
    }
    EXPECT_LT(overlay.at(115 * scale + scale / 2, 40 * scale + scale / 2)[1], 160);
  }
  EXPECT_EQ(box_of(part, {840, 640}), (picture::Box{140, 0, 640, 640}));
  EXPECT_EQ(box_of({0.999, 0.999, 1, 1}, {10, 10}), (picture::Box{9, 9, 1, 1}))
      << "at least a pixel";
}

TEST(ScreenOverlay, RefusesWrongSettings) {
  const Image screen(Size{210, 160});
  const Tensor map(Shape{84, 84});
  EXPECT_THROW(screen_overlay(screen, map.view(), {.colors = color_map("jet"), .max_opacity = 1.5}),
               Error);
  EXPECT_THROW(screen_overlay(screen, Tensor(Shape{1, 84, 84}).view(), {}), Error);
  EXPECT_THROW(screen_overlay(Image{}, map.view(), {}), Error);
  EXPECT_THROW(screen_overlay(screen, map.view(), {}, {0, 10}), Error);
}

TEST(TelevisionSize, KeepsLinesEquallyHighAndFourToThree) {
  EXPECT_EQ(television_size({210, 160}), (Size{840, 1120}));
  EXPECT_EQ(television_size({210, 160}, 400), (Size{420, 560}));
  EXPECT_EQ(television_size({250, 160}), (Size{1000, 1333}));
  EXPECT_THROW(television_size({0, 160}), Error);
  EXPECT_THROW(television_size({210, 160}, 0), Error);
}

TEST(Ground, IsGreyAndDarkerThanThePicture) {
  Image picture(Size{1, 3});
  picture.set(0, 0, {255, 255, 255});
  picture.set(0, 1, {255, 0, 0});
  picture.set(0, 2, {0, 0, 255});
  const Image grey = dimmed_grey(picture);
  EXPECT_EQ(grey.at(0, 0), (Rgb{140, 140, 140}));  // 0.55·255
  EXPECT_EQ(grey.at(0, 1), (Rgb{42, 42, 42}));     // 0.55·0.299·255
  EXPECT_EQ(grey.at(0, 2), (Rgb{16, 16, 16}));     // 0.55·0.114·255
  EXPECT_EQ(dimmed_grey(Image()).size(), Size{});
}

}  // namespace
}  // namespace arcadecam::picture
