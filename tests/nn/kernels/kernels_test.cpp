#include "nn/kernels/kernels.h"

#include <gtest/gtest.h>

#include <limits>
#include <vector>

namespace arcadecam::nn {
namespace {

TEST(Kernels, SignsOfAReluLetTheGradientThroughWhereTheValueDid) {
  constexpr float kNone = std::numeric_limits<float>::quiet_NaN();
  for (const std::size_t count : {1U, 7U, 8U, 9U, 31U, 64U}) {
    std::vector<float> x, gy;
    for (std::size_t i = 0; i < count; ++i) {
      x.push_back(i % 5 == 4 ? kNone : i % 3 == 0 ? -0.0F : static_cast<float>(i % 7) - 3);
      gy.push_back(static_cast<float>(i) - 4);
    }
    const auto size = static_cast<std::int64_t>(count);
    std::vector<float> y(count, 9), plain(count, 9);
    std::vector<std::uint8_t> signs((count + 7) / 8, 0xA5);
    kernels().relu_and_signs(x.data(), size, y.data(), signs.data());
    kernels().relu(x.data(), size, plain.data());
    EXPECT_EQ(y, plain);
    for (std::size_t i = 0; i < count; ++i)
      EXPECT_EQ((signs[i / 8] >> (i % 8) & 1) != 0, x[i] > 0) << i << " of " << count;
    for (const bool accumulate : {false, true}) {
      std::vector<float> gx(count, 2), expected = gx;
      kernels().relu_gradient_of_signs(signs.data(), gy.data(), size, accumulate, gx.data());
      kernels().relu_gradient(x.data(), gy.data(), size, accumulate, expected.data());
      EXPECT_EQ(gx, expected) << count;
    }
  }
}

}  // namespace
}  // namespace arcadecam::nn
