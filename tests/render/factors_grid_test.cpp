#include "render/factors_grid.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "arcadecam/core/error.h"
#include "render/steps.h"

namespace arcadecam::render {
namespace {

/// One state: the first factor is 1 in the left half, the second 0.5 in the right one and 0.25 in
/// the left one.
ShownFactors two_factors() {
  ShownFactors factors{Tensor({1, 2, 84, 84}), {0.5, 0.25}, {{3, 1}, {7}}, "relu3"};
  for (std::int64_t i = 0; i < 84 * 84; ++i) {
    const bool left = i % 84 < 42;
    factors.maps[0][0].data()[i] = left ? 1.0F : 0.0F;
    factors.maps[0][1].data()[i] = left ? 0.25F : 0.5F;
  }
  return factors;
}

std::vector<picture::Image> pictures_of(const Figure& figure) {
  std::vector<picture::Image> pictures;
  for (const Figure::Item& item : figure.items()) {
    if (const auto* picture = std::get_if<Figure::Picture>(&item))
      pictures.push_back(picture->image);
  }
  return pictures;
}

/// A colour over a dark ground value, this opaque.
void expect_color(picture::Rgb found, double ground, picture::Rgb color, double opacity) {
  for (std::size_t c = 0; c < 3; ++c)
    EXPECT_NEAR(found[c], (1 - opacity) * ground + opacity * color[c], 1.1) << c;
}

TEST(FactorsGrid, EveryFactorHasItsColourAndTogetherTheLargestShows) {
  test::Steps steps(0, 3);
  std::deque<episode::Moment> moments;
  moments.emplace_back(steps.next());
  Look look;
  look.theme = theme("light");
  const Grid grid = factors_grid(steps.info, moments, two_factors(), look);
  ASSERT_EQ(grid.rows.size(), 3U);
  EXPECT_EQ(grid.rows[0].label, "all factors");
  EXPECT_EQ(grid.rows[2].label, "factor 2");
  ASSERT_EQ(grid.bars.size(), 2U);
  EXPECT_EQ(grid.bars[0].meaning,
            "factor 1: 50 % of what the factors account for, most of it in channels 3, 1");
  const auto pictures = pictures_of(draw_grid(grid));
  ASSERT_GE(pictures.size(), 6U) << "the game, three rows, two bars";
  const picture::Rgb orange{230, 159, 0}, blue{86, 180, 233};
  const picture::Image &all = pictures[1], &first = pictures[2], &second = pictures[3];
  const double ground = std::floor(picture::kDimmed * moments.front().step.screen.data()[0] + 0.5);
  ASSERT_EQ(all.size(), (picture::Size{210, 160}));
  expect_color(all.at(100, 20), ground, orange, 0.85);
  expect_color(all.at(100, 140), ground, blue, 0.85 * 0.5);
  expect_color(first.at(100, 20), ground, orange, 0.85);
  expect_color(first.at(100, 140), ground, orange, 0);
  expect_color(second.at(100, 20), ground, blue, 0.85 * 0.25);
  expect_color(second.at(100, 140), ground, blue, 0.85 * 0.5);
}

TEST(FactorsGrid, RefusesMoreFactorsThanColours) {
  test::Steps steps(0, 3);
  std::deque<episode::Moment> moments;
  moments.emplace_back(steps.next());
  const auto many = static_cast<std::int64_t>(most_factors()) + 1;
  ShownFactors factors{Tensor({1, many, 84, 84}), std::vector<double>(most_factors() + 1, 0.1),
                       std::vector<std::vector<std::int64_t>>(most_factors() + 1), "relu3"};
  EXPECT_THROW((void)factors_grid(steps.info, moments, factors, Look{}), Error);
}

}  // namespace
}  // namespace arcadecam::render
