// Measures of recurrent agents: every pass about a state remembers what came in with it.
#include <gtest/gtest.h>

#include <array>

#include "arcadecam/core/error.h"
#include "episode/run.h"
#include "episode/trace_sink.h"
#include "evaluate/game_context.h"
#include "evaluate/states.h"
#include "evaluate/toy_agent.h"
#include "measure/toy.h"
#include "nn/recurrent_cells.h"
#include "support/golden.h"

namespace arcadecam::evaluate {
namespace {

using measure::Context, measure::Question, measure::RedrawnLayers, measure::Scores, measure::State,
    measure::Subject;

/// A convolution, a GRU and a layer of values.
std::shared_ptr<const nn::Graph> recurrent_graph(const Shape& input, std::int64_t kernel,
                                                 std::int64_t actions) {
  using namespace nn;
  const std::int64_t side = input[1] / kernel;
  std::vector<Node> nodes{{"input", Input{input}, {}},
                          {"scale", Scale{1 / 255.0F}, {0}},
                          {"conv",
                           Conv2d{test::random_weights({2, input[0], kernel, kernel}, 1), nullptr,
                                  static_cast<int>(kernel), 0},
                           {1}},
                          {"flatten", Flatten{}, {2}}};
  const CellWeights cell{test::random_weights({12, 2 * side * side}, 2),
                         test::random_weights({12, 4}, 3), test::random_weights({12}, 4),
                         test::random_weights({12}, 5)};
  for (Node& node : gru_cell("gru", cell, 3, 4)) nodes.push_back(std::move(node));
  nodes.push_back(
      {"q",
       Linear{test::random_weights({actions, 4}, 6, 2), test::random_weights({actions}, 7)},
       {static_cast<int>(nodes.size()) - 1}});
  return std::make_shared<const Graph>(std::move(nodes));
}

std::vector<float> values_with(const agent::Agent& agent, const State& state) {
  const auto engine = nn::make_engine("reference", agent.graph);
  const ByteTensorView seen(state.observation.data(), state.observation.shape().batch_of(1));
  const TensorView memory(state.memory.data(), Shape{1, std::ssize(state.memory)});
  nn::Tape tape;
  engine->forward({seen, memory}, {}, tape);
  return {tape.output().values().begin(), tape.output().values().end()};
}

TEST(RecurrentMeasures, EveryPassRemembersWhatCameInWithItsState) {
  const agent::Agent agent = test::agent_of(recurrent_graph({1, 8, 8}, 2, 3));
  State first = test::state_of(*agent.graph), second = first;
  first.memory = {0.9F, -0.7F, 0.5F, -0.3F};
  second.memory = {-0.8F, 0.6F, 0.1F, 0.9F};
  second.step = 1;
  ASSERT_GT(test::relative_difference(values_with(agent, first), values_with(agent, second)), 1e-2);
  const Question question;
  Context context(network_of(agent), question);
  context.use({"input-x-gradient", {}});
  std::vector<std::int64_t> seen;
  std::vector<std::vector<float>> maps;
  const auto same = [](std::int64_t /*index*/, const State& state, std::span<float> values) {
    std::ranges::copy(state.observation.values(), values.begin());
  };
  context.explain_states(std::array<const State*, 2>{&first, &second}, [&](const Subject& subject) {
    seen.push_back(subject.state.step);
    const std::vector<float> expected = values_with(agent, subject.state);
    EXPECT_LT(test::relative_difference(subject.values, expected), 1e-5);
    const auto fill = [&](std::int64_t index, std::span<float> values) {
      same(index, subject.state, values);
    };
    // Changed observations that are the same: more than a batch, and explained.
    context.forward(subject, 35, fill, [&](std::int64_t /*index*/, const Scores& scores) {
      EXPECT_LT(test::relative_difference(scores.values, expected), 1e-5);
    });
    context.explain(
        subject, 3, fill, [&](std::int64_t /*index*/, const explain::Attribution& found) {
          EXPECT_LT(test::relative_difference(found.raw.values(), subject.attribution.raw.values()),
                    1e-5);
        });
    // No layer is drawn again.
    const auto& other = context.explain_on(subject, RedrawnLayers{0, 0});
    EXPECT_LT(test::relative_difference(other.raw.values(), subject.attribution.raw.values()),
              1e-5);
    const auto raw = subject.attribution.raw.values();
    maps.emplace_back(raw.begin(), raw.end());
  });
  EXPECT_EQ(seen, (std::vector<std::int64_t>{0, 1}));
  EXPECT_GT(test::relative_difference(maps[0], maps[1]), 1e-2);
  // What is explained beside a state changes nothing.
  for (const State* state : {&second, &first}) {
    context.explain_states({&state, 1}, [&](const Subject& subject) {
      const std::vector<float>& expected = maps[static_cast<std::size_t>(subject.state.step)];
      EXPECT_LT(test::relative_difference(subject.attribution.raw.values(), expected), 1e-6);
    });
  }
  // Nothing is remembered where a state does not say what.
  State third = first;
  third.memory.clear();
  const std::array<const State*, 2> with_empty{&third, &second};
  context.explain_states(with_empty, [&](const Subject& subject) {
    State zeros = subject.state;
    if (zeros.memory.empty()) zeros.memory.assign(4, 0);
    EXPECT_LT(test::relative_difference(subject.values, values_with(agent, zeros)), 1e-5);
  });
  third.memory = {1, 2};
  EXPECT_THROW(context.explain_states(with_empty, [](const Subject&) {}), Error);
}

TEST(RecurrentMeasures, StatesHoldWhatTheAgentRemembered) {
  const test::TemporaryFolder folder;
  agent::Agent agent = agent::load_agent("pong");
  agent.graph = recurrent_graph({4, 84, 84}, 12, 6);
  agent.protocol.max_frames = 48;
  episode::RunOptions options;
  options.episodes = 2;
  options.policy = agent::Policy::parse("egreedy", 0.5);
  episode::TraceSink sink(folder.path() / "trace");
  std::map<std::pair<std::int64_t, std::int64_t>, std::vector<float>> played;
  options.on_step = [&](const episode::Step& step) {
    played[{step.episode, step.index}] = step.values;
    return true;
  };
  episode::run(agent, options, std::array<episode::Sink*, 1>{&sink});
  const episode::Trace trace = episode::read_trace(folder.path() / "trace");

  const auto states = sample_states(agent, trace, {16, 5}).states;
  ASSERT_EQ(states.size(), 16U);
  const Question question;
  Context context(network_of(agent), question);
  for (const State& state : states) {
    // What it saw and remembered gives what it said.
    const std::vector<float>& said = played.at({state.episode, state.step});
    EXPECT_LT(test::relative_difference(values_with(agent, state), said), 1e-4);
    EXPECT_EQ(state.memory == std::vector<float>(4), state.step == 0);
    const Context::Decision decision = context.decide(state.observation, state.memory);
    EXPECT_EQ(decision.action, explain::argmax(said));
    for (const State& next : states) {
      if (next.episode != state.episode || next.step != state.step + 1) continue;
      EXPECT_LT(test::relative_difference(decision.memory, next.memory), 1e-5);
    }
  }
}

// Agents trained on episodes of one life begin each with nothing.
TEST(RecurrentMeasures, StatesAfterALostLifeRememberNothing) {
  const test::TemporaryFolder folder;
  agent::Agent agent = agent::load_agent("pong");
  agent.game = game::find_game("breakout");
  agent.graph = recurrent_graph({4, 84, 84}, 12, 4);
  agent.protocol = atari::find_protocol("stable-baselines3");
  agent.protocol.max_frames = 500;
  episode::RunOptions options;
  options.episodes = 1;
  options.policy = agent::Policy::parse("egreedy", 1);
  episode::TraceSink sink(folder.path() / "trace");
  std::map<std::int64_t, std::vector<float>> played;
  std::vector<std::int64_t> first_of_life{0};
  int lives = 5;
  options.on_step = [&](const episode::Step& step) {
    played[step.index] = step.values;
    if (step.lives < lives && !step.last) first_of_life.push_back(step.index + 1);
    lives = step.lives;
    return true;
  };
  episode::run(agent, options, std::array<episode::Sink*, 1>{&sink});
  ASSERT_GT(first_of_life.size(), 1U);
  std::vector<std::int64_t> empty;
  const auto states =
      sample_states(agent, episode::read_trace(folder.path() / "trace"), {500, 5}).states;
  for (const State& state : states) {
    EXPECT_LT(test::relative_difference(values_with(agent, state), played.at(state.step)), 1e-4);
    if (state.memory == std::vector<float>(4)) empty.push_back(state.step);
  }
  EXPECT_EQ(empty, first_of_life);
}

}  // namespace
}  // namespace arcadecam::evaluate
