#pragma once

#include <filesystem>

#include "atari/protocol.h"
#include "game/games.h"

namespace arcadecam::game {

/// Throws Error for a mode or difficulty that the game does not have.
void require_legal_switches(const Game& game, const atari::Protocol& protocol);

/// Throws Error, as what plays the game would, for switches that it does not have and for a missing
/// or wrong ROM (`roms`: see rom_folder()): before anything is written.
void check_playable(const Game& game, const atari::Protocol& protocol,
                    const std::filesystem::path& roms = {});

}  // namespace arcadecam::game
