#include "explain/scaled_windows.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

namespace arcadecam::explain {
namespace {

TEST(ScaledWindowsTest, CoverEverySizeAndTheLastOnesEndAtTheEdge) {
  // Sizes 84, 108, … 348, as the reference's defaults: 1 + 3·4 + 4·9 + 3·16 + 25 windows.
  EXPECT_EQ(ScaledWindows({84, 84}, 12, 2.0 / 7).windows().size(), 122U);
  const ScaledWindows tall({6, 4}, 2, 0.5);
  ASSERT_EQ(tall.windows().size(), 5U);
  const auto& last = tall.windows()[4];
  EXPECT_EQ(last.height, 9);
  EXPECT_EQ(last.width, 6);
  EXPECT_EQ(last.top, 3);
  EXPECT_EQ(last.left, 2);
}

TEST(ScaledWindowsTest, CutWhatIsThereAndPasteItBack) {
  ScaledWindows windows({4, 4}, 2, 1.0);  // 4×4, and 8×8 in four windows
  ASSERT_EQ(windows.windows().size(), 5U);
  Tensor picture({2, 4, 4});
  for (std::int64_t i = 0; i < 32; ++i) picture.data()[i] = static_cast<float>(i);
  std::vector<float> values(32);
  windows.cut(picture.view(), 0, values);
  EXPECT_TRUE(std::ranges::equal(values, picture.values()));
  windows.cut(picture.view(), 4, values);
  // Pixel (6,6) of the enlarged picture lies a quarter of a pixel before (3,3), at 2.75, 2.75.
  EXPECT_FLOAT_EQ(values[16 + 2 * 4 + 2], 16 + 2.75F * 4 + 2.75F);
  EXPECT_FLOAT_EQ(values[3 * 4 + 3], 15) << "beyond the last pixel it is that one";
  // A map that is 1 in the lower right window covers that quarter, and half of nothing else.
  Tensor map({4, 4}), placed({4, 4});
  std::ranges::fill(map.values(), 1.0F);
  windows.paste(map.view(), 4, placed.view());
  for (std::int64_t y = 0; y < 4; ++y) {
    for (std::int64_t x = 0; x < 4; ++x)
      EXPECT_FLOAT_EQ(placed.data()[y * 4 + x], y >= 2 && x >= 2 ? 1.0F : 0.0F) << y << " " << x;
  }
}

}  // namespace
}  // namespace arcadecam::explain
