#include "episode/chosen_steps.h"

#include <gtest/gtest.h>

#include <array>

#include "episode/moments_sink.h"
#include "episode/run.h"
#include "episode/trace_sink.h"
#include "support/golden.h"

namespace arcadecam::episode {
namespace {

Trace trace_of(const std::vector<std::int64_t>& lengths) {
  Trace trace;
  for (std::size_t i = 0; i < lengths.size(); ++i) {
    TracedEpisode& episode = trace.episodes.emplace_back();
    episode.number = static_cast<std::int64_t>(i);
    episode.actions.resize(static_cast<std::size_t>(lengths[i]));
  }
  return trace;
}

TEST(ChosenSteps, SpreadEvenlyOverTheRun) {
  EXPECT_EQ(spread_steps(trace_of({100}), 4, 1000), (StepSet{{0, 12}, {0, 37}, {0, 62}, {0, 87}}));
  EXPECT_EQ(spread_steps(trace_of({10, 30}), 2, 1000), (StepSet{{1, 0}, {1, 20}}));
  EXPECT_EQ(spread_steps(trace_of({100}), 2, 40), (StepSet{{0, 10}, {0, 30}}));
  EXPECT_EQ(spread_steps(trace_of({3}), 9, 1000), (StepSet{{0, 0}, {0, 1}, {0, 2}}));
}

TEST(ChosenSteps, TheMiddleIsInTheMiddle) {
  EXPECT_EQ(middle_steps(trace_of({10}), 2, 1000), (StepSet{{0, 4}, {0, 5}}));
  EXPECT_EQ(middle_steps(trace_of({2, 2}), 2, 1000), (StepSet{{0, 1}, {1, 0}}));
  EXPECT_EQ(middle_steps(trace_of({3}), 100, 1000).size(), 3U);
}

TEST(ChosenSteps, TheMostImportantKeepApart) {
  std::vector<ScoredStep> steps;
  for (std::int64_t i = 0; i < 10; ++i)
    steps.push_back({{0, i}, i == 5 ? 9.0 : i == 6 ? 8.0 : 1.0});
  steps.push_back({{1, 5}, 7.0});
  const auto chosen = most_important(steps, 3, 4);
  ASSERT_EQ(chosen.size(), 3U);
  EXPECT_EQ(chosen[0].step, (StepId{0, 0})) << "the first of equals that is far enough";
  EXPECT_EQ(chosen[1].step, (StepId{0, 5}));
  EXPECT_EQ(chosen[2].step, (StepId{1, 5})) << "another episode is never near";
  EXPECT_EQ(most_important(steps, 9, 100).size(), 2U);
}

TEST(ChosenSteps, ContextStaysInItsEpisode) {
  const Trace trace = trace_of({10, 10});
  EXPECT_EQ(with_context({{{0, 1}, 1.0}, {{1, 9}, 1.0}}, 2, 3, trace),
            (StepSet{{0, 0}, {0, 1}, {0, 2}, {0, 3}, {0, 4}, {1, 7}, {1, 8}, {1, 9}}));
}

TEST(Run, ExplainsSelectedStepsOfAReplayAsItDidAllOfThem) {
  const test::TemporaryFolder folder;
  const auto agent = agent::load_agent("pong");
  RunOptions options;
  options.max_steps = 12;
  options.methods = explain::parse_methods("gradcam:sigma=1");
  TraceSink record(folder.path() / "t.gz");
  MomentsSink all, some;
  run(agent, options, std::array<Sink*, 2>{&record, &all});
  const Trace trace = read_trace(folder.path() / "t.gz");
  options.replay = &trace;
  options.select = [](std::int64_t, std::int64_t index) { return index == 3 || index == 9; };
  run(agent, options, std::array<Sink*, 1>{&some});
  ASSERT_EQ(all.moments().size(), 12U);
  ASSERT_EQ(some.moments().size(), 2U);
  for (std::size_t i = 0; i < 2; ++i) {
    const Moment &one = some.moments()[i], &same = all.moments()[i == 0 ? 3 : 9];
    EXPECT_EQ(one.step.index, same.step.index);
    EXPECT_EQ(one.step.values, same.step.values);
    EXPECT_EQ(one.step.score, same.step.score);
    EXPECT_TRUE(std::ranges::equal(one.step.screen.values(), same.step.screen.values()));
    EXPECT_TRUE(std::ranges::equal(one.step.attributions.at(0)->map.values(),
                                   same.step.attributions.at(0)->map.values()));
  }
}

}  // namespace
}  // namespace arcadecam::episode
