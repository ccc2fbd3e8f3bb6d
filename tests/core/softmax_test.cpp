#include "core/softmax.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>

namespace arcadecam {
namespace {

TEST(Softmax, IsEachExponentialOverTheSumOfAll) {
  const std::array<float, 3> numbers{0.5F, -1.25F, 2};
  std::array<double, 3> p{};
  softmax(numbers.data(), numbers.size(), p.data());
  const double total = std::exp(0.5) + std::exp(-1.25) + std::exp(2.0);
  EXPECT_NEAR(p[0], std::exp(0.5) / total, 1e-15);
  EXPECT_NEAR(p[1], std::exp(-1.25) / total, 1e-15);
  EXPECT_NEAR(p[2], std::exp(2.0) / total, 1e-15);
}

// Where the exponentials themselves would be infinite.
TEST(Softmax, OfLargeNumbersInPlace) {
  std::array<float, 3> numbers{1000, 1000, -1000};
  softmax(numbers.data(), numbers.size(), numbers.data());
  EXPECT_EQ(numbers, (std::array<float, 3>{0.5F, 0.5F, 0}));
}

TEST(Exponentials, TheLargestIsOneAndTheSumIsReturned) {
  const std::array<float, 4> numbers{3, 1, 3, 2};
  std::array<float, 4> weights{};
  const float sum = exponentials(numbers.data(), numbers.size(), weights.data());
  EXPECT_EQ(weights[0], 1);
  EXPECT_EQ(weights[2], 1);
  EXPECT_FLOAT_EQ(weights[1], std::exp(-2.0F));
  EXPECT_FLOAT_EQ(sum, 2 + std::exp(-2.0F) + std::exp(-1.0F));
}

}  // namespace
}  // namespace arcadecam
