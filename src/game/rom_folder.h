#pragma once

#include <filesystem>

#include "game/games.h"

namespace arcadecam::game {

/// Where the ROMs are: `given` unless it is empty, else what the environment variable
/// ARCADECAM_ROMS says, else the folder that scripts/setup.sh filled where the program was built,
/// else that of the user's ale-py (ale_py_roms()). It need not exist.
std::filesystem::path rom_folder(const std::filesystem::path& given = {});

/// The ROM's file (FOLDER/NAME.bin), its content checked against the game's MD5. Throws Error that
/// says what to do when it is missing or another file.
std::filesystem::path verified_rom(const Game& game, const std::filesystem::path& folder);

/// Whether verified_rom() would succeed.
bool has_rom(const Game& game, const std::filesystem::path& folder);

}  // namespace arcadecam::game
