// Which states a run is measured on.
#include "evaluate/states.h"

#include <gtest/gtest.h>

#include <map>
#include <numeric>
#include <set>

#include "arcadecam/core/digest.h"
#include "episode/run.h"
#include "episode/trace_player.h"
#include "episode/trace_sink.h"
#include "support/golden.h"

namespace arcadecam::evaluate {
namespace {

TEST(States, SharesAreEvenAndWhatAnEpisodeLacksGoesToTheOthers) {
  EXPECT_EQ(shares({100, 100, 100}, 9), (std::vector<std::int64_t>{3, 3, 3}));
  EXPECT_EQ(shares({100, 100, 100}, 10), (std::vector<std::int64_t>{4, 3, 3}));
  EXPECT_EQ(shares({100, 1, 100}, 9), (std::vector<std::int64_t>{4, 1, 4}));
  EXPECT_EQ(shares({2, 3}, 9), (std::vector<std::int64_t>{2, 3}));
}

TEST(States, AreDistinctSpreadOverEpisodesAndComeOutOfTheirSnapshots) {
  const test::TemporaryFolder folder;
  agent::Agent agent = agent::load_agent("pong");
  agent.protocol.max_frames = 4 * 30;  // episodes of 30 steps
  episode::RunOptions options;
  options.episodes = 3;
  episode::TraceSink sink(folder.path() / "trace");
  episode::run(agent, options, std::array<episode::Sink*, 1>{&sink});
  const episode::Trace trace = episode::read_trace(folder.path() / "trace");

  const auto [states, snapshots] = sample_states(agent, trace, {20, 5});
  ASSERT_EQ(snapshots.size(), states.size());
  ASSERT_EQ(states.size(), 20U);
  std::set<std::string> seen;
  int stuck = 0;
  std::map<std::int64_t, std::int64_t> per_episode;
  game::Environment environment(agent.game, agent.protocol);
  for (std::size_t i = 0; i < states.size(); ++i) {
    const measure::State& state = states[i];
    EXPECT_EQ(state.index, static_cast<std::int64_t>(i));
    EXPECT_EQ(state.rank, per_episode[state.episode]++);
    const auto bytes = state.observation.values();
    EXPECT_TRUE(seen.insert(md5(bytes)).second);
    environment.restore(snapshots[i]);
    EXPECT_TRUE(std::ranges::equal(environment.observation().values(), bytes));
    // Two actions back: what the last step would have brought with the action before it.
    const auto& actions = trace.episodes[static_cast<std::size_t>(state.episode)].actions;
    const auto action = [&](std::int64_t step) {
      return actions[static_cast<std::size_t>(step)].action;
    };
    const bool differs = state.step > 1 && action(state.step - 1) != action(state.step - 2);
    EXPECT_EQ(!state.repeated.empty(), differs) << state.step;
    if (differs) {
      ++stuck;
      episode::TracePlayer player(trace, environment);
      for (std::int64_t k = 0; k <= state.episode; ++k) player.next_episode();
      for (std::int64_t k = 0; k + 1 < state.step; ++k) player.step();
      EXPECT_TRUE(std::ranges::equal(environment.observation().values(), state.previous.values()));
      environment.step(action(state.step - 2));
      EXPECT_TRUE(std::ranges::equal(environment.observation().values(), state.repeated.values()));
      environment.restore(snapshots[i]);
    }
    EXPECT_EQ(state.previous.size(), state.step == 0 ? 0 : state.observation.size());
    environment.step(state.action);
    if (!environment.over()) {
      EXPECT_TRUE(std::ranges::equal(environment.observation().values(), state.next.values()));
    }
  }
  EXPECT_GT(stuck, 3);
  EXPECT_EQ(per_episode, (std::map<std::int64_t, std::int64_t>{{0, 7}, {1, 7}, {2, 6}}));

  const auto other = sample_states(agent, trace, {20, 6}).states;
  EXPECT_FALSE(std::ranges::equal(states, other, {}, &measure::State::step, &measure::State::step));
}

}  // namespace
}  // namespace arcadecam::evaluate
