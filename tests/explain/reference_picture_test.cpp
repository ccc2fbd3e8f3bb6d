// What observations are compared with, against medians of sorted lists.
#include "explain/reference_picture.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "arcadecam/core/random.h"

namespace arcadecam::explain {
namespace {

/// Greys of few levels and of many, so that windows hold ties and none.
Tensor random_picture(Shape shape, std::uint64_t seed, std::uint64_t levels) {
  Random random(seed);
  Tensor result(shape);
  for (float& value : result.values())
    value = 255 * static_cast<float>(random.below(levels)) / static_cast<float>(levels);
  return result;
}

/// The border repeated: … 1 0 | 0 1 2 | 2 1 …
std::int64_t mirrored_place(std::int64_t i, std::int64_t length) {
  while (i < 0 || i >= length) i = i < 0 ? -1 - i : 2 * length - 1 - i;
  return i;
}

TEST(ReferencePicture, MedianIsTheMiddleOfTheSortedWindow) {
  for (const std::uint64_t levels : {2U, 5U, 1000U}) {
    for (const std::int64_t radius : {1, 3, 12}) {
      const Tensor picture = random_picture({2, 7, 9}, levels, levels);
      const Tensor median = reference_picture(Reference::kMedian, picture, radius, 1);
      for (std::int64_t plane = 0; plane < 2; ++plane) {
        for (std::int64_t y = 0; y < 7; ++y) {
          for (std::int64_t x = 0; x < 9; ++x) {
            std::vector<float> window;
            for (std::int64_t dy = -radius; dy <= radius; ++dy) {
              for (std::int64_t dx = -radius; dx <= radius; ++dx) {
                window.push_back(picture[plane].data()[mirrored_place(y + dy, 7) * 9 +
                                                       mirrored_place(x + dx, 9)]);
              }
            }
            std::ranges::sort(window);
            EXPECT_EQ(median[plane].data()[y * 9 + x], window[window.size() / 2])
                << levels << ' ' << radius << ' ' << plane << ' ' << y << ' ' << x;
          }
        }
      }
    }
  }
}

TEST(ReferencePicture, MedianLeavesOutASmallThingAndKeepsALargeOne) {
  Tensor picture(Shape{1, 12, 12});
  float* grey = picture.data();
  for (std::int64_t y = 6; y < 12; ++y) std::fill_n(grey + y * 12, 12, 90.0F);
  grey[2 * 12 + 5] = grey[2 * 12 + 6] = 255;
  const Tensor median = reference_picture(Reference::kMedian, picture, 2, 1);
  for (std::int64_t y = 0; y < 12; ++y) {
    for (std::int64_t x = 0; x < 12; ++x)
      EXPECT_EQ(median.data()[y * 12 + x], y < 6 ? 0.0F : 90.0F) << y << ' ' << x;
  }
}

TEST(ReferencePicture, StackIsTheMedianOfTheFrames) {
  Tensor four(Shape{4, 1, 2}), three(Shape{3, 1, 1});
  std::ranges::copy(std::vector<float>{10, 7, 50, 7, 30, 7, 20, 7}, four.data());
  std::ranges::copy(std::vector<float>{9, 1, 4}, three.data());
  const Tensor of_four = reference_picture(Reference::kStack, four, 8, 1),
               of_three = reference_picture(Reference::kStack, three, 8, 1);
  for (std::int64_t frame = 0; frame < 4; ++frame) {
    EXPECT_EQ(of_four[frame].data()[0], 25) << "between 20 and 30";
    EXPECT_EQ(of_four[frame].data()[1], 7) << "what stands still stays";
  }
  for (const float value : of_three.values()) EXPECT_EQ(value, 4);
}

TEST(ReferencePicture, StackComparesPlanesOfOneColour) {
  Tensor colours(Shape{6, 1, 1});
  std::ranges::copy(std::vector<float>{1, 2, 3, 5, 8, 11}, colours.data());
  const Tensor median = reference_picture(Reference::kStack, colours, 8, 3);
  const std::vector<float> expected{3, 5, 7, 3, 5, 7};
  EXPECT_TRUE(std::ranges::equal(median.values(), expected));
}

TEST(ReferencePicture, ZeroIsBlack) {
  const Tensor black = reference_picture(Reference::kZero, random_picture({4, 3, 3}, 1, 9), 8, 1);
  EXPECT_EQ(black.shape(), (Shape{4, 3, 3}));
  EXPECT_TRUE(std::ranges::all_of(black.values(), [](float value) { return value == 0; }));
}

}  // namespace
}  // namespace arcadecam::explain
