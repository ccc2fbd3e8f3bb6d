// Statistics against closed forms.
#include "measure/statistics.h"

#include <gtest/gtest.h>

#include <cmath>

namespace arcadecam::measure {
namespace {

std::vector<Cluster> clusters(const std::vector<std::vector<double>>& values) {
  std::vector<Cluster> result;
  for (const auto& of : values) {
    Cluster& cluster = result.emplace_back();
    for (const double value : of) cluster.add(value);
  }
  return result;
}

TEST(Statistics, MeanAndDeviation) {
  const auto some = clusters({{1, 2}, {}, {3, 4}});
  EXPECT_EQ(mean(some), 2.5);
  EXPECT_NEAR(deviation(some), std::sqrt(5.0 / 3), 1e-12);
  EXPECT_EQ(count(some), 4);
  EXPECT_EQ(mean({}), 0);
}

TEST(Statistics, BootstrapOfTwoClustersHasThreeOutcomes) {
  // Means of resamples: 0 (¼), 1 (½), 2 (¼), so the 2.5 % and 97.5 % points are 0 and 2.
  const auto two = clusters({{0, 0}, {2, 2}});
  const Interval interval = bootstrap(two, 1);
  EXPECT_EQ(interval.low, 0);
  EXPECT_EQ(interval.high, 2);
  EXPECT_TRUE(std::isnan(bootstrap(clusters({{1, 2, 3}}), 1).low));
}

TEST(Statistics, BootstrapOfManyClustersNearsTheNormalInterval) {
  std::vector<std::vector<double>> values;
  for (int i = 0; i < 400; ++i) values.push_back({static_cast<double>(i % 2)});
  const Interval interval = bootstrap(clusters(values), 3);
  EXPECT_NEAR(interval.low, 0.5 - 1.96 * 0.5 / 20, 0.005);
  EXPECT_NEAR(interval.high, 0.5 + 1.96 * 0.5 / 20, 0.005);
  const Interval again = bootstrap(clusters(values), 3);
  EXPECT_EQ(interval.low, again.low);
}

TEST(Statistics, SignFlips) {
  // All of one sign: only the two flips of all signs reach the observed sum.
  EXPECT_DOUBLE_EQ(sign_flip_p(clusters({{1, 1}, {2}, {3}}), 1), 2.0 / 8);
  // {1, 1, −1}: |sum| = 1 is the least there is.
  EXPECT_DOUBLE_EQ(sign_flip_p(clusters({{1}, {1}, {-1}}), 1), 1);
  EXPECT_EQ(sign_flip_p({}, 1), 1);
  std::vector<std::vector<double>> many(20, {1.0});
  EXPECT_NEAR(sign_flip_p(clusters(many), 1), 1.0 / 10'001, 1e-12);
}

TEST(Statistics, Holm) {
  EXPECT_EQ(holm(std::vector{0.01, 0.04, 0.03, 0.005}), (std::vector{0.03, 0.06, 0.06, 0.02}));
  EXPECT_EQ(holm(std::vector{0.9, 0.8}), (std::vector{1.0, 1.0}));
}

TEST(Statistics, RanksAverageTies) {
  EXPECT_EQ(ranks(std::vector{3.0, 1.0, 3.0, 2.0}), (std::vector{3.5, 1.0, 3.5, 2.0}));
  EXPECT_EQ(ranks(std::vector{3.0, 1.0, 2.0}, Direction::kHigher), (std::vector{1.0, 3.0, 2.0}));
  EXPECT_EQ(ranks(std::vector{3.0, 1.0, 2.0}, Direction::kLower), (std::vector{3.0, 1.0, 2.0}));
}

TEST(Statistics, Correlations) {
  const std::vector<double> a{1, 2, 3, 4, 5}, cubes{1, 8, 27, 64, 125}, down{5, 4, 3, 2, 1};
  EXPECT_NEAR(pearson(a, down), -1, 1e-12);
  EXPECT_NEAR(spearman(a, cubes), 1, 1e-12);
  // 1 − 6·Σd²/(n(n²−1))
  EXPECT_NEAR(spearman(a, std::vector<double>{2, 1, 5, 4, 3}), 1 - 6.0 * 10 / 120, 1e-12);
  EXPECT_TRUE(std::isnan(pearson(a, std::vector<double>(5, 1.0))));
}

}  // namespace
}  // namespace arcadecam::measure
