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
      const auto fresh = make_engine("cpu", graph, {.threads = threads});
      const Pass single =
          fresh->forward(ByteTensorView(states[n].data(), graph->shape(0).batch_of(1)),
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

void expect_a_fresh_engines_bits(Engine& engine, const std::shared_ptr<const Graph>& graph,
                                 const Observations& states, const Watch& watch, int turn) {
  Tensor gradient(graph->shape(graph->output()).batch_of(batch_size(states)));
  std::ranges::fill(gradient.values(), 0.5F);
  Tape used, unused;
  engine.forward(states, watch, used).backward({gradient.view()}, used);
  const auto fresh = make_engine("cpu", graph);
  fresh->forward(states, watch, unused).backward({gradient.view()}, unused);
  EXPECT_TRUE(std::ranges::equal(used.output().values(), unused.output().values())) << turn;
  for (const int node : watch.activations) {
    EXPECT_TRUE(
        std::ranges::equal(used.activation(node).values(), unused.activation(node).values()))
        << graph->node(node).name << ", turn " << turn;
  }
  for (const int node : watch.gradients) {
    EXPECT_TRUE(std::ranges::equal(used.gradient(node).values(), unused.gradient(node).values()))
        << graph->node(node).name << ", turn " << turn;
  }
}

// A state is computed only where it differs from the one before it, in the batch or in the pass
// before. Whatever else ran in between, its bits are those of an engine that has seen nothing.
TEST_P(PlanOf, AStateHasTheBitsOfAFreshEngineWhateverRanBefore) {
  const auto graph = test::golden_graph(GetParam());
  const auto engine = make_engine("cpu", graph);
  const ByteTensor states = neighbours(*graph);
  Watch all{plan_all_nodes(*graph), plan_all_nodes(*graph)};
  Watch inner{plan_all_nodes(*graph), {graph->output()}}, none, rules = all;
  std::erase_if(inner.activations, [](int node) { return node < 2; });
  std::erase_if(rules.gradients, [](int node) { return node < 2; });
  rules.rules = true;
  const std::vector<Watch> watches{inner, inner, all, inner, none, inner, rules, inner, rules};
  constexpr int kTurns = 54;
  for (int turn = 0; turn < kTurns; ++turn) {
    // Neighbours follow one another, forwards and backwards.
    const std::int64_t place = turn % 18, n = place < 9 ? place : 17 - place;
    const std::int64_t count = std::min<std::int64_t>(turn % 4 == 3 ? 3 : 1, 9 - n);
    const ByteTensorView state(states[n].data(), graph->shape(0).batch_of(count));
    const Watch& watch = watches[static_cast<std::size_t>(turn * 5 % 9)];
    Tape tape;
    Tensor floats(state.shape());
    std::ranges::copy(state.values(), floats.data());
    switch (turn % 7) {
      case 1:
        engine->forward(states.view(), inner, tape);
        break;  // a batch
      case 2:
        engine->forward(floats.view(), inner, tape);
        break;
      case 3: {  // a pass from inside the network, of a state that is otherwise not seen
        const int node = 2;
        Tensor given(graph->shape(node).batch_of(1));
        std::ranges::fill(given.values(), 0.25F);
        const Given entry{node, given.view()};
        engine->forward_from({&entry, 1}, inner, tape);
        break;
      }
      default:
        break;
    }
    if (turn % 2 == 0) {
      expect_a_fresh_engines_bits(*engine, graph, state, watch, turn);
    } else {
      expect_a_fresh_engines_bits(*engine, graph, floats.view(), watch, turn);
      expect_a_fresh_engines_bits(*engine, graph, state, watch, turn);
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
