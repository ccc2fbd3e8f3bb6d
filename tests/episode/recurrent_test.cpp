// A recurrent agent: its memory is carried through an episode, empty at the start of the next, and
// the same in a replay that explains single steps.
#include <gtest/gtest.h>

#include <map>

#include "arcadecam/core/error.h"
#include "episode/run.h"
#include "episode/trace_sink.h"
#include "nn/recurrent_cells.h"
#include "support/networks.h"

namespace arcadecam::episode {
namespace {

agent::Agent recurrent_pong() {
  agent::Agent agent = agent::load_agent("pong");
  using namespace nn;
  std::vector<Node> nodes{
      {"input", Input{{4, 84, 84}}, {}},
      {"scale", Scale{1 / 255.0F}, {0}},
      {"conv", Conv2d{test::random_weights({2, 4, 8, 8}, 1), nullptr, 8, 0}, {1}},
      {"relu", Relu{}, {2}},
      {"flatten", Flatten{}, {3}}};
  const CellWeights cell{test::random_weights({12, 200}, 2), test::random_weights({12, 4}, 3),
                         test::random_weights({12}, 4), test::random_weights({12}, 5)};
  for (Node& node : gru_cell("gru", cell, 4, 5)) nodes.push_back(std::move(node));
  nodes.push_back({"q",
                   Linear{test::random_weights({6, 4}, 6, 2), test::random_weights({6}, 7)},
                   {static_cast<int>(nodes.size()) - 1}});
  agent.graph = std::make_shared<const Graph>(std::move(nodes));
  agent.protocol.max_frames = 48;
  return agent;
}

using Values = std::map<std::pair<std::int64_t, std::int64_t>, std::vector<float>>;

/// Every step's values, and the maps' sums behind them where there are maps.
Values values_of(const agent::Agent& agent, RunOptions options, std::vector<Sink*> sinks = {}) {
  Values values;
  options.on_step = [&](const Step& step) {
    std::vector<float>& row = values[{step.episode, step.index}];
    row = step.values;
    for (const auto* attribution : step.attributions) {
      for (const float value : attribution->raw.values()) row.push_back(value);
    }
    return true;
  };
  run(agent, options, sinks);
  return values;
}

TEST(RecurrentAgents, CarryTheirMemoryThroughAnEpisode) {
  const agent::Agent agent = recurrent_pong();
  RunOptions options;
  options.episodes = 2;
  options.seed = 5;
  options.policy = agent::Policy::parse("egreedy", 0.5);
  // Methods that run the network again in between, on the same memory.
  options.methods = explain::parse_methods("fullgrad,occlusion:window=42:stride=42");
  const test::TemporaryFolder folder;
  TraceSink sink(folder.path() / "t.jsonl.gz");
  const Values played = values_of(agent, options, {&sink});
  ASSERT_EQ(played.size(), 24U);

  // By hand: the same observations through an engine whose memory starts empty.
  const auto engine = nn::make_engine("reference", agent.graph);
  nn::Watch watch;
  nn::watch_state(*agent.graph, watch);
  std::vector<float> memory;
  RunOptions plain = options;
  plain.methods.clear();
  plain.on_step = [&](const Step& step) {
    if (step.index == 0) memory.assign(4, 0);
    engine->set_state(memory);
    nn::Tape tape;
    engine->forward(ByteTensorView(step.observation.data(), step.observation.shape().batch_of(1)),
                    watch, tape);
    memory = nn::next_state(*agent.graph, tape, 0);
    EXPECT_LT(test::relative_difference(step.values, tape.output().values()), 1e-4);
    return true;
  };
  run(agent, plain, {});

  // A replay that asks about one late step of each episode.
  const Trace trace = read_trace(folder.path() / "t.jsonl.gz");
  RunOptions replay = options;
  replay.replay = &trace;
  replay.select = [](std::int64_t, std::int64_t index) { return index == 9; };
  const Values replayed = values_of(agent, replay);
  const std::pair<std::int64_t, std::int64_t> late{1, 9};
  ASSERT_TRUE(replayed.contains(late));
  EXPECT_EQ(replayed.at(late), played.at(late));

  // Threads and groups change nothing.
  options.methods.clear();
  const Values alone = values_of(agent, options);
  options.jobs = 2;
  options.group = 3;
  EXPECT_EQ(values_of(agent, options), alone);
}

}  // namespace
}  // namespace arcadecam::episode
