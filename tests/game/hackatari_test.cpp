// Variations against those of HackAtari 0.0.6 in the same games, frame by frame:
// scripts/golden/hackatari_variations.py.
#include <gtest/gtest.h>
#include <zlib.h>

#include <algorithm>
#include <functional>
#include <optional>
#include <string>

#include "game/rom_folder.h"
#include "game/variation.h"
#include "support/golden.h"

namespace arcadecam::game {
namespace {

constexpr const char* kHackAtariFile = "states/hackatari.npz";
constexpr int kHackAtariEvery = 25;

/// One run that the script recorded.
class Recorded {
 public:
  explicit Recorded(const std::string& name)
      : golden_(kHackAtariFile),
        actions(golden_.get<std::int32_t>(name + ".actions")),
        ram(golden_.get<std::uint8_t>(name + ".ram")),
        watched(golden_.get<std::uint8_t>(name + ".watched")),
        crc(golden_.get<std::int64_t>(name + ".crc")),
        seed(static_cast<std::uint32_t>(
            golden_.get<std::int64_t>(name + ".seed").values().front())) {}

 private:
  test::GoldenArrays golden_;

 public:
  BasicTensor<std::int32_t> actions;
  ByteTensor ram, watched;
  BasicTensor<std::int64_t> crc;
  std::uint32_t seed;

  [[nodiscard]] int frames() const { return static_cast<int>(actions.size()); }
  [[nodiscard]] int watch(int frame, int byte) const {
    return watched[frame].values()[static_cast<std::size_t>(byte)];
  }
};

/// Plays a recorded run's actions in our game; `visit` after every frame, and before the first one.
void play_recorded(const Recorded& recorded, const char* name, const char* variation,
                   const std::function<void(int frame, const Emulator&)>& visit) {
  const Game game = find_game(name);
  atari::Protocol protocol = atari::modern();
  protocol.sticky_probability = 0;
  Emulator emulator(game, verified_rom(game, rom_folder({})), protocol);
  emulator.begin(recorded.seed);
  emulator.reset_game();
  visit(-1, emulator);
  for (int frame = 0; frame < recorded.frames(); ++frame) {
    const int action = recorded.actions.values()[static_cast<std::size_t>(frame)];
    if (variation == nullptr) {
      emulator.act(action);
    } else {
      act_varied(emulator, find_variation(game, variation), action);
    }
    visit(frame, emulator);
  }
}

/// Of our screen, what the script takes of HackAtari's: one colour is 255.
std::int64_t check_of(const Emulator& emulator, std::optional<int> colour) {
  const auto values = emulator.screen().values();
  std::vector<std::uint8_t> screen(values.begin(), values.end());
  if (colour) std::ranges::replace(screen, static_cast<std::uint8_t>(*colour), std::uint8_t{255});
  return static_cast<std::int64_t>(crc32(0, screen.data(), static_cast<uInt>(screen.size())));
}

/// Expects the same screen in every frame, and the same RAM in every 25th but for these bytes.
void expect_the_same(const char* game, const char* theirs, const char* ours,
                     std::optional<int> colour = std::nullopt, int first_held = 0,
                     int last_held = -1) {
  const Recorded recorded(std::string(game) + "." + theirs);
  int compared = 0;
  play_recorded(recorded, game, ours, [&](int frame, const Emulator& emulator) {
    if ((frame + 1) % kHackAtariEvery == 0) {
      const auto ram = recorded.ram[(frame + 1) / kHackAtariEvery].values();
      for (int byte = 0; byte < 128; ++byte) {
        if (byte >= first_held && byte <= last_held) continue;
        ASSERT_EQ(emulator.ram()[static_cast<std::size_t>(byte)],
                  ram[static_cast<std::size_t>(byte)])
            << theirs << ", frame " << frame << ", byte " << byte;
      }
    }
    if (frame < 0) return;
    ASSERT_EQ(check_of(emulator, colour), recorded.crc.values()[static_cast<std::size_t>(frame)])
        << theirs << ", frame " << frame;
    ++compared;
  });
  EXPECT_EQ(compared, 600);
}

TEST(HackAtari, GamesBeginAlikeAndGoOnAlike) {
  expect_the_same("freeway", "plain", nullptr);
  expect_the_same("breakout", "plain", nullptr);
  expect_the_same("pong", "plain", nullptr);
}

TEST(HackAtari, CarsOfOneColourAreTheSame) {
  expect_the_same("freeway", "all_black_cars", "black-cars");
  expect_the_same("freeway", "all_red_cars", "one-colour");
}

// Colours of other tones: 132 and 134 where HackAtari has 112. The bytes of the colours are the
// program's own again after HackAtari's frame.
TEST(HackAtari, BreakoutsColouredThingsAreTheSame) {
  expect_the_same("breakout", "color_player_and_ball_blue", "blue-ball", 132, 62, 62);
  expect_the_same("breakout", "color_all_blocks_blue", "one-colour", 134, 64, 69);
}

/// In how many frames the opponent moves while the ball flies to the player, and in how many it
/// does.
struct Laziness {
  int moves = 0, frames = 0;
};

// HackAtari puts the opponent back once before each frame, after which the program moves it again.
TEST(HackAtari, ItsLazyEnemyMovesAndOursDoesNot) {
  const Recorded recorded("pong.lazy_enemy");
  Laziness theirs, ours;
  for (int frame = 1; frame < recorded.frames(); ++frame) {
    const bool seen = recorded.watch(frame, 3) > 0 && recorded.watch(frame - 1, 3) > 0;
    if (!seen || recorded.watch(frame, 2) <= recorded.watch(frame - 1, 2)) continue;
    ++theirs.frames;
    theirs.moves += recorded.watch(frame, 0) != recorded.watch(frame - 1, 0) ? 1 : 0;
  }
  int enemy = 0, column = 0, line = 0;
  play_recorded(recorded, "pong", "lazy-opponent", [&](int, const Emulator& emulator) {
    const Ram ram = emulator.ram();
    if (line > 0 && ram[54] > 0 && ram[49] > column) {
      ++ours.frames;
      ours.moves += ram[50] != enemy ? 1 : 0;
    }
    enemy = ram[50];
    column = ram[49];
    line = ram[54];
  });
  EXPECT_EQ(theirs.frames, 294);
  EXPECT_EQ(theirs.moves, 77);
  EXPECT_GT(ours.frames, 200);
  // The frame in which the ball turns.
  EXPECT_LE(ours.moves, 4);
}

// HackAtari parks all cars beside the chickens from the first frame on; ours drive on until they
// would come near.
TEST(HackAtari, StoppedCarsAreInNobodysWayInBoth) {
  const Recorded recorded("freeway.stop_all_cars");
  for (int frame = 0; frame < recorded.frames(); ++frame) {
    for (int car = 0; car < 10; ++car)
      ASSERT_EQ(recorded.watch(frame, car), car < 5 ? 15 : 150) << frame;
  }
  play_recorded(recorded, "freeway", "stopped-cars", [&](int frame, const Emulator& emulator) {
    const Ram ram = emulator.ram();
    for (std::size_t byte = 108; byte < 118; ++byte) {
      // The chickens' columns are 47 … 52 and 111 … 116 here; cars are eight wide.
      const bool on_player = ram[byte] + 7 >= 47 && ram[byte] <= 52;
      if (frame > 400) {
        ASSERT_FALSE(on_player) << frame << " " << byte;
      }
    }
  });
}

}  // namespace
}  // namespace arcadecam::game
