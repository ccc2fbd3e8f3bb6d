#include "nn/randomize_weights.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "support/networks.h"

namespace arcadecam::nn {
namespace {

TEST(RandomizeWeights, DrawsPytorchsDefaultInitialisation) {
  const auto graph = test::golden_graph("convbn");
  const Graph a = randomize_weights(*graph, 5), b = randomize_weights(*graph, 5),
              c = randomize_weights(*graph, 6);
  const auto weight = [](const Graph& g, const char* name) {
    const Op& op = g.node(g.find(name).value()).op;
    return weights_of(op).front().tensor;
  };
  const auto first = weight(a, "conv2")->values();
  const double bound = 1 / std::sqrt(8.0 * 4 * 4);
  double largest = 0, mean = 0;
  for (const float value : first) {
    largest = std::max(largest, std::abs(static_cast<double>(value)));
    mean += value / static_cast<double>(first.size());
  }
  EXPECT_LE(largest, bound);
  EXPECT_GT(largest, 0.99 * bound);
  EXPECT_NEAR(mean, 0, 0.1 * bound);
  EXPECT_TRUE(std::ranges::equal(first, weight(b, "conv2")->values()));
  EXPECT_FALSE(std::ranges::equal(first, weight(c, "conv2")->values()));
  for (const float gamma : weight(a, "bn1")->values()) EXPECT_EQ(gamma, 1);
}

}  // namespace
}  // namespace arcadecam::nn
