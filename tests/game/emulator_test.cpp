// Every game's frames are those of ale-py's own emulator: scripts/golden/emulated_frames.py.
#include "game/emulator.h"

#include <gtest/gtest.h>
#include <zlib.h>

#include <array>
#include <cstring>
#include <sstream>
#include <string>

#include "game/rom_folder.h"
#include "support/golden.h"

namespace arcadecam::game {
namespace {

constexpr int kEvery = 7;

uLong add(uLong check, std::span<const std::uint8_t> bytes) {
  return crc32(check, bytes.data(), static_cast<uInt>(bytes.size()));
}

TEST(Emulator, ShowsEveryFrameOfEveryGameAsAleDoes) {
  const test::GoldenArrays golden("states/emulated_frames.npz");
  const auto letters = golden.get<std::uint8_t>("games");
  const auto actions = golden.get<std::int32_t>("actions");
  const auto checks = golden.get<std::int64_t>("crc");
  atari::Protocol protocol = atari::modern();
  protocol.sticky_probability = 0;
  std::istringstream names(std::string(letters.values().begin(), letters.values().end()));
  std::size_t games = 0;
  for (std::string name; std::getline(names, name); ++games) {
    SCOPED_TRACE(name);
    const Game game = find_game(name);
    Emulator emulator(game, verified_rom(game, rom_folder()), protocol);
    emulator.begin(5);
    emulator.reset_game();
    uLong check = 0;
    int frame = 0;
    for (const std::int32_t action : actions.values()) {
      if (emulator.terminal()) emulator.reset_game();
      const std::int32_t reward = emulator.act(static_cast<atari::ActionCode>(action));
      std::array<std::uint8_t, sizeof(reward)> bytes{};
      std::memcpy(bytes.data(), &reward, sizeof(reward));
      check = add(check, bytes);
      if (frame++ % kEvery != 0) continue;
      check = add(check, emulator.screen().values());
      check = add(check, emulator.ram());
    }
    EXPECT_EQ(static_cast<std::int64_t>(check), checks.values()[games]);
  }
  EXPECT_EQ(games, checks.values().size());
  EXPECT_EQ(games, 104U);
}

}  // namespace
}  // namespace arcadecam::game
