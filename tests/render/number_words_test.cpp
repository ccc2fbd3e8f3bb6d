#include "render/number_words.h"

#include <gtest/gtest.h>

#include <array>

namespace arcadecam::render {
namespace {

TEST(NumberWords, DecimalsComeFromTheSpread) {
  EXPECT_EQ(decimals_for(1.0), 2);
  EXPECT_EQ(decimals_for(0.16), 3);
  EXPECT_EQ(decimals_for(20.0), 1);
  EXPECT_EQ(decimals_for(5000.0), 0);
  EXPECT_EQ(decimals_for(1e-9), 6);
  EXPECT_EQ(decimals_for(0.0), 2);
  EXPECT_EQ(decimals_for(-1.0), 2);
  // More where two values would look the same.
  EXPECT_EQ(decimals_for(std::array{1.0F, 2.0F, 1.0004F}), 4);
  EXPECT_EQ(decimals_for(std::array{1.0F, 1.0F, 2.0F}), 2) << "which are the same";
  EXPECT_EQ(decimals_for(std::span<const float>()), 2);
}

TEST(NumberWords, HaveARealMinusSignAndNoNegativeZero) {
  EXPECT_EQ(number_words(-0.25, 2), "−0.25");
  EXPECT_EQ(number_words(-0.001, 2), "0.00");
  EXPECT_EQ(number_words(3.14159, 3), "3.142");
  EXPECT_EQ(number_words(-7, 0), "−7");
  EXPECT_EQ(number_words(-7.0), "−7");
  EXPECT_EQ(number_words(0.25), "0.25");
  EXPECT_EQ(number_words(-0.0), "0");
  EXPECT_EQ(with_real_minus("-4.5M"), "−4.5M");
  EXPECT_EQ(with_real_minus("2e-05"), "2e-05");
}

}  // namespace
}  // namespace arcadecam::render
