#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "atari/action.h"

namespace arcadecam::game {

/// What is known of a game without its ROM.
struct Game {
  std::string name;   ///< ALE's, for example "video_pinball"; the ROM is NAME.bin
  std::string title;  ///< for people, for example "Video Pinball"
  std::string rom_md5;
  std::vector<atari::ActionCode> actions;  ///< the minimal action set, ascending
  std::vector<int> modes;                  ///< the legal ones, ascending
  std::vector<int> difficulties;           ///< the legal ones, ascending
  int default_mode = 0;
};

/// Every game that ALE supports, by name.
std::vector<Game> games();

/// The game of that name or title; case and everything but letters and digits are ignored
/// ("AirRaid", "air_raid", "Air Raid"). Throws Error naming the nearest games when there is none.
Game find_game(std::string_view name);

}  // namespace arcadecam::game
