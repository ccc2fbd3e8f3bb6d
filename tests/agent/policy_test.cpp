#include "agent/policy.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <vector>

#include "arcadecam/core/error.h"

namespace arcadecam::agent {
namespace {

const std::vector<float> kValues{0, 2, 2, 1};

std::array<double, 4> frequencies(const Policy& policy) {
  Random random(3);
  std::array<double, 4> counts{};
  constexpr int kDraws = 40000;
  for (int i = 0; i < kDraws; ++i)
    counts.at(static_cast<std::size_t>(policy.decide(kValues, random).action)) += 1.0 / kDraws;
  return counts;
}

TEST(PolicyTest, GreedyTakesTheFirstOfTheLargest) {
  Random random(1);
  const Decision decision = Policy::parse("greedy", 0).decide(kValues, random);
  EXPECT_EQ(decision.action, 1);
  EXPECT_TRUE(decision.greedy);
}

TEST(PolicyTest, EpsilonGreedyExploresUniformly) {
  const auto counts = frequencies(Policy::parse("egreedy", 0.4));
  EXPECT_NEAR(counts[1], 0.7, 0.01);
  for (const int other : {0, 2, 3})
    EXPECT_NEAR(counts.at(static_cast<std::size_t>(other)), 0.1, 0.01);
}

TEST(PolicyTest, SoftmaxFollowsTheExponential) {
  const auto counts = frequencies(Policy::parse("softmax", 0));
  const double total = 1 + 2 * std::exp(2) + std::exp(1);
  for (std::size_t a = 0; a < 4; ++a) EXPECT_NEAR(counts.at(a), std::exp(kValues[a]) / total, 0.01);
}

TEST(PolicyTest, ProbabilitiesAreTheSoftmaxOfLogitsOrTheOutputsThemselves) {
  using Kind = nn::OutputKind;
  const auto shares = action_probabilities(std::vector<float>{0, std::log(3.0F)}, Kind::kLogits);
  ASSERT_EQ(shares.size(), 2U);
  EXPECT_NEAR(shares[0], 0.25, 1e-6);
  EXPECT_NEAR(shares[1], 0.75, 1e-6);
  const std::vector<float> large{1000, 1000};
  EXPECT_EQ(action_probabilities(large, Kind::kLogits)[0], 0.5) << "no overflow";
  EXPECT_EQ(action_probabilities(std::vector<float>{0.25F, 0.75F}, Kind::kProbabilities)[1], 0.75);
  EXPECT_TRUE(action_probabilities({}, Kind::kLogits).empty());
}

TEST(PolicyTest, DrawsByTheProbabilitiesOfANetworkThatGivesThem) {
  const Policy policy = Policy::parse("softmax", 0);
  Random random(3);
  int second = 0;
  for (int i = 0; i < 40000; ++i)
    second += policy.decide(std::vector<float>{0.1F, 0.9F}, random, nn::OutputKind::kProbabilities)
                  .action;
  EXPECT_NEAR(second / 40000.0, 0.9, 0.01);
}

TEST(PolicyTest, TheStreamDoesNotDependOnTheValues) {
  const Policy policy = Policy::parse("egreedy", 0.5);
  Random a(9), b(9);
  (void)policy.decide(kValues, a);
  (void)policy.decide(std::vector<float>{5, 4, 3, 2}, b);
  EXPECT_EQ(a.next(), b.next());
}

TEST(PolicyTest, RefusesUnknownKindsAndProbabilities) {
  EXPECT_THROW((void)Policy::parse("best", 0), Error);
  for (const double epsilon : {-0.1, 1.1, static_cast<double>(NAN)}) {
    EXPECT_THROW((void)Policy::parse("egreedy", epsilon), Error);
  }
}

}  // namespace
}  // namespace arcadecam::agent
