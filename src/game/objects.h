#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "game/emulator.h"
#include "game/games.h"
#include "game/pixels.h"
#include "game/protocol.h"

namespace arcadecam::game {

/// A console's memory.
using Ram = std::span<const std::uint8_t, 128>;

/// What a game knew when it drew a frame: its memory before that frame and after it, and how its
/// switches stand.
struct DrawnFrame {
  Ram before, ram;
  int mode = 0, difficulty = 0;
};

/// A rectangle: columns left … left+width−1. May lie partly outside of what it is drawn on.
struct PixelBox {
  int left = 0, top = 0, width = 0, height = 0;

  [[nodiscard]] bool empty() const { return width <= 0 || height <= 0; }
  friend bool operator==(const PixelBox&, const PixelBox&) = default;
};

/// What is common to both.
PixelBox intersection(const PixelBox& a, const PixelBox& b);
/// The smallest box around both; an empty one does not count.
PixelBox cover(const PixelBox& a, const PixelBox& b);

/// Something that a game draws, told from its RAM.
struct GameObject {
  std::string name;  ///< one of a kind in a state, the same from frame to frame: "enemy 2"
  std::string kind;  ///< what results are grouped by: "ball", "player", "enemy", "score", …
  PixelBox box;      ///< on the game's screen
};

/// What an intervention does to an object: takes it out of the picture, shifts it, or (displays)
/// shows something else.
enum class Change { kRemove, kMove, kRewrite };

/// "remove", "move", "rewrite"
std::string_view word(Change change);

/// How an object is drawn otherwise: bytes that the game's program must read as given while it
/// draws one frame.
struct Intervention {
  std::string object;  ///< a GameObject's name
  Change change;
  std::vector<RamByte> held;
};

/// A byte of RAM at `by` more, or less where more leaves the range low … high.
RamByte shifted(Ram ram, std::uint8_t index, int by, int low, int high);
/// A byte of RAM held at what it is.
inline RamByte kept(Ram ram, std::uint8_t index) {
  return {index, ram[index]};
}

/// Digits side by side, drawn alike in every place, and a 1 narrower than the others.
struct Digits {
  int left, top, pitch, width, height;  ///< of the first place, and from place to place
  int one_from, one_width;              ///< of a 1, from a place's left on
  /// The box around what is drawn. A negative digit is a place that is left blank.
  [[nodiscard]] PixelBox box(std::span<const int> digits) const;
};

/// The digits of binary-coded decimals, the first byte highest; leading zeros are blank but the
/// last `shown` places.
std::vector<int> decimal_digits(std::initializer_list<std::uint8_t> bytes, int shown = 1);

/// For which of a game's switches a table was compared with the drawn pixels.
struct Verified {
  std::span<const int> modes, difficulties;
};

/// Where a game's objects are, and how they are drawn otherwise. docs/objects.md says how well each
/// agrees with the drawn pixels.
struct ObjectTable {
  std::string_view game;  ///< ALE's name
  /// What is in the frame.
  std::vector<GameObject> (*find)(const DrawnFrame& frame);
  /// What can be done to that frame.
  std::vector<Intervention> (*interventions)(const DrawnFrame& frame);
  Verified verified;
  /// What the game draws and the table does not tell, for people: "the pills and the fruit".
  std::string_view left_out;
  /// What a frame shows was decided in the frame before: bytes are held in that one too.
  bool draws_late = false;
};

/// All tables, ordered by file name.
std::span<const ObjectTable* const> object_tables();

/// Null when there is none for this game with its switches as the protocol has them.
const ObjectTable* find_object_table(const Game& game, const Protocol& protocol);

/// As find_object_table(), but throws Error (usage) naming the games that have one, or the modes
/// and difficulties that it was verified for.
const ObjectTable& object_table(const Game& game, const Protocol& protocol);

/// A box of a screen of `height` lines on an observed plane: all pixels that it touches, grown by
/// `dilation` pixels on each side, cut at the plane's edge.
PixelBox on_plane(const PixelBox& box, int height, double dilation = 0);
/// The same on a plane of another size that shows a part of the screen.
PixelBox on_plane(const PixelBox& box, const Crop& crop, int plane_height, int plane_width,
                  double dilation = 0);

/// An object on an observation's planes.
struct ObservedObject {
  std::string name, kind;
  /// In pixels of the observation's planes, oldest first (in colour three times the same); around
  /// what both frames of the plane show; empty where the object is not seen.
  std::vector<PixelBox> planes;
};

}  // namespace arcadecam::game
