// The presets show what the environments of the sources show: scripts/golden/presets.py.
#include <gtest/gtest.h>
#include <zlib.h>

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
  Environment environment(find_game(game), find_protocol(source));
  const auto check = [&] {
    const auto planes = environment.observation().values();
    return static_cast<std::int64_t>(crc32(0, planes.data(), static_cast<unsigned>(planes.size())));
  };
  environment.begin_session(7);
  environment.next_episode(5);
  EXPECT_EQ(check(), checks.data()[0]);
  ASSERT_GT(checks.size(), 50);
  for (std::int64_t i = 1; i < checks.size(); ++i) {
    const Step step = environment.step(static_cast<int>(actions.data()[i - 1]));
    EXPECT_FALSE(step.done());
    ASSERT_EQ(check(), checks.data()[i]) << "step " << i;
    EXPECT_EQ(static_cast<float>(step.reward), rewards.data()[i - 1]) << "step " << i;
  }
}

INSTANTIATE_TEST_SUITE_P(All, Presets,
                         testing::Combine(testing::Values("breakout", "pong"),
                                          testing::Values("stable-baselines3", "cleanrl",
                                                          "gymnasium", "tianshou", "d3rlpy",
                                                          "rllib", "dopamine", "pfrl")),
                         [](const auto& test) {
                           std::string name = std::get<0>(test.param) + std::get<1>(test.param);
                           std::erase(name, '-');
                           return name;
                         });

TEST(PresetNoops, AreDrawnBetweenTheirBounds) {
  const Protocol protocol = find_protocol("cleanrl");
  int least = 100, most = 0;
  for (std::uint64_t episode = 0; episode < 500; ++episode) {
    least = std::min(least, random_noops(protocol, 1, episode));
    most = std::max(most, random_noops(protocol, 1, episode));
  }
  EXPECT_EQ(least, 1);
  EXPECT_EQ(most, 30);
}

TEST(PresetProtocols, PooledColoursNeedAFormula) {
  Protocol protocol = modern();
  protocol.pixels.pool = Pixels::Pool::kColours;
  EXPECT_THROW(check(protocol), std::exception);
  EXPECT_EQ(parse_pool(name_of(Pixels::Pool::kShrunkenColours)), Pixels::Pool::kShrunkenColours);
  EXPECT_THROW(parse_grey("mauve"), std::exception);
}

}  // namespace
}  // namespace arcadecam::game
