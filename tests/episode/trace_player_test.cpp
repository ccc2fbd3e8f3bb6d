// Runs recorded and played again.
#include "episode/trace_player.h"

#include <gtest/gtest.h>

#include <functional>

#include "arcadecam/core/error.h"
#include "arcadecam/core/files.h"
#include "episode/csv_sink.h"
#include "episode/maps_sink.h"
#include "episode/run.h"
#include "episode/trace_sink.h"
#include "support/golden.h"

namespace arcadecam::episode {
namespace {

struct Files {
  std::vector<std::uint8_t> csv, maps, trace;
  Summary summary;
};

Files play(const agent::Agent& agent, const RunOptions& options) {
  const test::TemporaryFolder folder;
  Files files;
  {
    CsvSink csv(folder.path() / "csv");
    MapsSink maps(folder.path() / "maps");
    TraceSink trace(folder.path() / "trace");
    files.summary = run(agent, options, std::vector<Sink*>{&csv, &maps, &trace});
  }
  files.csv = read_file(folder.path() / "csv");
  files.maps = read_file(folder.path() / "maps");
  files.trace = read_file(folder.path() / "trace");
  return files;
}

RunOptions exploring(std::int64_t steps) {
  RunOptions options;
  options.max_steps = steps;
  options.seed = 11;
  options.policy = agent::Policy::parse("egreedy", 0.3);
  return options;
}

agent::Agent under(const char* name, const atari::Protocol& protocol) {
  agent::Agent agent = agent::load_agent(name);
  agent.protocol = protocol;
  return agent;
}

Trace recorded_pong(std::int64_t steps) {
  return parse_trace(play(under("pong", atari::classic()), exploring(steps)).trace);
}

/// Plays the trace without an agent; the message of the Error, or nothing.
std::string trace_player_error_of(const Trace& trace) {
  try {
    game::Environment environment(game_of(trace), trace.protocol);
    play_trace(trace, environment,
               [](std::int64_t, const game::Environment&, const game::StepResult&) {});
  } catch (const Error& error) {
    return error.what();
  }
  return {};
}

TEST(TracePlayer, AReplayGivesTheSameBytes) {
  for (const atari::Protocol& protocol : atari::protocols()) {
    const agent::Agent pong = under("pong", protocol);
    RunOptions options = exploring(130);
    options.methods = explain::parse_methods("fullgrad++,gradcam");
    const Files first = play(pong, options);
    const Trace trace = parse_trace(first.trace);
    RunOptions again;
    again.methods = options.methods;
    again.replay = &trace;
    const Files second = play(pong, again);
    EXPECT_EQ(first.csv, second.csv) << protocol.name;
    EXPECT_EQ(first.maps, second.maps) << protocol.name;
    EXPECT_EQ(first.trace, second.trace) << protocol.name;
  }
}

TEST(TracePlayer, SeveralWholeEpisodesToo) {
  const agent::Agent breakout = agent::load_agent("breakout");
  RunOptions options;
  options.seed = 5;
  options.episodes = 2;
  options.policy = agent::Policy::parse("egreedy", 1.0);  // random play: short episodes
  const Files first = play(breakout, options);
  const Trace trace = parse_trace(first.trace);
  ASSERT_EQ(trace.episodes.size(), 2U);
  EXPECT_FALSE(trace.episodes[0].truncated);
  EXPECT_EQ(trace.episodes[1].score, static_cast<std::int64_t>(first.summary.episodes[1].score));
  RunOptions again;
  again.replay = &trace;
  EXPECT_EQ(play(breakout, again).csv, first.csv);
  EXPECT_EQ(trace_player_error_of(trace), "");
  Trace second_alone = trace;
  second_alone.episodes.erase(second_alone.episodes.begin());
  EXPECT_EQ(trace_player_error_of(second_alone), "")
      << "an episode does not need the ones before it";
}

TEST(TracePlayer, AnotherAgentSeesTheRecordedRun) {
  const Trace trace = recorded_pong(60);
  const agent::Agent other =
      agent::load_agent("pong", {.load = {}, .randomize_weights = std::uint64_t{1}});
  agent::Agent same_rules = other;
  same_rules.protocol = trace.protocol;
  RunOptions options;
  options.replay = &trace;
  std::vector<std::uint8_t> actions;
  options.on_step = [&](const Step& step) {
    actions.push_back(static_cast<std::uint8_t>(step.decision.action));
    EXPECT_EQ(step.decision.greedy, step.margin() >= 0) << "of the agent given now";
    return true;
  };
  run(same_rules, options, {});
  ASSERT_EQ(actions.size(), 60U);
  for (std::size_t i = 0; i < actions.size(); ++i)
    EXPECT_EQ(actions[i], trace.episodes[0].actions[i].action);
}

TEST(TracePlayer, ADifferenceIsNoticedAndPlaced) {
  const Trace trace = recorded_pong(250);
  ASSERT_EQ(trace.episodes[0].checksums.size(), 3U);
  EXPECT_TRUE(trace.episodes[0].truncated);
  EXPECT_EQ(trace_player_error_of(trace), "");
  const auto error_after = [&](const std::function<void(Trace&, TracedEpisode&)>& change) {
    Trace tampered = trace;
    change(tampered, tampered.episodes[0]);
    return trace_player_error_of(tampered);
  };
  const auto expect_error = [&](const std::string& part, const auto& change) {
    const std::string error = error_after(change);
    EXPECT_NE(error.find(part), std::string::npos) << part << ": " << error;
  };
  expect_error("first differs in steps 100 to 199", [](Trace&, TracedEpisode& episode) {
    // Up instead of down for a while moves the paddle elsewhere.
    for (std::size_t i = 120; i < 150; ++i)
      episode.actions[i].action = episode.actions[i].action == 2 ? 3 : 2;
  });
  expect_error("first differs in steps 200 to 249",
               [](Trace&, TracedEpisode& episode) { episode.checksums[2] ^= 1; });
  expect_error("first differs in steps 200 to 248",
               [](Trace&, TracedEpisode& episode) { episode.actions.pop_back(); });
  expect_error("recorded was 3", [](Trace&, TracedEpisode& episode) { episode.score = 3; });
  expect_error("did not end by itself, recorded was that it did",
               [](Trace&, TracedEpisode& episode) { episode.truncated = false; });
  expect_error("contradicts itself", [](Trace& all, TracedEpisode&) { ++all.seed; });
  expect_error("contradicts itself", [](Trace&, TracedEpisode& episode) { ++episode.noops; });
  expect_error("contradicts itself", [](Trace&, TracedEpisode& episode) { ++episode.number; });
  expect_error("first differs in steps 0 to 99",
               [](Trace& all, TracedEpisode&) { all.protocol.frame_skip = 5; });
  expect_error("another ROM", [](Trace& all, TracedEpisode&) { all.rom_md5[0] ^= 1; });
  expect_error("another ROM", [](Trace& all, TracedEpisode&) { all.game = "breakout"; });
  expect_error("nosuchgame", [](Trace& all, TracedEpisode&) { all.game = "nosuchgame"; });
  expect_error("list of actions", [](Trace& all, TracedEpisode&) { all.actions.pop_back(); });
  expect_error("asks for mode 77", [](Trace& all, TracedEpisode&) { all.protocol.mode = 77; });
}

TEST(TracePlayer, TheAgentMustPlayTheTracesGameByItsRules) {
  const Trace trace = recorded_pong(5);
  RunOptions options;
  options.replay = &trace;
  EXPECT_THROW(run(agent::load_agent("breakout"), options, {}), Error);
  EXPECT_THROW(run(under("pong", atari::modern()), options, {}), Error);
}

TEST(TraceSink, TakesNoTrainingEpisodes) {
  const test::TemporaryFolder folder;
  TraceSink sink(folder.path() / "t");
  RunInfo info;
  info.protocol.training = true;
  EXPECT_THROW(sink.begin(info), Error);
}

}  // namespace
}  // namespace arcadecam::episode
