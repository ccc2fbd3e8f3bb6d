#include "picture/image.h"

#include <gtest/gtest.h>

#include <array>

#include "arcadecam/core/error.h"

namespace arcadecam::picture {
namespace {

Image two_by_three() {
  Image image(Size{2, 3});
  for (std::uint8_t row = 0; row < 2; ++row) {
    for (std::uint8_t column = 0; column < 3; ++column) image.set(row, column, {row, column, 7});
  }
  return image;
}

TEST(Image, HoldsBytesInRowColumnChannelOrder) {
  const Image image = two_by_three();
  EXPECT_EQ(image.size(), (Size{2, 3}));
  EXPECT_EQ(image.pixels().data()[(1 * 3 + 2) * 3 + 1], 2);
  EXPECT_EQ(image.at(1, 2), (Rgb{1, 2, 7}));
}

TEST(Image, RefusesOtherShapes) {
  EXPECT_THROW(Image(ByteTensor(Shape{4, 4})), Error);
  EXPECT_THROW(Image(ByteTensor(Shape{3, 4, 4})), Error);
  EXPECT_THROW(Image(Size{-1, 4}), Error);
}

TEST(ResizeNearest, CopiesThePixelUnderTheCentre) {
  const Image large = resize_nearest(two_by_three(), {4, 9});
  for (std::int64_t row = 0; row < 4; ++row) {
    for (std::int64_t column = 0; column < 9; ++column) {
      const Rgb expected{static_cast<std::uint8_t>(row / 2), static_cast<std::uint8_t>(column / 3),
                         7};
      EXPECT_EQ(large.at(row, column), expected) << row << ' ' << column;
    }
  }
}

TEST(ResizeNearest, SpreadsAnUnevenFactorAroundTheMiddle) {
  // 3 columns on 8: centres 0.1875, 0.5625, 0.9375, 1.3125, 1.6875, 2.0625, 2.4375, 2.8125.
  const Image wide = resize_nearest(two_by_three(), {2, 8});
  constexpr std::array<std::uint8_t, 8> kExpected{0, 0, 0, 1, 1, 2, 2, 2};
  for (std::size_t column = 0; column < 8; ++column) {
    EXPECT_EQ(wide.at(0, static_cast<std::int64_t>(column))[1], kExpected[column]) << column;
  }
}

TEST(ResizeNearest, RefusesEmptyPictures) {
  EXPECT_THROW(resize_nearest(Image{}, {2, 2}), Error);
  EXPECT_THROW(resize_nearest(two_by_three(), {0, 2}), Error);
}

TEST(ImageOfPlanes, RoundsToTheNearestByte) {
  Tensor planes(Shape{3, 1, 2});
  planes.data()[0] = 1.0F;             // red of the first pixel
  planes.data()[3] = 100.4F / 255.0F;  // green of the second
  planes.data()[5] = 100.6F / 255.0F;  // blue of the second
  const Image image = image_of_planes(planes.view());
  EXPECT_EQ(image.at(0, 0), (Rgb{255, 0, 0}));
  EXPECT_EQ(image.at(0, 1), (Rgb{0, 100, 101}));
}

TEST(ImageOfPlanes, RefusesOtherShapesAndValues) {
  EXPECT_THROW(image_of_planes(Tensor(Shape{1, 2, 2}).view()), Error);
  Tensor planes(Shape{3, 1, 1});
  planes.data()[1] = 1.01F;
  EXPECT_THROW(image_of_planes(planes.view()), Error);
}

}  // namespace
}  // namespace arcadecam::picture
