#include "game/linear_resize.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <opencv2/imgproc.hpp>

#include "arcadecam/core/random.h"

namespace arcadecam::game {
namespace {

TEST(LinearResizeTest, EqualsOpenCv) {
  for (const int height : {210, 250, 192}) {
    constexpr int kWidth = 160;
    Random random(static_cast<std::uint64_t>(height));
    std::vector<std::uint8_t> screen(static_cast<std::size_t>(height * kWidth));
    for (auto& pixel : screen) pixel = static_cast<std::uint8_t>(random.below(256));
    std::array<std::uint8_t, atari::kPlanePixels> plane{};
    LinearResize(height, kWidth)(screen, plane);
    const cv::Mat source(height, kWidth, CV_8UC1, screen.data());
    cv::Mat expected;
    cv::resize(source, expected, cv::Size(atari::kPlaneSide, atari::kPlaneSide), 0, 0,
               cv::INTER_LINEAR);
    EXPECT_TRUE(std::equal(plane.begin(), plane.end(), expected.data)) << height;
  }
}

}  // namespace
}  // namespace arcadecam::game
