// The presets show what the environments of the sources show: scripts/golden/presets.py.
#include <gtest/gtest.h>
#include <zlib.h>

#include <algorithm>
#include <vector>

#include "game/environment.h"
#include "support/golden.h"

namespace arcadecam::game {
namespace {

class Presets : public testing::TestWithParam<std::tuple<std::string, std::string>> {};

TEST_P(Presets, ShowWhatTheSourcesEnvironmentsShow) {
  const auto& [game, source] = GetParam();
  const test::GoldenArrays golden("states/presets.npz");
  const auto actions = golden.get<std::int64_t>(game + ".actions");
  const auto checks = golden.get<std::int64_t>(game + "." + source + ".crc");
  const auto rewards = golden.get<float>(game + "." + source + ".rewards");
  atari::Protocol protocol = atari::find_protocol(source.substr(0, source.find("-training")));
  protocol.training = source.ends_with("-training");
  if (source.starts_with("envpool")) protocol.noops_below = 2;
  Environment environment(find_game(game), protocol);
  const auto check = [&] {
    const auto planes = environment.observation().values();
    return static_cast<std::int64_t>(crc32(0, planes.data(), static_cast<unsigned>(planes.size())));
  };
  environment.begin_session(7);
  // EnvPool's golden drew its least number everywhere.
  environment.next_episode(source.starts_with("envpool") ? 1 : 5);
  EXPECT_EQ(check(), checks.data()[0]);
  ASSERT_GT(checks.size(), 50);
  for (std::int64_t i = 1; i < checks.size(); ++i) {
    const StepResult step = environment.step(static_cast<int>(actions.data()[i - 1]));
    EXPECT_FALSE(step.terminal || step.truncated);
    if (step.life_lost) environment.next_episode(0);
    ASSERT_EQ(check(), checks.data()[i]) << "step " << i;
    EXPECT_EQ(static_cast<float>(step.reward), rewards.data()[i - 1]) << "step " << i;
  }
}

class PresetEnds : public testing::TestWithParam<std::string> {};

// Several whole games: what is seen where a game is over, in whichever frame of a step that was.
TEST_P(PresetEnds, ShowWhatTheSourcesShow) {
  const std::string& source = GetParam();
  const test::GoldenArrays golden("states/presets.npz");
  const auto actions = golden.get<std::int32_t>("breakout.end_actions");
  const auto checks = golden.get<std::int64_t>("breakout." + source + ".end_crc");
  const auto lengths = golden.get<std::int64_t>("breakout." + source + ".end_steps");
  ASSERT_GE(checks.size(), 10);
  atari::Protocol protocol = atari::find_protocol(source);
  if (source.starts_with("envpool")) protocol.noops_below = 2;
  const int noops = source.starts_with("envpool") ? 1 : 5;
  Environment environment(find_game("breakout"), protocol);
  environment.begin_session(7);
  auto action = actions.values().begin();
  std::size_t black = 0;
  for (std::int64_t game = 0; game < checks.size(); ++game) {
    environment.next_episode(noops);
    for (std::int64_t step = 1; step <= lengths.data()[game]; ++step) {
      ASSERT_FALSE(environment.over()) << "game " << game << " step " << step;
      environment.step(*action++);
    }
    ASSERT_TRUE(environment.over()) << "game " << game;
    const auto plane = environment.newest_plane().values();
    EXPECT_EQ(
        static_cast<std::int64_t>(crc32(0, plane.data(), static_cast<unsigned>(plane.size()))),
        checks.data()[game])
        << "game " << game;
    black += std::ranges::all_of(plane, [](std::uint8_t pixel) { return pixel == 0; }) ? 1 : 0;
  }
  EXPECT_EQ(black, 0U);
}

std::string name_of_test(const testing::TestParamInfo<Presets::ParamType>& test) {
  std::string name = std::get<0>(test.param) + std::get<1>(test.param);
  std::erase_if(name, [](char c) { return c == '-' || c == '_'; });
  return name;
}

INSTANTIATE_TEST_SUITE_P(All, Presets,
                         testing::Combine(testing::Values("breakout", "pong"),
                                          testing::Values("stable-baselines3", "cleanrl",
                                                          "cleanrl-gymnasium1", "tianshou",
                                                          "d3rlpy", "rllib", "dopamine", "pfrl",
                                                          "envpool", "envpool-default", "rainbow",
                                                          "rainbow-training", "rllib-module")),
                         name_of_test);

// 250 lines, of which EnvPool reads 210; a game without FIRE.
INSTANTIATE_TEST_SUITE_P(EnvPool, Presets,
                         testing::Combine(testing::Values("air_raid", "freeway"),
                                          testing::Values("envpool", "envpool-default")),
                         name_of_test);

INSTANTIATE_TEST_SUITE_P(All, PresetEnds,
                         testing::Values("stable-baselines3", "cleanrl", "cleanrl-gymnasium1",
                                         "tianshou", "d3rlpy", "rllib", "rllib-module", "dopamine",
                                         "pfrl", "envpool", "envpool-default"),
                         [](const testing::TestParamInfo<std::string>& test) {
                           std::string name = test.param;
                           std::erase(name, '-');
                           return name;
                         });

// What EnvPool's preset draws after a lost life is part of the session.
TEST(PresetNoops, AfterALostLifeAreTheSameInARestoredEnvironment) {
  const Game game = find_game("breakout");
  const atari::Protocol protocol = atari::find_protocol("envpool");
  Environment played(game, protocol);
  Environment restored(game, protocol);
  played.reset(3, 0);
  restored.reset(4, 1);
  restored.restore(played.save());
  std::vector<int> lengths;
  while (!played.over() && lengths.size() < 3) {
    const int before = played.frame(), lives = played.lives();
    played.step(0);
    restored.step(0);
    ASSERT_TRUE(std::ranges::equal(played.observation().values(), restored.observation().values()));
    EXPECT_EQ(played.restarted(), played.lives() < lives);
    EXPECT_EQ(restored.restarted(), played.restarted());
    if (played.restarted()) lengths.push_back(played.frame() - before - protocol.frame_skip);
  }
  ASSERT_EQ(lengths.size(), 3);
  for (const int length : lengths) {
    EXPECT_GE(length, 1);
    EXPECT_LE(length, 30);
  }
  EXPECT_FALSE(lengths[0] == lengths[1] && lengths[1] == lengths[2]);
}

TEST(PresetNoops, AreDrawnBetweenTheirBounds) {
  const atari::Protocol protocol = atari::find_protocol("cleanrl");
  int least = 100, most = 0;
  for (std::uint64_t episode = 0; episode < 500; ++episode) {
    least = std::min(least, random_noops(protocol, 1, episode));
    most = std::max(most, random_noops(protocol, 1, episode));
  }
  EXPECT_EQ(least, 1);
  EXPECT_EQ(most, 30);
}

}  // namespace
}  // namespace arcadecam::game
