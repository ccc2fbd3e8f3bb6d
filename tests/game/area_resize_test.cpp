#include "game/area_resize.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <opencv2/imgproc.hpp>

#include "arcadecam/core/error.h"
#include "arcadecam/core/random.h"

namespace arcadecam::game {
namespace {

struct Size {
  int height, width;
};

class AreaResizeSizes : public testing::TestWithParam<Size> {};

TEST_P(AreaResizeSizes, EqualsOpenCv) {
  const auto [height, width] = GetParam();
  AreaResize resize(height, width);
  std::array<float, 256> grey{};
  for (std::size_t i = 0; i < grey.size(); ++i) grey[i] = static_cast<float>(255 - i);
  Random random(static_cast<std::uint64_t>(height * 1000 + width));
  std::vector<std::uint8_t> screen(static_cast<std::size_t>(height * width));
  for (int round = 0; round < 20; ++round) {
    // Half of the rounds repeat rows, as game screens do.
    for (std::size_t i = 0; i < screen.size(); ++i) {
      const bool repeat = round % 2 == 1 && i >= static_cast<std::size_t>(width) &&
                          (i / static_cast<std::size_t>(width)) % 5 != 0;
      screen[i] = repeat ? screen[i - static_cast<std::size_t>(width)]
                         : static_cast<std::uint8_t>(random.below(256));
    }
    cv::Mat source(height, width, CV_8UC1);
    std::ranges::transform(screen, source.data, [&](std::uint8_t pixel) {
      return static_cast<std::uint8_t>(grey[pixel]);
    });
    cv::Mat expected;
    cv::resize(source, expected, {atari::kPlaneSide, atari::kPlaneSide}, 0, 0, cv::INTER_AREA);
    std::array<std::uint8_t, atari::kPlanePixels> plane{};
    resize(screen, grey, plane);
    ASSERT_TRUE(std::equal(plane.begin(), plane.end(), expected.data)) << "round " << round;
  }
}

TEST_P(AreaResizeSizes, WhatIsKnownOfAnotherScreenChangesNothing) {
  const auto [height, width] = GetParam();
  AreaResize resize(height, width);
  std::array<float, 256> grey{};
  for (std::size_t i = 0; i < grey.size(); ++i) grey[i] = static_cast<float>(i);
  Random random(static_cast<std::uint64_t>(height + width));
  std::vector<std::uint8_t> screen(static_cast<std::size_t>(height * width));
  for (std::uint8_t& pixel : screen) pixel = static_cast<std::uint8_t>(random.below(256));
  std::array<std::uint8_t, atari::kPlanePixels> plane{}, known{}, expected{};
  resize(screen, grey, known);
  for (int round = 0; round < 100; ++round) {
    // One to three pixels change, the corners among them.
    std::vector<std::uint8_t> other = screen;
    for (int i = 0; i <= round % 3; ++i)
      other[static_cast<std::size_t>(random.below(other.size()))] ^= 0x80;
    if (round == 0) other.front() ^= 0x80;
    if (round == 1) other.back() ^= 0x80;
    resize(other, grey, expected);
    plane.fill(1);
    resize(other, grey, plane, screen, known);
    ASSERT_EQ(plane, expected) << "round " << round;
  }
}

INSTANTIATE_TEST_SUITE_P(Screens, AreaResizeSizes,
                         testing::Values(Size{210, 160}, Size{250, 160}, Size{200, 160},
                                         Size{230, 160}, Size{101, 333}, Size{503, 85}));

TEST(AreaResizeTest, KeepsAnEvenScreenAsItIs) {
  AreaResize resize(210, 160);
  std::array<float, 256> grey{};
  grey[3] = 77.0F;
  const std::vector<std::uint8_t> screen(210 * 160, 3);
  std::array<std::uint8_t, atari::kPlanePixels> plane{};
  resize(screen, grey, plane);
  EXPECT_EQ(std::ranges::count(plane, 77), atari::kPlanePixels);
}

TEST(AreaResizeTest, RefusesSizesItCannotShrink) {
  EXPECT_THROW(AreaResize(83, 160), Error);
  EXPECT_THROW(AreaResize(210, 505), Error);
}

}  // namespace
}  // namespace arcadecam::game
