// What the default engine leaves out where nobody asks for it.
#include <gtest/gtest.h>

#include <algorithm>

#include "arcadecam/nn/engine.h"
#include "support/networks.h"

namespace arcadecam::nn::steps {
namespace {

/// Three states, each followed by two that differ from it in few pixels, as probes do.
ByteTensor neighbours(const Graph& graph) {
  constexpr std::int64_t kCount = 9;
  ByteTensor states = test::random_observations(graph, kCount);
  for (std::int64_t n = 0; n < kCount; ++n) {
    if (n % 3 == 0) continue;
    std::ranges::copy(states[n - 1].values(), states[n].data());
    for (std::int64_t i = 0; i < 3; ++i)
      states[n].data()[(n * 811 + i * 3) % states[n].size()] ^= 0x55U;
  }
  return states;
}

/// The convolutions' values after their activation functions are read by the next alone.
std::vector<int> plan_all_nodes(const Graph& graph) {
  std::vector<int> nodes;
  for (int node = 0; node < graph.size(); ++node) nodes.push_back(node);
  return nodes;
}

class PlanOf : public testing::TestWithParam<std::string> {};

TEST_P(PlanOf, APassThatNoneGoesBackThroughHasTheBitsOfOneThatKeepsAll) {
  const auto graph = test::golden_graph(GetParam());
  const ByteTensor states = neighbours(*graph);
  for (const int threads : {1, 2}) {
    const auto engine = make_engine("cpu", graph, {.threads = threads});
    Tape kept, last, watched;
    { const Pass pass = engine->forward(states.view(), {{}, plan_all_nodes(*graph)}, kept); }
    { const Pass pass = engine->forward(states.view(), {}, last); }
    const Pass pass = engine->forward(states.view(), {plan_all_nodes(*graph), {}}, watched);
    EXPECT_TRUE(std::ranges::equal(last.output().values(), kept.output().values()));
    // Every state alone: nothing before it leaves anything.
    for (std::int64_t n = 0; n < states.shape()[0]; ++n) {
      Tape alone;
      const Pass single =
          engine->forward(ByteTensorView(states[n].data(), graph->shape(0).batch_of(1)),
                          {plan_all_nodes(*graph), {0}}, alone);
      EXPECT_TRUE(std::ranges::equal(last.output()[n].values(), alone.output().values()));
      for (int node = 0; node < graph->size(); ++node) {
        EXPECT_TRUE(std::ranges::equal(watched.activation(node)[n].values(),
                                       alone.activation(node)[0].values()))
            << graph->node(node).name << ", state " << n;
      }
    }
  }
}

TEST_P(PlanOf, RulesCarryTheSameFromBytesAsFromFloats) {
  const auto graph = test::golden_graph(GetParam());
  const auto engine = make_engine("cpu", graph);
  const ByteTensor states = test::random_observations(*graph, 3);
  Tensor floats(states.shape());
  std::ranges::copy(states.values(), floats.data());
  Tensor gradient(graph->shape(graph->output()).batch_of(3));
  std::ranges::fill(gradient.values(), 0.5F);
  for (const Rule& rule : {Rule{rule::Guided{}}, Rule{rule::Epsilon{}}}) {
    const RulePass pass{{rule, {}}, {0, 1}};
    Watch watch;
    watch.rules = true;
    Tape tape, of_bytes(&tape), other, of_floats(&other);
    engine->forward(states.view(), watch, tape).backward(gradient.view(), pass, of_bytes);
    engine->forward(floats.view(), watch, other).backward(gradient.view(), pass, of_floats);
    for (const int node : {0, 1}) {
      EXPECT_TRUE(
          std::ranges::equal(of_bytes.gradient(node).values(), of_floats.gradient(node).values()));
      EXPECT_TRUE(std::ranges::any_of(of_bytes.gradient(node).values(),
                                      [](float value) { return value != 0; }));
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Networks, PlanOf,
                         testing::Values("trained_pong", "atari_c51", "convbn", "dueling"));

}  // namespace
}  // namespace arcadecam::nn::steps
