#include "episode/episode_queues.h"

#include <gtest/gtest.h>

#include <thread>

#include "arcadecam/core/error.h"

namespace arcadecam::episode {
namespace {

std::unique_ptr<KeptStep> step_with_observation(std::int64_t index) {
  const ByteTensor observation(Shape{4, 84, 84});
  Step step;
  step.index = index;
  step.observation = observation.view();
  return std::make_unique<KeptStep>(step, Detail::kArrays);
}

TEST(EpisodeQueues, HandOutEpisodesOnceAndStepsInOrder) {
  EpisodeQueues queues(2, 1 << 20);
  EXPECT_EQ(queues.claim(), 0);
  EXPECT_EQ(queues.claim(), 1);
  EXPECT_EQ(queues.claim(), -1);
  queues.put(1, step_with_observation(5));
  queues.finish(1);
  queues.put(0, step_with_observation(3));
  queues.put(0, step_with_observation(4));
  queues.finish(0);
  EXPECT_EQ(queues.take(0)->step().index, 3);
  EXPECT_EQ(queues.take(0)->step().index, 4);
  EXPECT_EQ(queues.take(0), nullptr);
  EXPECT_EQ(queues.take(1)->step().index, 5);
  EXPECT_EQ(queues.take(1), nullptr);
}

TEST(EpisodeQueues, OnlyTheEpisodeThatIsWrittenGoesOnWhenTheyAreFull) {
  EpisodeQueues queues(3, 50'000);
  std::vector<std::int64_t> episodes;
  for (int i = 0; i < 3; ++i) episodes.push_back(queues.claim());
  EXPECT_EQ(queues.wait_for_room(episodes), (std::vector<std::size_t>{0, 1, 2}));
  queues.put(2, step_with_observation(0));
  queues.put(2, step_with_observation(1));
  EXPECT_EQ(queues.wait_for_room(episodes), (std::vector<std::size_t>{0}));
  for (const std::int64_t written : {0, 1}) {
    queues.finish(written);
    EXPECT_EQ(queues.take(written), nullptr);
  }
  // A thread with nothing but the last episode waits until its turn comes.
  std::jthread writer([&] {
    for (std::int64_t i = 0; i < 2; ++i) EXPECT_EQ(queues.take(2)->step().index, i);
  });
  EXPECT_EQ(queues.wait_for_room(std::vector<std::int64_t>{2}), (std::vector<std::size_t>{0}));
}

TEST(EpisodeQueues, StoppingWakesWhoeverWaits) {
  EpisodeQueues queues(2, 0);
  (void)queues.claim();
  (void)queues.claim();
  std::jthread player(
      [&] { EXPECT_TRUE(queues.wait_for_room(std::vector<std::int64_t>{1}).empty()); });
  queues.fail(std::make_exception_ptr(bad_input("broken")));
  player.join();
  EXPECT_THROW((void)queues.take(0), Error);
  EXPECT_EQ(queues.claim(), -1);
}

}  // namespace
}  // namespace arcadecam::episode
