#include "game/playable.h"

#include <fmt/ranges.h>

#include <algorithm>

#include "arcadecam/core/error.h"
#include "game/rom_folder.h"

namespace arcadecam::game {
namespace {

void require_listed(const Game& game, std::string_view what, int value,
                    const std::vector<int>& legal) {
  if (std::ranges::find(legal, value) == legal.end()) {
    throw bad_usage("{} has no {} {}; the legal ones are: {}", game.title, what, value,
                    fmt::join(legal, ", "));
  }
}

}  // namespace

void require_legal_switches(const Game& game, const atari::Protocol& protocol) {
  if (protocol.mode) require_listed(game, "mode", *protocol.mode, game.modes);
  if (protocol.difficulty)
    require_listed(game, "difficulty", *protocol.difficulty, game.difficulties);
}

void check_playable(const Game& game, const atari::Protocol& protocol,
                    const std::filesystem::path& roms) {
  require_legal_switches(game, protocol);
  (void)verified_rom(game, rom_folder(roms));
}

}  // namespace arcadecam::game
