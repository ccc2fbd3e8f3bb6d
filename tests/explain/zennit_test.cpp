// LRP against zennit 1.0, with and without batch normalisation (scripts/golden/relevance.py).
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "arcadecam/explain/session.h"
#include "support/networks.h"

namespace arcadecam::explain {
namespace {

class Zennit : public testing::TestWithParam<std::tuple<const char*, const char*>> {};

TEST_P(Zennit, HandsBackTheSameRelevance) {
  const auto& [network, composite] = GetParam();
  const auto graph = test::golden_graph(network);
  const auto engine = nn::make_engine("cpu", graph);
  const test::GoldenArrays golden("explain/zennit.npz"),
      given(std::string("explain/") + network + ".npz");
  const auto states = given.get<std::uint8_t>("states");
  const std::string key = std::string(network) + "." + composite;
  const auto expected = golden.get<float>(key), sums = golden.get<float>(key + ".sum"),
             noise = golden.get<float>(key + ".noise");
  const std::int64_t count = expected.shape()[0];
  Session session(*engine, parse_methods(std::string("lrp:composite=") + composite));
  session.forward(ByteTensorView(states.data(), states.shape().inner().batch_of(count)));
  session.explain(std::vector(static_cast<std::size_t>(count), Target::greedy()));
  for (std::int64_t s = 0; s < count; ++s) {
    const Tensor& planes = session.result(0, s).planes;
    double largest = 0, sum = 0;
    for (const float value : planes.values()) {
      largest = std::max(largest, std::abs(double{value}));
      sum += double{value};
    }
    ASSERT_GT(largest, 0);
    double apart = 0;
    for (std::int64_t plane = 0; plane < 4; ++plane) {
      for (std::int64_t i = 0; i < 144; ++i) {
        const std::int64_t at = (3 + 7 * (i / 12)) * 84 + 3 + 7 * (i % 12);
        apart = std::max(apart, std::abs(double{planes[plane].data()[at]} -
                                         double{expected[s][plane].data()[i]}));
      }
    }
    // A sum near zero, which relevance is divided by, enlarges rounding: zennit's own, too.
    EXPECT_LT(apart / largest, 2e-4 + 8 * double{noise.data()[s]}) << key << " state " << s;
    EXPECT_NEAR(sum / double{sums.data()[s]}, 1, 1e-3) << key << " state " << s;
  }
}

INSTANTIATE_TEST_SUITE_P(NetworksAndComposites, Zennit,
                         testing::Combine(testing::Values("convbn", "trained_pong"),
                                          testing::Values("epsilon-plus", "epsilon-plus-flat",
                                                          "epsilon-alpha2-beta1",
                                                          "epsilon-gamma-box")));

}  // namespace
}  // namespace arcadecam::explain
