#include "episode/parallel.h"

#include <gtest/gtest.h>

#include <string>

#include "arcadecam/core/error.h"
#include "arcadecam/core/files.h"
#include "episode/csv_sink.h"
#include "episode/maps_sink.h"
#include "episode/trace_sink.h"
#include "support/golden.h"

namespace arcadecam::episode {
namespace {

/// Everything that a run writes, one file after the other.
std::vector<std::vector<std::uint8_t>> parallel_files_of(const agent::Agent& agent,
                                                         RunOptions options, int jobs,
                                                         int group = 1) {
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

/// Four short episodes.
agent::Agent short_pong() {
  agent::Agent agent = agent::load_agent("pong");
  agent.protocol.max_frames = 32;
  return agent;
}

RunOptions four_episodes() {
  RunOptions options;
  options.episodes = 4;
  options.seed = 3;
  options.policy = agent::Policy::parse("egreedy", 0.3);
  options.methods = explain::parse_methods("fullgrad++");
  return options;
}

TEST(Parallel, WritesTheSameBytesWhateverTheJobs) {
  const agent::Agent agent = short_pong();
  const auto one = parallel_files_of(agent, four_episodes(), 1);
  EXPECT_GT(one[0].size(), 1000U);
  EXPECT_EQ(parallel_files_of(agent, four_episodes(), 4), one);
}

TEST(Parallel, WritesTheSameBytesWhateverTheGroup) {
  agent::Agent agent = short_pong();
  RunOptions options = four_episodes();
  // Batches shrink and grow as episodes end at different times and others begin.
  options.episodes = 7;
  options.max_steps = 47;
  options.methods = explain::parse_methods("fullgrad++,saliency,gradcam:target=value");
  const auto alone = parallel_files_of(agent, options, 1);
  EXPECT_EQ(parallel_files_of(agent, options, 1, 3), alone);
  EXPECT_EQ(parallel_files_of(agent, options, 2, 2), alone);
  EXPECT_EQ(parallel_files_of(agent, options, 1, RunOptions::kLargestGroup), alone);
}

TEST(Parallel, StopsAtTheRunsLimitAsOneThreadDoes) {
  const agent::Agent agent = short_pong();
  RunOptions options = four_episodes();
  options.max_steps = 11;  // within the second episode
  EXPECT_EQ(parallel_files_of(agent, options, 3), parallel_files_of(agent, options, 1));
}

TEST(Parallel, GivesEveryStepInOrderAndStopsWhenAsked) {
  const agent::Agent agent = short_pong();
  RunOptions options = four_episodes();
  options.methods.clear();
  options.jobs = 3;
  std::vector<std::pair<std::int64_t, std::int64_t>> seen;
  options.on_step = [&](const Step& step) {
    seen.emplace_back(step.episode, step.index);
    return step.episode < 2;
  };
  const Summary summary = run(agent, options, {});
  EXPECT_TRUE(std::ranges::is_sorted(seen));
  EXPECT_EQ(seen.back(), std::pair(std::int64_t{2}, std::int64_t{0}));
  ASSERT_EQ(summary.episodes.size(), 3U);
  EXPECT_EQ(summary.episodes[0].steps, 8);
  EXPECT_TRUE(summary.episodes[2].truncated);
}

TEST(Parallel, AnErrorInAJobIsTheRunsError) {
  RunOptions options = four_episodes();
  options.jobs = 2;
  options.on_step = [](const Step&) -> bool { throw bad_input("enough"); };
  EXPECT_THROW(run(short_pong(), options, {}), Error);
  options.on_step = nullptr;
  options.jobs = 0;
  EXPECT_THROW(run(short_pong(), options, {}), Error);
  options.jobs = 1;
  for (const int group : {0, RunOptions::kLargestGroup + 1}) {
    options.group = group;
    EXPECT_THROW(run(short_pong(), options, {}), Error);
  }
}

}  // namespace
}  // namespace arcadecam::episode
