#include "episode/distributions.h"

#include <gtest/gtest.h>

#include <numeric>

#include "support/networks.h"

namespace arcadecam::episode {
namespace {

TEST(Distributions, AreProbabilitiesWhoseExpectationIsTheValue) {
  const auto graph = test::golden_graph("atari_c51");
  const auto states = test::GoldenArrays("explain/atari_c51.npz").get<std::uint8_t>("states");
  const auto engine = nn::make_engine("reference", graph);
  Distributions distributions(*graph);
  const std::int64_t actions = graph->actions(), atoms = std::ssize(distributions.atoms());
  EXPECT_EQ(atoms, 51);
  EXPECT_EQ(distributions.shape(), (Shape{actions, atoms}));
  nn::Tape tape;
  engine->forward(ByteTensorView(states.data(), Shape{2, 4, 84, 84}), distributions.watch(), tape);
  distributions.read(tape, 2);
  const TensorView rows = distributions.of(1);
  ASSERT_EQ(rows.shape(), distributions.shape());
  for (std::int64_t a = 0; a < actions; ++a) {
    const auto row = rows[a].values();
    EXPECT_NEAR(std::accumulate(row.begin(), row.end(), 0.0), 1, 1e-5);
    EXPECT_NEAR(std::inner_product(row.begin(), row.end(), distributions.atoms().begin(), 0.0),
                tape.output()[1].data()[a], 1e-4);
  }
}

TEST(Distributions, OtherNetworksHaveNone) {
  Distributions none(*test::golden_graph("atari_dqn"));
  EXPECT_TRUE(none.watch().activations.empty());
  EXPECT_TRUE(none.atoms().empty());
  none.read({}, 1);
  EXPECT_EQ(none.of(0).size(), 0);
}

}  // namespace
}  // namespace arcadecam::episode
