#include "render/value_range.h"

#include <gtest/gtest.h>

#include <array>

namespace arcadecam::render {
namespace {

TEST(ValueRange, SpansAllValues) {
  ValueRange range;
  EXPECT_EQ(range.decimals(), 2);
  range.add(std::array{-1.0F, 0.5F});
  range.add(std::array{0.0F, 2.0F});
  EXPECT_EQ(range.lowest(), -1);
  EXPECT_EQ(range.highest(), 2);
  EXPECT_EQ(range.decimals(), 2);
}

// As Pong's run begins: the first step's values agree to five decimals.
TEST(ValueRange, OneStepsNearValuesDoNotSetTheDigitsOfTheRun) {
  ValueRange range;
  range.add(std::array{0.08789F, 0.08791F});
  EXPECT_EQ(range.decimals(), 5) << "all that is known: 2e-5 apart";
  range.add(std::array{0.1F, 0.9F});
  EXPECT_EQ(range.decimals(), 3);
  for (int step = 0; step < 10; ++step) range.add(std::array{-0.5F, 0.9F});
  EXPECT_EQ(range.decimals(), 2);
  range.add(std::array{0.08789F, 0.08791F});
  EXPECT_EQ(range.decimals(), 2);
}

TEST(ValueRange, ValuesThatAreNearInMostStepsHaveTheDigitsThatTellThemApart) {
  ValueRange range;
  range.add(std::array{0.0F, 20.0F});
  EXPECT_EQ(range.decimals(), 1);
  range.add(std::array{7.0F, 7.02F});
  EXPECT_EQ(range.decimals(), 3) << "half of the steps";
  range.add(std::array{0.0F, 20.0F});
  EXPECT_EQ(range.decimals(), 1);
  for (int step = 0; step < 5; ++step) range.add(std::array{7.0F, 7.00002F});
  EXPECT_EQ(range.decimals(), 3) << "three at most";
}

TEST(ValueRange, SmallValuesHaveTwoDigits) {
  ValueRange range;
  range.add(std::array{0.0F, 0.0004F});
  EXPECT_EQ(range.decimals(), 5);
  range.add(std::array{0.0F, 0.004F});
  EXPECT_EQ(range.decimals(), 3);
  range.add(std::array{0.0F, 4000.0F});
  EXPECT_EQ(range.decimals(), 3) << "which most steps need";
}

TEST(ValueRange, EqualValuesAreNoSpan) {
  ValueRange range;
  range.add(std::array{3.0F, 3.0F});
  EXPECT_EQ(range.lowest(), 3);
  EXPECT_EQ(range.highest(), 3);
  EXPECT_EQ(range.decimals(), 2);
}

}  // namespace
}  // namespace arcadecam::render
