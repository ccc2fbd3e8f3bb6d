#include "game/replay.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "arcadecam/core/error.h"
#include "support/error_of.h"
#include "support/golden.h"

namespace arcadecam::game {
namespace {

struct Recording {
  Replay replay;
  test::GoldenArrays golden;
};

/// A golden run as the command gets it: its first row is the reset that every session begins with.
Recording recording(const std::string& file, std::uint32_t random_seed) {
  Recording result{{}, test::GoldenArrays(file)};
  const auto actions = result.golden.get<std::int64_t>("action");
  result.replay.random_seed = random_seed;
  result.replay.actions.assign(actions.values().begin() + 1, actions.values().end());
  const auto noops = result.golden.get<std::int64_t>("reset_noops");
  result.replay.noops = std::vector<int>(noops.values().begin(), noops.values().end());
  return result;
}

TEST(ReplayTest, FilesEqualAGoldenRun) {
  const auto [replay, golden] = recording("states/air_raid_modern.npz", 12345);
  Environment environment(find_game("AirRaid"), atari::modern());
  const test::TemporaryFolder folder;
  write_replay(environment, replay, folder.path() / "out", {.screens = true, .stacks = true});
  const auto read = [&](const char* name) { return read_npy(folder.path() / "out" / name); };

  const auto observations = std::get<ByteTensor>(read("observations.npy"));
  EXPECT_EQ(observations.shape(), (Shape{201, 84, 84}));
  EXPECT_TRUE(
      std::ranges::equal(observations.values(), golden.get<std::uint8_t>("newest_plane").values()));
  const auto rewards = std::get<Tensor>(read("rewards.npy"));
  EXPECT_TRUE(std::ranges::equal(rewards.values(), golden.get<float>("true_reward").values()));
  const auto lives = std::get<BasicTensor<std::int64_t>>(read("lives.npy"));
  EXPECT_TRUE(std::ranges::equal(lives.values(), golden.get<std::int64_t>("lives").values()));
  const auto dones = std::get<ByteTensor>(read("dones.npy"));
  EXPECT_TRUE(std::ranges::equal(dones.values(), golden.get<std::uint8_t>("done").values()));
  const auto ram = std::get<ByteTensor>(read("ram.npy"));
  EXPECT_TRUE(std::ranges::equal(ram.values(), golden.get<std::uint8_t>("ram").values()));
  const auto screens = std::get<ByteTensor>(read("screens.npy"));
  EXPECT_EQ(screens.shape(), (Shape{201, 250, 160, 3}));
  const auto rows = golden.get<std::int64_t>("screen_rows");
  const auto expected = golden.get<std::uint8_t>("screen_rgb");
  for (std::int64_t i = 0; i < rows.size(); ++i) {
    EXPECT_TRUE(std::ranges::equal(screens[rows.data()[i]].values(), expected[i].values()));
  }
}

// What the rows say of the stacks is enough to make them again of the newest planes.
void expect_stacks_follow(Environment& environment, const Replay& replay, bool fills) {
  const test::TemporaryFolder folder;
  write_replay(environment, replay, folder.path(), {.stacks = true});
  const auto read = [&](const char* name) {
    return std::get<ByteTensor>(read_npy(folder.path() / name));
  };
  const ByteTensor newest = read("observations.npy"), stacks = read("stacks.npy"),
                   restarts = read("restarts.npy");
  ASSERT_EQ(stacks.shape(), (Shape{newest.shape()[0], 4, 84, 84}));
  ByteTensor expected(Shape{4, 84, 84});
  std::int64_t begun = 0;
  for (std::int64_t row = 0; row < newest.shape()[0]; ++row) {
    const std::uint8_t restart = restarts.data()[row];
    ASSERT_LE(restart, 1) << "row " << row;
    const auto plane = newest[row].values();
    const auto planes = expected.values();
    if (restart == 1) {
      ++begun;
      std::ranges::fill(planes, std::uint8_t{0});
      for (std::int64_t at = 0; fills && at < 3; ++at)
        std::ranges::copy(plane, expected[at].data());
    } else {
      std::copy(planes.begin() + 84 * 84, planes.end(), planes.begin());
    }
    std::ranges::copy(plane, expected[3].data());
    ASSERT_TRUE(std::ranges::equal(planes, stacks[row].values())) << "row " << row;
  }
  EXPECT_GT(begun, 2);
}

TEST(ReplayTest, TellsWhereStacksBegin) {
  Replay replay{.random_seed = 3, .actions = std::vector<std::int64_t>(150, 1)};
  replay.actions[70] = kReset;
  Environment wrapped(find_game("breakout"), atari::find_protocol("stable-baselines3"));
  expect_stacks_follow(wrapped, replay, false);
  Environment filled(find_game("breakout"), atari::find_protocol("cleanrl"));
  expect_stacks_follow(filled, replay, true);
}

// EnvPool pushes a plane before the one that the row of a lost life has.
TEST(ReplayTest, TellsOfAPlaneBetween) {
  const Replay replay{.random_seed = 3, .actions = std::vector<std::int64_t>(100, 1)};
  Environment environment(find_game("breakout"), atari::find_protocol("envpool"));
  std::int64_t jumps = 0;
  play_replay(environment, replay,
              [&](std::int64_t row, const Environment& played, const StepResult&) {
                const StackChange expected = row == 0             ? StackChange::kBegun
                                             : played.restarted() ? StackChange::kJumped
                                                                  : StackChange::kPushed;
                EXPECT_EQ(played.stack_change(), expected) << "row " << row;
                jumps += expected == StackChange::kJumped ? 1 : 0;
              });
  EXPECT_GT(jumps, 1);
}

// Gymnasium seeds ALE with 32 bits, half of which are negative: AleEnvironments plays such a run.
TEST(ReplayTest, ANegativeSeedIsAmongTheGoldenRuns) {
  const test::GoldenArrays golden("states/ale_environments.npz");
  EXPECT_LT(golden.get<std::int64_t>("pong.gymnasium-sticky.seed").values()[0], 0);
}

TEST(ReplayTest, TrainingRunsWithSoftResets) {
  const auto [replay, golden] = recording("states/breakout_classic_train_long_train.npz", 12346);
  atari::Protocol protocol = atari::classic();
  protocol.training = true;
  Environment environment(find_game("breakout"), protocol);
  const auto dones = golden.get<std::uint8_t>("done");
  const auto frames = golden.get<std::int64_t>("frame_number");
  std::int64_t rows = 0;
  play_replay(environment, replay,
              [&](std::int64_t row, const Environment& played, const StepResult& step) {
                EXPECT_EQ(row, rows++);
                EXPECT_EQ(step.done(), dones.data()[row] != 0) << row;
                EXPECT_EQ(played.emulator().frame_number(), frames.data()[row]) << row;
              });
  EXPECT_EQ(rows, dones.size());
}

TEST(ReplayTest, NamesWhatIsWrong) {
  Environment environment(find_game("pong"), atari::modern());
  const auto error = [&](const Replay& replay) {
    return test::error_of([&] { play_replay(environment, replay, [](auto&&...) {}); });
  };
  EXPECT_EQ(error({.actions = {0, 5, 6}}),
            "actions[2] is 6: expected -1 (reset) or 0 to 5, the 6 actions of Pong");
  EXPECT_EQ(error({.actions = {0, -2}}),
            "actions[1] is -2: expected -1 (reset) or 0 to 5, the 6 actions of Pong");
  EXPECT_EQ(error({.actions = {0, -1}, .noops = std::vector{3}}),
            "1 no-op counts are given for 2 resets (the first included)");
  EXPECT_EQ(error({.actions = {}, .noops = std::vector{-3}}),
            "a no-op count is -3: it must be 0 or more");
  EXPECT_EQ(
      error({.random_seed = 0xffffffffU}),
      "the random seed -1 (4294967295 without a sign) makes ALE take the time of day: what it "
      "played cannot be played again");
}

TEST(ReplayTest, NamesAnActionAfterTheEndAndLeavesNoFiles) {
  atari::Protocol protocol = atari::modern();
  protocol.max_frames = 8;
  Environment environment(find_game("pong"), protocol);
  const test::TemporaryFolder folder;
  const Replay replay{.actions = {0, 0, 0}};
  EXPECT_EQ(test::error_of([&] { write_replay(environment, replay, folder.path(), {}); }),
            "actions[2] is 0, but the episode ended with actions[1]: expected -1 (reset)");
  EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
}

}  // namespace
}  // namespace arcadecam::game
