// The room picture draws without OpenCV what was drawn with it.
#include <gtest/gtest.h>

#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>
#include <tuple>

#include "arcadecam/core/random.h"
#include "picture/color_map.h"
#include "picture/resize.h"

namespace arcadecam::picture {
namespace {

TEST(WithoutOpenCv, ColourTablesAreThoseOfOpenCv) {
  // Turbo's are computed by polynomials that come within 1 of them.
  for (const auto& [name, table, largest] :
       {std::tuple("inferno", cv::COLORMAP_INFERNO, 0), std::tuple("jet", cv::COLORMAP_JET, 0),
        std::tuple("turbo", cv::COLORMAP_TURBO, 1)}) {
    cv::Mat indices(1, 256, CV_8UC1), bgr;
    for (int i = 0; i < 256; ++i) indices.at<std::uint8_t>(0, i) = static_cast<std::uint8_t>(i);
    cv::applyColorMap(indices, bgr, table);
    const ColorMap map = color_map(name);
    for (int i = 0; i < 256; ++i) {
      const auto& pixel = bgr.at<cv::Vec3b>(0, i);
      const Rgb& ours = map.colors[static_cast<std::size_t>(i)];
      for (std::size_t channel = 0; channel < 3; ++channel)
        EXPECT_NEAR(ours[channel], pixel[2 - static_cast<int>(channel)], largest)
            << name << ' ' << i;
    }
  }
}

TEST(WithoutOpenCv, MapsAreResizedAsOpenCvDoes) {
  Random random(3);
  for (const auto& [from, to] :
       {std::pair(Size{84, 84}, Size{84, 84}), std::pair(Size{84, 84}, Size{210, 160}),
        std::pair(Size{84, 84}, Size{250, 160}), std::pair(Size{84, 84}, Size{840, 1120}),
        std::pair(Size{84, 84}, Size{168, 149}), std::pair(Size{84, 84}, Size{40, 50}),
        std::pair(Size{64, 47}, Size{421, 77}), std::pair(Size{7, 9}, Size{84, 84}),
        std::pair(Size{3, 1}, Size{11, 6}), std::pair(Size{1, 1}, Size{5, 6})}) {
    Tensor map(Shape{from.height, from.width});
    for (float& value : map.values()) value = static_cast<float>(random.uniform());
    const cv::Mat matrix(static_cast<int>(from.height), static_cast<int>(from.width), CV_32FC1,
                         map.data());
    cv::Mat expected;
    cv::resize(matrix, expected, {static_cast<int>(to.width), static_cast<int>(to.height)}, 0, 0,
               cv::INTER_LINEAR);
    const Tensor resized = resize_bilinear(map.view(), to);
    std::int64_t different = 0;
    for (std::int64_t i = 0; i < resized.size(); ++i) {
      const float other = expected.ptr<float>()[i];
      ASSERT_NEAR(resized.data()[i], other, 1.2e-7F);
      different += resized.data()[i] != other ? 1 : 0;
    }
#ifdef __x86_64__  // elsewhere OpenCV fuses multiplications with additions
    EXPECT_EQ(different, 0) << from.height << 'x' << from.width << " to " << to.height << 'x'
                            << to.width;
#endif
  }
}

TEST(WithoutOpenCv, PicturesAreShrunkAsOpenCvDoes) {
  Random random(5);
  for (const auto& [from, to] :
       {std::pair(Size{210, 160}, Size{210, 160}), std::pair(Size{210, 160}, Size{105, 80}),
        std::pair(Size{210, 160}, Size{70, 40}), std::pair(Size{210, 160}, Size{100, 73}),
        std::pair(Size{420, 320}, Size{413, 320}), std::pair(Size{420, 320}, Size{420, 213}),
        std::pair(Size{420, 320}, Size{210, 320}), std::pair(Size{630, 480}, Size{421, 399}),
        std::pair(Size{37, 53}, Size{1, 1}), std::pair(Size{9, 7}, Size{4, 7})}) {
    Image image(from);
    // Runs of equal rows, as blocks of pixels make them, and runs of different ones.
    for (std::int64_t y = 0; y < from.height; ++y) {
      for (std::int64_t x = 0; x < from.width; ++x) {
        const auto byte = [&] { return static_cast<std::uint8_t>(random.uniform() * 256); };
        image.set(y, x, y % 5 < 2 && y > 0 ? image.at(y - 1, x) : Rgb{byte(), byte(), byte()});
      }
    }
    const cv::Mat matrix(static_cast<int>(from.height), static_cast<int>(from.width), CV_8UC3,
                         image.pixels().data());
    cv::Mat expected;
    cv::resize(matrix, expected, {static_cast<int>(to.width), static_cast<int>(to.height)}, 0, 0,
               cv::INTER_AREA);
    const Image shrunk = resize_area(image, to);
    ASSERT_EQ(shrunk.size(), to);
    EXPECT_TRUE(
        std::equal(shrunk.pixels().values().begin(), shrunk.pixels().values().end(), expected.data))
        << from.height << 'x' << from.width << " to " << to.height << 'x' << to.width;
  }
}

}  // namespace
}  // namespace arcadecam::picture
