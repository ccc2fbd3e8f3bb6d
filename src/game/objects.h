#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "game/emulator.h"
#include "game/pixels.h"

namespace arcadecam::game {

/// A console's memory.
using Ram = std::span<const std::uint8_t, 128>;

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

/// Where a game's objects are, and how they are drawn otherwise. docs/objects.md says how well each
/// agrees with the drawn pixels.
struct ObjectTable {
  std::string_view game;  ///< ALE's name
  /// What is in the frame after which the RAM was this.
  std::vector<GameObject> (*find)(Ram ram);
  /// What can be done to that frame.
  std::vector<Intervention> (*interventions)(Ram ram);
  /// The game draws a frame from what the RAM says before it, so that is what find() and
  /// interventions() want for it; otherwise what the RAM says after it.
  bool draws_late = false;
};

/// All tables, ordered by file name.
std::span<const ObjectTable* const> object_tables();

/// Null when there is none for this game.
const ObjectTable* find_object_table(std::string_view game);

/// As find_object_table(), but throws Error naming the games that have one.
const ObjectTable& object_table(std::string_view game);

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
