#include "explain/sum_kernels.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "arcadecam/core/random.h"

namespace arcadecam::explain {
namespace {

TEST(SumKernels, AddUpAsPlainLoopsDo) {
  Random random(3);
  for (const std::size_t count : {0U, 1U, 7U, 8U, 33U, 1000U}) {
    const auto size = static_cast<std::int64_t>(count);
    std::vector<float> x, y(count, 0.25F), sizes(count, 2);
    std::vector<std::uint8_t> bytes;
    for (std::size_t i = 0; i < count; ++i) {
      x.push_back(static_cast<float>(random.uniform()) - 0.5F);
      bytes.push_back(static_cast<std::uint8_t>(255 - i % 256));
    }
    double values = 0, all = 0, product = 0;
    std::vector<float> expected = y, expected_sizes = sizes;
    for (std::size_t i = 0; i < count; ++i) {
      expected[i] += x[i];
      expected_sizes[i] += std::abs(x[i]);
      values += static_cast<double>(x[i]);
      product += static_cast<double>(x[i]) * y[i];
      all += static_cast<double>(std::abs(x[i]));
    }
    EXPECT_NEAR(sum_kernels().dot(x.data(), y.data(), size), product, 1e-5 * (1 + all));
    sum_kernels().add(x.data(), size, y.data(), sizes.data());
    EXPECT_EQ(y, expected);
    EXPECT_EQ(sizes, expected_sizes);
    const Sums sums = sum_kernels().sums(x.data(), size);
    EXPECT_NEAR(sums.values, values, 1e-12 * all);
    EXPECT_NEAR(sums.sizes, all, 1e-12 * all);
    std::vector<float> floats(count, 9);
    sum_kernels().widen(bytes.data(), size, floats.data());
    for (std::size_t i = 0; i < count; ++i) EXPECT_EQ(floats[i], static_cast<float>(bytes[i]));
  }
}

}  // namespace
}  // namespace arcadecam::explain
