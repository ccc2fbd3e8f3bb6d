// What a restored environment plays equals what the saved one played, byte for byte.
#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "arcadecam/core/error.h"
#include "arcadecam/core/random.h"
#include "game/environment.h"

namespace arcadecam::game {
namespace {

/// Everything an agent can see of a step.
struct Row {
  int action, reward, lives, frame;
  bool done;
  std::vector<std::uint8_t> plane, ram, screen;
  friend bool operator==(const Row&, const Row&) = default;
};

/// Plays `action`, or resets when the episode is over (then the action does not count).
Row play(Environment& environment, int action) {
  Row row{};
  row.action = action;
  if (environment.over()) {
    environment.next_episode(0);
  } else {
    const StepResult step = environment.step(action);
    row.reward = step.reward;
    row.done = step.done();
  }
  const auto plane = environment.newest_plane().values();
  const auto ram = environment.emulator().ram();
  const auto screen = environment.emulator().screen().values();
  row.plane.assign(plane.begin(), plane.end());
  row.ram.assign(ram.begin(), ram.end());
  row.screen.assign(screen.begin(), screen.end());
  row.lives = environment.lives();
  row.frame = environment.frame();
  return row;
}

std::vector<Row> play(Environment& environment, Random& random, int steps) {
  std::vector<Row> rows;
  for (int i = 0; i < steps; ++i) {
    const auto actions = static_cast<std::uint64_t>(environment.actions().size());
    rows.push_back(play(environment, static_cast<int>(random.below(actions))));
  }
  return rows;
}

class SaveRestore : public testing::TestWithParam<std::string> {};

TEST_P(SaveRestore, ContinuesFromThreeHundredStickyPoints) {
  constexpr int kPoints = 300;
  constexpr int kSteps = 1500;
  constexpr int kContinuation = 60;
  Environment environment(find_game(GetParam()), atari::modern());
  environment.reset(7, 0);
  Random random(11);
  std::vector<int> points;
  for (int i = 0; i < kPoints; ++i) {
    points.push_back(static_cast<int>(random.below(kSteps)));
  }
  std::vector<Row> rows;
  std::vector<std::vector<std::uint8_t>> stacks;
  std::vector<Snapshot> snapshots(kSteps);
  for (int i = 0; i < kSteps + kContinuation; ++i) {
    if (std::ranges::find(points, i) != points.end()) {
      snapshots[static_cast<std::size_t>(i)] = environment.save();
    }
    rows.push_back(play(environment, random, 1).front());
    const auto stack = environment.observation().values();
    stacks.emplace_back(stack.begin(), stack.end());
  }
  // In random order, so that the emulator is somewhere else each time.
  for (const int point : points) {
    environment.restore(snapshots[static_cast<std::size_t>(point)]);
    for (int i = point; i < point + kContinuation; ++i) {
      const auto at = static_cast<std::size_t>(i);
      ASSERT_EQ(play(environment, rows[at].action), rows[at]) << "from " << point << " at " << i;
    }
    const auto& stack = stacks[static_cast<std::size_t>(point + kContinuation - 1)];
    ASSERT_TRUE(std::ranges::equal(environment.observation().values(), stack));
  }
}

INSTANTIATE_TEST_SUITE_P(Games, SaveRestore, testing::Values("pong", "breakout"));

TEST(SaveRestoreTest, TheRestoredScreenIsTheSavedOne) {
  Environment environment(find_game("pong"), atari::modern());
  environment.reset(1, 0);
  Random random(1);
  play(environment, random, 40);
  const Snapshot snapshot = environment.save();
  const auto saved = environment.emulator().screen_rgb().values();
  const std::vector<std::uint8_t> screen(saved.begin(), saved.end());
  play(environment, random, 40);
  ASSERT_FALSE(std::ranges::equal(environment.emulator().screen_rgb().values(), screen));
  environment.restore(snapshot);
  EXPECT_TRUE(std::ranges::equal(environment.emulator().screen_rgb().values(), screen));
}

TEST(SaveRestoreTest, RefusesAnotherGameOrProtocol) {
  Environment pong(find_game("pong"), atari::modern());
  Environment breakout(find_game("breakout"), atari::modern());
  Environment old(find_game("pong"), atari::classic());
  pong.reset(1, 0);
  EXPECT_THROW(breakout.restore(pong.save()), Error);
  EXPECT_THROW(old.restore(pong.save()), Error);
  EXPECT_THROW(pong.restore(Snapshot()), Error);
}

TEST(SaveRestoreTest, KeepsTheLostLifeOfTraining) {
  atari::Protocol protocol = atari::classic();
  protocol.training = true;
  Environment environment(find_game("breakout"), protocol);
  environment.reset(3, 0);
  Random random(5);
  while (!environment.soft_reset_due()) {
    ASSERT_FALSE(environment.over());
    environment.step(static_cast<int>(random.below(environment.actions().size())));
  }
  const Snapshot snapshot = environment.save();
  environment.reset(3, 1);
  const int frame = environment.frame();
  environment.reset(4, 0);
  EXPECT_FALSE(environment.soft_reset_due());
  environment.restore(snapshot);
  EXPECT_TRUE(environment.soft_reset_due());
  EXPECT_TRUE(environment.over());
  environment.reset(3, 1);
  EXPECT_EQ(environment.frame(), frame);
}

// What it shows where it ends in the middle of a step is made of frames of before, too.
TEST(SaveRestoreTest, KeepsWhatTheEndOfAnEpisodeShows) {
  for (const char* preset : {"stable-baselines3", "gymnasium", "dopamine", "envpool-default"}) {
    for (const int last_frame : {1, 2, 3, 4}) {
      atari::Protocol protocol = atari::find_protocol(preset);
      protocol.fire = atari::Protocol::Fire::kNever;
      protocol.max_frames = 40 + last_frame;
      Environment played(find_game("pong"), protocol), restored(find_game("pong"), protocol);
      played.begin_session(1);
      played.next_episode(0);
      Random random(2);
      for (int step = 0; step < 10; ++step) played.step(static_cast<int>(random.below(6)));
      ASSERT_FALSE(played.over());
      restored.begin_session(9);
      restored.next_episode(25);
      restored.restore(played.save());
      EXPECT_TRUE(played.step(3).truncated);
      EXPECT_TRUE(restored.step(3).truncated);
      const auto plane = played.newest_plane().values();
      EXPECT_TRUE(std::ranges::equal(restored.newest_plane().values(), plane))
          << preset << " " << last_frame;
      EXPECT_GT(*std::ranges::max_element(plane), 0) << preset << " " << last_frame;
    }
  }
}

/// Every game: an episode depends on (seed, episode) alone, and a state can be restored into a
/// newly loaded game.
class EveryGame : public testing::TestWithParam<std::string> {};

TEST_P(EveryGame, EpisodesAndStatesStandAlone) {
  constexpr int kSteps = 40;
  const Game game = find_game(GetParam());
  Environment environment(game, atari::modern());
  Random random(1);
  environment.reset(5, 2);
  const auto first = play(environment, random, kSteps);
  const Snapshot snapshot = environment.save();
  const Random at_snapshot = random;
  const auto continuation = play(environment, random, kSteps);

  random = Random(1);
  environment.reset(5, 2);
  EXPECT_TRUE(play(environment, random, kSteps) == first);

  Environment another(game, atari::modern());
  random = Random(1);
  another.reset(5, 2);
  EXPECT_TRUE(play(another, random, kSteps) == first);
  another.begin_session(0);
  another.next_episode(0);
  another.restore(snapshot);
  random = at_snapshot;
  EXPECT_TRUE(play(another, random, kSteps) == continuation);
}

std::vector<std::string> all_names() {
  std::vector<std::string> names;
  for (const Game& game : games()) names.push_back(game.name);
  return names;
}

INSTANTIATE_TEST_SUITE_P(Games, EveryGame, testing::ValuesIn(all_names()),
                         [](const auto& game) { return game.param; });

}  // namespace
}  // namespace arcadecam::game
