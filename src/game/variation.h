#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "game/emulator.h"
#include "game/objects.h"

namespace arcadecam::game {

/// What a variation looks at before a frame.
struct VariedFrame {
  Ram ram;
  int number;  ///< Emulator::episode_frame_number()
};

/// What a variation does to one emulated frame.
struct FrameChange {
  /// Written into RAM before the frame; from then on the bytes are the program's.
  std::vector<RamBits> written = {};
  /// The program reads these values throughout the frame, whatever it writes, and they are in RAM
  /// after it.
  std::vector<RamBits> held = {};
  /// The program reads these values throughout the frame, but RAM keeps what it writes.
  std::vector<RamBits> shown = {};
};

/// A game that its own program plays differently, because some bytes of RAM are held or written at
/// every emulated frame. (A byte written once per decision would be the program's again after one
/// frame of four.)
struct Variation {
  std::string_view name;     ///< "lazy-opponent"
  std::string_view summary;  ///< what is different, for people, as the end of a sentence
  /// The objects whose pictures or movement it changes, by their names or kinds (GameObject).
  std::span<const std::string_view> touches;
  FrameChange (*change)(const VariedFrame& frame);
};

/// The variations of one game.
struct GameVariations {
  std::string_view game;  ///< ALE's name
  std::span<const Variation> variations;
};

namespace varied {
/// All games that have variations, ordered by file name. The entries are in this namespace, since
/// object tables are named after their games too.
std::span<const GameVariations* const> varied_games();
}  // namespace varied

/// The variations of a game; none where it has none.
std::span<const Variation> variations_of(const Game& game);

/// Throws Error (usage) that names the game's variations, or the games that have some, where there
/// is no such variation.
const Variation& find_variation(const Game& game, std::string_view name);

/// Whether the variation touches an object of this name and kind.
bool touches(const Variation& variation, std::string_view name, std::string_view kind);

/// "variation lazy-opponent", or "the game as it is".
std::string words_of(const Variation* variation);

/// Emulator::act() as the variation has it. What is held ends with the frame: a saved state holds
/// nothing, and does not know of the variation.
int act_varied(Emulator& emulator, const Variation& variation, atari::ActionCode action);

// What variations are made of.

/// A byte held at what it is.
inline RamBits kept_bits(Ram ram, std::uint8_t index) {
  return {index, ram[index]};
}
/// Bytes held at what they are.
std::vector<RamBits> kept_all(Ram ram, std::initializer_list<std::uint8_t> indices);

}  // namespace arcadecam::game
