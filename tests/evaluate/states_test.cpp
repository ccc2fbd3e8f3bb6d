// Which states a run is measured on.
#include "evaluate/states.h"

#include <gtest/gtest.h>

#include <map>
#include <numeric>
#include <set>

#include "arcadecam/core/digest.h"
#include "episode/run.h"
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

  const auto states = sample_states(agent, trace, {20, 5});
  ASSERT_EQ(states.size(), 20U);
  std::set<std::string> seen;
  std::map<std::int64_t, std::int64_t> per_episode;
  game::Environment environment(agent.game, agent.protocol);
  for (std::size_t i = 0; i < states.size(); ++i) {
    const State& state = states[i];
    EXPECT_EQ(state.index, static_cast<std::int64_t>(i));
    EXPECT_EQ(state.rank, per_episode[state.episode]++);
    const auto bytes = state.observation.values();
    EXPECT_TRUE(seen.insert(md5(bytes)).second);
    environment.restore(*state.snapshot);
    EXPECT_TRUE(std::ranges::equal(environment.observation().values(), bytes));
    EXPECT_EQ(state.last_step.has_value(), state.step > 1);
    if (state.last_step) {
      environment.restore(state.last_step->before);
      EXPECT_TRUE(std::ranges::equal(environment.observation().values(), state.previous.values()));
      environment.step(state.last_step->action);
      EXPECT_TRUE(std::ranges::equal(environment.observation().values(), bytes));
      const auto& actions = trace.episodes[static_cast<std::size_t>(state.episode)].actions;
      EXPECT_EQ(state.last_step->repeated,
                actions[static_cast<std::size_t>(state.step - 2)].action);
      environment.restore(*state.snapshot);
    }
    EXPECT_EQ(state.previous.size(), state.step == 0 ? 0 : state.observation.size());
    environment.step(state.action);
    if (!environment.over()) {
      EXPECT_TRUE(std::ranges::equal(environment.observation().values(), state.next.values()));
    }
  }
  EXPECT_EQ(per_episode, (std::map<std::int64_t, std::int64_t>{{0, 7}, {1, 7}, {2, 6}}));

  const auto other = sample_states(agent, trace, {20, 6});
  EXPECT_FALSE(std::ranges::equal(states, other, {}, &State::step, &State::step));
}

}  // namespace
}  // namespace arcadecam::evaluate
