#include "game/environment.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <thread>

#include "arcadecam/core/error.h"
#include "arcadecam/core/random.h"
#include "support/error_of.h"

namespace arcadecam::game {
namespace {

TEST(EnvironmentTest, RefusesIllegalModesAndDifficulties) {
  atari::Protocol protocol = atari::modern();
  protocol.mode = 7;
  EXPECT_EQ(test::error_of([&] { Environment(find_game("pong"), protocol); }),
            "Pong has no mode 7; the legal ones are: 0, 1");
  protocol.mode = 1;
  protocol.difficulty = 4;
  EXPECT_EQ(test::error_of([&] { Environment(find_game("pong"), protocol); }),
            "Pong has no difficulty 4; the legal ones are: 0, 1, 2, 3");
}

TEST(EnvironmentTest, SoundIsOfTheStepsFramesAndChangesNothingElse) {
  Environment loud(find_game("pong"), atari::modern(), {}, true),
      quiet(find_game("pong"), atari::modern());
  const auto play = [&](std::uint64_t episode) {
    std::vector<std::uint8_t> samples;
    loud.reset(1, episode);
    quiet.reset(1, episode);
    for (int i = 0; i < 60; ++i) {
      loud.step(2 + i % 2);
      quiet.step(2 + i % 2);
      EXPECT_EQ(loud.sound().size(), 4U * Emulator::kSamplesPerFrame);
      EXPECT_TRUE(quiet.sound().empty());
      EXPECT_TRUE(std::ranges::equal(loud.emulator().ram(), quiet.emulator().ram()));
      EXPECT_TRUE(std::ranges::equal(loud.observation().values(), quiet.observation().values()));
      samples.insert(samples.end(), loud.sound().begin(), loud.sound().end());
    }
    return samples;
  };
  const auto first = play(0);
  play(1);
  const auto [low, high] = std::ranges::minmax(first);
  EXPECT_EQ(low, 128) << "ALE's samples never go below the middle";
  EXPECT_GT(high, 140) << "the ball bounces";
  EXPECT_EQ(play(0), first) << "whatever was played before";
}

TEST(EnvironmentTest, PlaysAnotherModeAndDifficulty) {
  const auto ram_after = [](std::optional<int> mode, std::optional<int> difficulty) {
    atari::Protocol protocol = atari::modern();
    protocol.mode = mode;
    protocol.difficulty = difficulty;
    Environment environment(find_game("breakout"), protocol);
    environment.reset(1, 0);
    for (int i = 0; i < 20; ++i) environment.step(1);
    const auto ram = environment.emulator().ram();
    return std::vector<std::uint8_t>(ram.begin(), ram.end());
  };
  EXPECT_EQ(ram_after({}, {}), ram_after(0, 0));
  EXPECT_NE(ram_after({}, {}), ram_after(4, {}));
  EXPECT_NE(ram_after({}, {}), ram_after({}, 1));
}

TEST(EnvironmentTest, OffersTheFullActionSet) {
  atari::Protocol protocol = atari::modern();
  protocol.full_action_set = true;
  Environment environment(find_game("pong"), protocol);
  EXPECT_EQ(environment.actions().size(), 18U);
  EXPECT_EQ(atari::kActionNames[static_cast<std::size_t>(environment.actions()[17])],
            "DOWNLEFTFIRE");
  environment.reset(0, 0);
  environment.step(17);
  EXPECT_THROW(environment.step(18), Error);
  EXPECT_THROW(environment.step(-1), Error);
}

TEST(EnvironmentTest, TheFirstObservationHasThreeZeroPlanes) {
  Environment environment(find_game("pong"), atari::modern());
  environment.reset(0, 0);
  const auto observation = environment.observation();
  EXPECT_EQ(observation.shape(), (Shape{4, 84, 84}));
  for (int plane = 0; plane < 3; ++plane) {
    EXPECT_EQ(std::ranges::count(observation[plane].values(), 0), atari::kPlanePixels);
  }
  EXPECT_GT(std::ranges::max(environment.newest_plane().values()), 0);
}

TEST(EnvironmentTest, TheFrameCapTruncatesAndTheEndMustBeFollowedByAReset) {
  atari::Protocol protocol = atari::modern();
  protocol.max_frames = 10;
  Environment environment(find_game("pong"), protocol);
  EXPECT_EQ(test::error_of([&] { environment.step(0); }),
            "the episode is over: reset the game before the next action");
  environment.reset(0, 0);
  EXPECT_FALSE(environment.step(0).done());
  EXPECT_FALSE(environment.step(0).done());
  const StepResult last = environment.step(0);
  EXPECT_TRUE(last.truncated);
  EXPECT_FALSE(last.terminal);
  EXPECT_TRUE(environment.over());
  EXPECT_EQ(environment.frame(), 10);
  // Ended in the second of four frames: neither of the last two was seen.
  EXPECT_EQ(std::ranges::count(environment.newest_plane().values(), 0), atari::kPlanePixels);
  EXPECT_THROW(environment.step(0), Error);
}

TEST(EnvironmentTest, NoopCountsAreUniformAndAFunctionOfSeedAndEpisode) {
  std::map<int, int> counts;
  for (std::uint64_t episode = 0; episode < 3000; ++episode) {
    const int noops = random_noops(atari::classic(), 9, episode);
    EXPECT_EQ(noops, random_noops(atari::classic(), 9, episode));
    ++counts[noops];
  }
  EXPECT_EQ(counts.size(), 30U);
  EXPECT_EQ(counts.begin()->first, 0);
  EXPECT_EQ(counts.rbegin()->first, 29);
  for (const auto& [noops, count] : counts) EXPECT_NEAR(count, 100, 40) << noops;
  EXPECT_EQ(random_noops(atari::modern(), 9, 0), 0);
}

TEST(EnvironmentTest, ResetIsTheDocumentedSession) {
  Environment derived(find_game("breakout"), atari::classic());
  Environment by_hand(find_game("breakout"), atari::classic());
  derived.reset(42, 3);
  by_hand.begin_session(
      static_cast<std::uint32_t>(derive_seed(42, 3, Stream::kEmulator) & 0x7fffffff));
  by_hand.next_episode(random_noops(atari::classic(), 42, 3));
  for (int i = 0; i < 30; ++i) {
    EXPECT_EQ(derived.step(i % 4).reward, by_hand.step(i % 4).reward);
    EXPECT_TRUE(std::ranges::equal(derived.observation().values(), by_hand.observation().values()));
  }
}

TEST(EnvironmentTest, SeveralPlayAtOnce) {
  const auto play = [] {
    Environment environment(find_game("pong"), atari::modern());
    environment.reset(1, 1);
    for (int i = 0; i < 50; ++i) environment.step(i % 6);
    const auto values = environment.observation().values();
    return std::vector<std::uint8_t>(values.begin(), values.end());
  };
  const auto expected = play();
  std::vector<std::vector<std::uint8_t>> found(3);
  std::vector<std::thread> threads;
  for (auto& result : found) threads.emplace_back([&] { result = play(); });
  for (auto& thread : threads) thread.join();
  for (const auto& result : found) EXPECT_EQ(result, expected);
}

}  // namespace
}  // namespace arcadecam::game
