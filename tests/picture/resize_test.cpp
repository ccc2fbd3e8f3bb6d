#include "picture/resize.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "arcadecam/core/digest.h"
#include "support/error_of.h"

namespace arcadecam::picture {
namespace {

/// The formula, pixel by pixel in double precision.
double bilinear(TensorView map, double row, double column) {
  const auto at = [&](double y, double x) {
    const auto clamped = [](double value, std::int64_t size) {
      return std::clamp(static_cast<std::int64_t>(value), std::int64_t{0}, size - 1);
    };
    return static_cast<double>(map[clamped(y, map.shape()[0])].data()[clamped(x, map.shape()[1])]);
  };
  const double y = std::floor(row), x = std::floor(column), v = row - y, u = column - x;
  return (1 - v) * ((1 - u) * at(y, x) + u * at(y, x + 1)) +
         v * ((1 - u) * at(y + 1, x) + u * at(y + 1, x + 1));
}

TEST(ResizeBilinear, IsTheFormula) {
  Tensor map(Shape{5, 7});
  for (std::int64_t i = 0; i < map.size(); ++i)
    map.data()[i] = static_cast<float>((i * 37 + 11) % 101) / 101.0F;
  for (const Size size : {Size{5, 7}, Size{10, 21}, Size{3, 4}, Size{1, 1}, Size{84, 60}}) {
    const Tensor resized = resize_bilinear(map.view(), size);
    ASSERT_EQ(resized.shape(), (Shape{size.height, size.width}));
    for (std::int64_t y = 0; y < size.height; ++y) {
      for (std::int64_t x = 0; x < size.width; ++x) {
        const double row =
            (static_cast<double>(y) + 0.5) * 5.0 / static_cast<double>(size.height) - 0.5;
        const double column =
            (static_cast<double>(x) + 0.5) * 7.0 / static_cast<double>(size.width) - 0.5;
        EXPECT_NEAR(resized[y].data()[x], bilinear(map.view(), row, column), 2e-6)
            << size.height << 'x' << size.width << " at " << y << ", " << x;
      }
    }
  }
}

// SHA-256 of the float32 values that the same steps in NumPy give; OpenCV gives them too
// (tests/render/opencv_test.cpp).
TEST(ResizeBilinear, HasTheSameBitsEverywhere) {
  Tensor map(Shape{84, 84});
  for (std::int64_t i = 0; i < map.size(); ++i)
    map.data()[i] = static_cast<float>((i * 37 + 11) % 101) / 101.0F;
  const auto digest = [&](Size size) {
    const Tensor resized = resize_bilinear(map.view(), size);
    return sha256({reinterpret_cast<const std::uint8_t*>(resized.data()),
                   static_cast<std::size_t>(resized.size()) * sizeof(float)});
  };
  EXPECT_EQ(digest({210, 160}), "788f1040f64e9369064c7880c91215b871696e964b6d05b5d70b21843d040e89");
  EXPECT_EQ(digest({250, 160}), "e5e04ceec26b390516f77c533af294bf3a0ba303ce3333010a42d0c637c8d2e0");
  EXPECT_EQ(digest({840, 1120}),
            "0010c7fd311dd4b5b1e559262cf690986416318a00a6e3900f401bb22839fadd");
}

TEST(ResizeBilinear, RefusesWhatHasNoPixels) {
  const Tensor map(Shape{2, 2});
  EXPECT_EQ(test::error_of([&] {
              (void)resize_bilinear(map.view(), {0, 3});
            }),
            "a map of 2×2 cannot be resized to 0×3 pixels");
  EXPECT_NE(test::error_of([] { (void)resize_bilinear(Tensor(Shape{4}).view(), {3, 3}); }), "");
}

}  // namespace
}  // namespace arcadecam::picture
