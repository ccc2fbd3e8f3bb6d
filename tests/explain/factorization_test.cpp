#include "explain/factorization.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "arcadecam/core/error.h"
#include "arcadecam/core/random.h"
#include "arcadecam/nn/engine.h"
#include "support/networks.h"

namespace arcadecam::explain {
namespace {

using test::GoldenArrays;

/// W·H at one position of one state, written out.
double joined(const Factors& factors, std::int64_t n, std::int64_t i, std::int64_t c) {
  double sum = 0;
  for (std::int64_t k = 0; k < factors.maps.shape()[1]; ++k)
    sum += static_cast<double>(factors.maps[n][k].data()[i]) * factors.channels[k].data()[c];
  return sum;
}

TEST(Factorization, FindsWhatWasPutTogether) {
  // Two states of 2×3 positions, four channels; two groups that share neither place nor channel.
  Tensor x({2, 4, 2, 3});
  const std::vector<float> first{1, 2, 0, 4, 0, 0}, second{0, 0, 3, 0, 1, 0};
  for (std::int64_t n = 0; n < 2; ++n) {
    for (std::int64_t i = 0; i < 6; ++i) {
      const auto at = static_cast<std::size_t>(i);
      const auto strength = static_cast<float>(n + 1);
      x.data()[(n * 4 + 0) * 6 + i] = strength * first[at];
      x.data()[(n * 4 + 1) * 6 + i] = strength * 5 * first[at];
      x.data()[(n * 4 + 2) * 6 + i] = strength * second[at];
      x.data()[(n * 4 + 3) * 6 + i] = -7;  // below zero counts as zero
    }
  }
  const Factors found = factorize(x.view(), {.count = 2});
  // The first group holds 3·7·6 = 126 of 138, the second 3·4.
  ASSERT_EQ(found.shares.size(), 2U);
  EXPECT_NEAR(found.shares[0], 126.0 / 138, 1e-4);
  EXPECT_NEAR(found.shares[1], 12.0 / 138, 1e-4);
  EXPECT_LT(found.residual, 1e-4);
  for (std::int64_t i = 0; i < 6; ++i) {
    const auto at = static_cast<std::size_t>(i);
    EXPECT_NEAR(found.maps[0][0].data()[i], first[at] / 8, 1e-4) << "largest over both states: 1";
    EXPECT_NEAR(found.maps[1][0].data()[i], first[at] / 4, 1e-4);
    EXPECT_NEAR(found.maps[1][1].data()[i], second[at] / 3, 1e-4);
  }
  EXPECT_NEAR(found.channels.data()[0], 8, 1e-3);
  EXPECT_NEAR(found.channels.data()[1], 40, 1e-3);
  EXPECT_NEAR(found.channels.data()[4 + 2], 6, 1e-3);
  EXPECT_EQ(found.channels.data()[3], 0);
}

TEST(Factorization, OfAllDimensionsLeavesNothing) {
  Tensor x({1, 3, 2, 2});
  Random random(5);
  for (float& value : x.values()) value = static_cast<float>(random.uniform());
  const Factors found = factorize(x.view(), {.count = 3, .most_rounds = 20000, .tolerance = 1e-9});
  EXPECT_LT(found.residual, 0.02);
  double error = 0, all = 0;
  for (std::int64_t i = 0; i < 4; ++i) {
    for (std::int64_t c = 0; c < 3; ++c) {
      const double value = x.data()[c * 4 + i];
      error += std::pow(value - joined(found, 0, i, c), 2);
      all += value * value;
    }
  }
  EXPECT_NEAR(std::sqrt(error / all), found.residual, 1e-4) << "as it is said";
}

TEST(Factorization, MoreRoundsNeverFitWorse) {
  Tensor x({2, 6, 3, 3});
  Random random(9);
  for (float& value : x.values()) value = static_cast<float>(random.uniform() - 0.3);
  double before = 1;
  for (const std::int64_t rounds : {1, 2, 5, 20, 100}) {
    const double residual =
        factorize(x.view(), {.count = 3, .most_rounds = rounds, .tolerance = 0}).residual;
    EXPECT_LE(residual, before + 1e-12) << rounds;
    before = residual;
  }
}

TEST(Factorization, RefusesWhatCannotBe) {
  Tensor x({1, 3, 2, 2});
  std::ranges::fill(x.values(), -1.0F);
  try {
    (void)factorize(x.view(), {.count = 2});
    ADD_FAILURE() << "nothing is active";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), Error::Kind::kBadInput);
  }
  for (const std::int64_t count : {0, 4}) {
    try {
      (void)factorize(x.view(), {.count = count});
      ADD_FAILURE() << count;
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), Error::Kind::kBadUsage) << error.what();
    }
  }
}

class GoldenFactors : public testing::TestWithParam<std::string> {};

TEST_P(GoldenFactors, EqualScikitLearnsUpToTheirOrder) {
  const std::string network = GetParam();
  const auto graph = test::golden_graph(network);
  const auto engine = nn::make_engine("cpu", graph);
  const auto states = GoldenArrays("explain/" + network + ".npz").get<std::uint8_t>("states");
  const GoldenArrays golden("explain/" + network + "_cams.npz");
  const auto maps = golden.get<float>("sklearn.NMF.maps");
  const auto channels = golden.get<float>("sklearn.NMF.channels");
  const auto residual = golden.get<float>("sklearn.NMF.residual");
  int node = 0;
  for (int i = 0; i < graph->size(); ++i) {
    if (graph->shape(i).rank() == 3 && std::holds_alternative<nn::Relu>(graph->node(i).op))
      node = i;
  }
  nn::Tape tape;
  (void)engine->forward(states.view(), {{node}, {}}, tape);
  const Factors found = factorize(tape.activation(node), {.count = 4});
  EXPECT_NEAR(found.residual, residual.data()[0], 1e-4);
  EXPECT_NEAR(static_cast<double>(found.rounds), residual.data()[1], 2);
  const std::int64_t area = maps.shape()[2] * maps.shape()[3];
  std::set<std::int64_t> taken;
  for (std::int64_t theirs = 0; theirs < 4; ++theirs) {
    float top = 0;
    for (std::int64_t n = 0; n < 8; ++n)
      top = std::max(top, *std::ranges::max_element(maps[n][theirs].values()));
    ASSERT_GT(top, 0);
    // Ours that is nearest.
    std::int64_t nearest = 0;
    double least = 1e9;
    for (std::int64_t k = 0; k < 4; ++k) {
      double worst = 0;
      for (std::int64_t n = 0; n < 8; ++n) {
        for (std::int64_t i = 0; i < area; ++i) {
          const double difference =
              found.maps[n][k].data()[i] - maps[n][theirs].data()[i] / static_cast<double>(top);
          worst = std::max(worst, std::abs(difference));
        }
      }
      if (worst < least) {
        least = worst;
        nearest = k;
      }
    }
    EXPECT_LT(least, 2e-3) << network << " factor " << theirs;
    EXPECT_TRUE(taken.insert(nearest).second);
    std::vector<float> scaled(channels[theirs].values().begin(), channels[theirs].values().end());
    for (float& value : scaled) value *= top;
    EXPECT_LT(test::relative_difference(found.channels[nearest].values(), scaled), 5e-3) << network;
  }
}

INSTANTIATE_TEST_SUITE_P(Networks, GoldenFactors,
                         testing::Values("atari_dqn", "convbn", "dueling", "trained_pong"));

}  // namespace
}  // namespace arcadecam::explain
