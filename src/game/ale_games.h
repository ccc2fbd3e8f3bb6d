#pragma once

#include <span>
#include <string_view>

namespace arcadecam::game {

/// A game that ALE knows, and the MD5 of the one ROM it knows it by.
struct AleGame {
  std::string_view name;  ///< ALE's name, for example "video_pinball"
  std::string_view rom_md5;
};

/// All of them, by name. Generated from ALE's headers when the build is configured.
std::span<const AleGame> ale_games();

}  // namespace arcadecam::game
