// A recurrent agent: its memory is carried through an episode, empty at the start of the next, and
// the same in a replay that explains single steps.
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "arcadecam/core/error.h"
#include "arcadecam/core/files.h"
#include "episode/csv_sink.h"
#include "episode/maps_sink.h"
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
  nn::watch_memory(*agent.graph, watch);
  Tensor memory;
  RunOptions plain = options;
  plain.methods.clear();
  plain.on_step = [&](const Step& step) {
    if (step.index == 0) memory = Tensor();
    nn::Tape tape;
    const ByteTensorView seen(step.observation.data(), step.observation.shape().batch_of(1));
    engine->forward({seen, memory.view()}, watch, tape);
    nn::next_memory(*agent.graph, tape, memory);
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
}

/// Everything that a run writes, one file after the other.
std::vector<std::vector<std::uint8_t>> recurrent_files_of(const agent::Agent& agent,
                                                          RunOptions options, int jobs, int group) {
  const test::TemporaryFolder folder;
  options.jobs = jobs;
  options.group = group;
  CsvSink csv(folder.path() / "steps.csv");
  MapsSink maps(folder.path() / "maps.npz");
  TraceSink trace(folder.path() / "trace.jsonl.gz");
  run(agent, options, std::vector<Sink*>{&csv, &maps, &trace});
  std::vector<std::vector<std::uint8_t>> files;
  for (const char* name : {"steps.csv", "maps.npz", "trace.jsonl.gz"})
    files.push_back(read_file(folder.path() / name));
  return files;
}

// Episodes of a group end and begin at different steps, and share passes all the same.
TEST(RecurrentAgents, PlayInGroupsAsTheyPlayAlone) {
  agent::Agent agent = recurrent_pong();
  // Episodes of different lengths: what is remembered goes with the game, not with the place.
  agent.game = game::find_game("breakout");
  agent.protocol = atari::find_protocol("stable-baselines3");
  agent.protocol.max_frames = 80;
  std::vector<nn::Node> nodes(agent.graph->nodes().begin(), agent.graph->nodes().end());
  nodes.back().op = nn::Linear{test::random_weights({4, 4}, 6, 2), test::random_weights({4}, 7)};
  agent.graph = std::make_shared<const nn::Graph>(std::move(nodes));
  RunOptions options;
  options.episodes = 7;
  options.seed = 3;
  options.policy = agent::Policy::parse("softmax", 0);
  options.methods = explain::parse_methods("fullgrad,occlusion:window=42:stride=42");
  RunOptions plain = options;
  plain.methods.clear();
  std::set<std::int64_t> lengths;
  for (const EpisodeSummary& episode : run(agent, plain, {}).episodes)
    lengths.insert(episode.steps);
  ASSERT_GT(lengths.size(), 1U) << "the no-ops count as frames";
  const auto expected = recurrent_files_of(agent, options, 1, 1);
  for (const auto& [jobs, group] : {std::pair{1, 2}, {1, 5}, {2, 2}})
    EXPECT_EQ(recurrent_files_of(agent, options, jobs, group), expected) << jobs << ' ' << group;
}

}  // namespace
}  // namespace arcadecam::episode
