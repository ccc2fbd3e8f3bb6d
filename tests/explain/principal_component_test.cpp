#include "explain/principal_component.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "arcadecam/core/random.h"

namespace arcadecam::explain {
namespace {

/// X·v by thousands of rounds of the power method: slow and obvious.
std::vector<double> by_power_method(std::vector<double> x, std::int64_t channels,
                                    std::int64_t area) {
  for (std::int64_t c = 0; c < channels; ++c) {
    double mean = 0;
    for (std::int64_t i = 0; i < area; ++i)
      mean += x[static_cast<std::size_t>(c * area + i)] / static_cast<double>(area);
    for (std::int64_t i = 0; i < area; ++i) x[static_cast<std::size_t>(c * area + i)] -= mean;
  }
  std::vector<double> v(static_cast<std::size_t>(channels), 1.0), image;
  v[0] = 2;
  for (int round = 0; round < 4000; ++round) {
    image.assign(static_cast<std::size_t>(area), 0.0);
    for (std::int64_t k = 0; k < channels * area; ++k)
      image[static_cast<std::size_t>(k % area)] +=
          v[static_cast<std::size_t>(k / area)] * x[static_cast<std::size_t>(k)];
    std::ranges::fill(v, 0.0);
    for (std::int64_t k = 0; k < channels * area; ++k)
      v[static_cast<std::size_t>(k / area)] +=
          image[static_cast<std::size_t>(k % area)] * x[static_cast<std::size_t>(k)];
    double length = 0;
    for (const double value : v) length += value * value;
    for (double& value : v) value /= std::sqrt(length);
  }
  image.assign(static_cast<std::size_t>(area), 0.0);
  for (std::int64_t k = 0; k < channels * area; ++k)
    image[static_cast<std::size_t>(k % area)] +=
        v[static_cast<std::size_t>(k / area)] * x[static_cast<std::size_t>(k)];
  return image;
}

TEST(PrincipalComponentTest, EqualsThePowerMethodsWithItsLargestSizePositive) {
  PrincipalComponent component;
  for (const auto& [channels, area] :
       {std::pair<std::int64_t, std::int64_t>{5, 36}, {20, 9}, {1, 7}, {2, 2}}) {
    Random random(static_cast<std::uint64_t>(channels));
    std::vector<double> values(static_cast<std::size_t>(channels * area));
    for (double& value : values) value = static_cast<float>(random.uniform() * 1e-4);
    const std::vector<float> given(values.begin(), values.end());
    std::vector<float> projection(static_cast<std::size_t>(area), 9.0F);
    component.project(given.data(), channels, area, projection.data());
    std::vector<double> expected = by_power_method(values, channels, area);
    const double largest =
        *std::ranges::max_element(expected, {}, [](double value) { return std::abs(value); });
    for (std::size_t i = 0; i < expected.size(); ++i)
      EXPECT_NEAR(projection[i], largest < 0 ? -expected[i] : expected[i],
                  1e-5 * std::abs(largest));
    EXPECT_NEAR(*std::ranges::max_element(projection), std::abs(largest), 1e-5 * std::abs(largest));
  }
}

TEST(PrincipalComponentTest, OneDirectionIsFoundAtOnceAndNothingGivesZeros) {
  PrincipalComponent component;
  // Three channels that rise and fall together.
  const std::vector<float> values{0, 1, 2, 3, 6, 4, 2, 0, 5, 5, 5, 5};
  std::vector<float> projection(4);
  component.project(values.data(), 3, 4, projection.data());
  const float unit = std::sqrt(5.0F) / 2;  // |(1, −2, 0)| · ½
  EXPECT_FLOAT_EQ(std::abs(projection[0]), 3 * unit);
  EXPECT_FLOAT_EQ(projection[1], -projection[2]);
  EXPECT_FLOAT_EQ(projection[0], 3 * projection[1]);
  const std::vector<float> constant(12, 2.5F);
  component.project(constant.data(), 3, 4, projection.data());
  EXPECT_EQ(projection, std::vector<float>(4, 0.0F));
}

}  // namespace
}  // namespace arcadecam::explain
