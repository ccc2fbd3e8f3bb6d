// Episodes that are played side by side share the network's passes, and what is written must not
// depend on how many they are: with the default engine an explanation is the same bits in every
// batch.
#include <gtest/gtest.h>

#include <algorithm>

#include "arcadecam/explain/session.h"
#include "support/networks.h"

namespace arcadecam::explain {
namespace {

class Batches : public testing::TestWithParam<std::string> {};

/// The first states are a game's where the golden arrays have them, the others random.
ByteTensor states_for(const nn::Graph& graph, const std::string& network, std::int64_t count) {
  ByteTensor states = test::random_observations(graph, count);
  const auto golden = test::GoldenArrays("explain/" + network + ".npz").get<std::uint8_t>("states");
  for (std::int64_t n = 0; n < std::min(count / 2, golden.shape()[0]); ++n)
    std::ranges::copy(golden[n].values(), states[n].data());
  return states;
}

TEST_P(Batches, AStatesExplanationIsTheSameBitsInAll) {
  const auto graph = test::golden_graph(GetParam());
  const auto engine = nn::make_engine("cpu", graph);
  std::vector<MethodSpec> specs;
  for (const Method* method : methods()) {
    if (method->extra_passes.empty() && !method->asks_objects)
      specs.push_back({std::string(method->id), {}});
  }
  Session batch(*engine, specs), single(*engine, specs);
  // 64: the largest group of episodes.
  for (const std::int64_t count : {2, 5, 16, 64}) {
    const ByteTensor states = states_for(*graph, GetParam(), count);
    std::vector<Target> targets;
    for (std::int64_t n = 0; n < count; ++n)
      targets.push_back(Target::action(static_cast<int>(n % graph->actions())));
    batch.forward(states.view());
    batch.explain(targets);
    for (std::int64_t n = 0; n < count; n += 3 + count / 4) {
      single.forward(ByteTensorView(states[n].data(), states.shape().inner().batch_of(1)));
      single.explain(std::vector{targets[static_cast<std::size_t>(n)]});
      for (std::size_t m = 0; m < specs.size(); ++m) {
        EXPECT_TRUE(
            std::ranges::equal(single.result(m, 0).raw.values(), batch.result(m, n).raw.values()))
            << specs[m].text() << ", state " << n << " of " << count;
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Networks, Batches,
                         testing::Values("trained_pong", "atari_c51", "convbn", "dueling"));

}  // namespace
}  // namespace arcadecam::explain
