// What the presets show is what AtariVectorEnv and AtariPreprocessing show, through resets, lost
// lives and ends of episodes: scripts/golden/ale_environments.py.
#include <gtest/gtest.h>
#include <zlib.h>

#include <array>
#include <cstring>
#include <string>

#include "game/environment.h"
#include "game/replay.h"
#include "game/rom_folder.h"
#include "support/golden.h"

namespace arcadecam::game {
namespace {

constexpr const char* kFile = "states/ale_environments.npz";

class AleEnvironments : public testing::TestWithParam<const char*> {};

/// The CRC-32 of everything up to a row, as the script computes it.
class Check {
 public:
  void add(const Environment& environment, const StepResult& step) {
    const auto planes = environment.observation().values();
    value_ = crc32(value_, planes.data(), static_cast<uInt>(planes.size()));
    const std::array<std::int32_t, 3> numbers{step.reward, step.done() ? 1 : 0,
                                              environment.lives()};
    std::array<std::uint8_t, sizeof(numbers)> bytes{};
    std::memcpy(bytes.data(), numbers.data(), bytes.size());
    value_ = crc32(value_, bytes.data(), static_cast<uInt>(bytes.size()));
  }
  [[nodiscard]] std::int64_t value() const { return static_cast<std::int64_t>(value_); }

 private:
  uLong value_ = 0;
};

TEST_P(AleEnvironments, AreShownByteForByte) {
  const std::string name = GetParam();
  const test::GoldenArrays golden(kFile);
  const auto actions = golden.get<std::int32_t>(name + ".actions");
  const auto checks = golden.get<std::int64_t>(name + ".crc");
  std::string preset = name.substr(name.find('.') + 1);
  Replay replay;
  replay.actions.assign(actions.values().begin(), actions.values().end());
  replay.random_seed =
      static_cast<std::uint32_t>(golden.get<std::int64_t>(name + ".seed").values()[0]);
  if (golden.has(name + ".noops")) {
    const auto noops = golden.get<std::int64_t>(name + ".noops");
    replay.noops = std::vector<int>(noops.values().begin(), noops.values().end());
  }
  const auto take = [&](std::string_view suffix) {
    if (!preset.ends_with(suffix)) return false;
    preset.resize(preset.size() - suffix.size());
    return true;
  };
  const bool training = take("-training"), capped = take("-capped");
  atari::Protocol protocol = atari::find_protocol(preset);
  protocol.training = training;
  if (capped) protocol.max_frames = 150;
  Environment environment(find_game(name.substr(0, name.find('.'))), protocol);

  constexpr std::int64_t kEvery = 20;
  Check check;
  std::int64_t compared = 0;
  play_replay(environment, replay,
              [&](std::int64_t row, const Environment& played, const StepResult& step) {
                check.add(played, step);
                if ((row + 1) % kEvery != 0) return;
                ASSERT_EQ(check.value(), checks.values()[static_cast<std::size_t>(compared)])
                    << "in rows " << row + 1 - kEvery << " to " << row;
                ++compared;
              });
  EXPECT_EQ(compared, checks.size());
}

// ALE draws from the stream of sticky actions how long it presses select for Adventure's modes.
TEST(AleSessions, AdventureBeginsAsItsSeedSays) {
  const auto rows = test::GoldenArrays(kFile).get<std::int64_t>("adventure");
  ASSERT_EQ(rows.shape(), (Shape{12, 5}));
  const Game game = find_game("adventure");
  for (std::int64_t i = 0; i < rows.shape()[0]; ++i) {
    const auto row = rows[i].values();
    atari::Protocol protocol = atari::modern();
    protocol.mode = static_cast<int>(row[0]);
    Emulator emulator(game, verified_rom(game, rom_folder({})), protocol);
    const auto check = [&] {
      const auto ram = emulator.ram();
      const auto screen = emulator.screen().values();
      const uLong of_ram = crc32(0, ram.data(), static_cast<uInt>(ram.size()));
      return static_cast<std::int64_t>(
          crc32(of_ram, screen.data(), static_cast<uInt>(screen.size())));
    };
    const auto play = [&](std::size_t frames) {
      for (std::size_t frame = 0; frame < frames; ++frame)
        emulator.act(game.actions[frame * 7 % game.actions.size()]);
    };
    for (int session = 0; session < 2; ++session) {
      emulator.begin(static_cast<std::uint32_t>(row[1]));
      emulator.reset_game();
      EXPECT_EQ(check(), row[2]) << "mode " << row[0] << " seed " << row[1];
      play(40);
      EXPECT_EQ(check(), row[3]) << "mode " << row[0] << " seed " << row[1];
      emulator.reset_game();
      play(20);
      EXPECT_EQ(check(), row[4]) << "mode " << row[0] << " seed " << row[1];
    }
  }
}

INSTANTIATE_TEST_SUITE_P(
    All, AleEnvironments,
    testing::Values("breakout.ale-vector", "pong.ale-vector", "air_raid.ale-vector",
                    "freeway.ale-vector", "breakout.ale-vector-sticky", "pong.ale-vector-sticky",
                    "air_raid.ale-vector-sticky", "freeway.ale-vector-sticky",
                    "breakout.ale-vector-training", "air_raid.ale-vector-training",
                    "breakout.ale-vector-sticky-training", "air_raid.ale-vector-sticky-training",
                    "breakout.ale-vector-episodic", "air_raid.ale-vector-episodic",
                    "breakout.ale-vector-episodic-sticky", "air_raid.ale-vector-episodic-sticky",
                    "pong.ale-vector-capped", "breakout.gymnasium", "air_raid.gymnasium",
                    "pong.gymnasium", "breakout.gymnasium-training", "air_raid.gymnasium-training",
                    "breakout.gymnasium-sticky", "air_raid.gymnasium-sticky",
                    "pong.gymnasium-sticky", "breakout.gymnasium-sticky-training",
                    "air_raid.gymnasium-sticky-training"),
    [](const testing::TestParamInfo<const char*>& test) {
      std::string name = test.param;
      std::erase_if(name, [](char c) { return c == '-' || c == '_' || c == '.'; });
      return name;
    });

}  // namespace
}  // namespace arcadecam::game
