#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "arcadecam/core/pixel_box.h"
#include "atari/pixels.h"
#include "atari/protocol.h"
#include "game/emulator.h"
#include "game/games.h"

namespace arcadecam::game {

/// A console's memory.
using Ram = std::span<const std::uint8_t, 128>;

/// What a game knew when it drew a frame: its memory before that frame and after it, and how its
/// switches stand.
struct DrawnFrame {
  Ram before, ram;
  int mode = 0, difficulty = 0;
};

/// Something that a game draws, told from its RAM.
struct GameObject {
  std::string name;  ///< one of a kind in a state, the same from frame to frame: "enemy 2"
  std::string kind;  ///< what results are grouped by: "ball", "player", "enemy", "score", …
  PixelBox box;      ///< on the game's screen
};

/// What an edit does to an object: takes it out of the picture, puts it elsewhere, gives it another
/// colour, or (displays) shows something else.
enum class Change { kRemove, kPlace, kRecolour, kRewrite };

/// "remove", "place", "recolour", "rewrite"
std::string_view word(Change change);

/// A byte of RAM by which an object is put elsewhere or coloured: the byte's value may be low …
/// high, and a step of one moves the object by `by` pixels (right and down are positive).
struct Dial {
  std::uint8_t index;
  int low, high;
  int by = 1;
  int step = 1;  ///< only every so many values make a difference
};

/// How an object is drawn otherwise: bytes that the game's program must read as given while it
/// draws one frame.
struct Intervention {
  std::string object;  ///< a GameObject's name
  Change change = Change::kRemove;
  std::vector<RamByte> held = {};
  /// kPlace: what says its column and its line; none: that cannot be chosen. Here `held` is what
  /// keeps the object from moving, and other things from following it, before they are drawn.
  std::optional<Dial> column = {}, line = {};
  /// kRecolour: the byte that says its colour, a palette index.
  std::optional<Dial> colour = {};
  /// Why play cannot go on from it, as the end of a sentence; empty: it can, with the same bytes
  /// written (kPlace: those of the dials alone).
  std::string_view shown_only = {};
};

/// Reasons why play cannot go on from an edit.
inline constexpr std::string_view kWrittenAgain =
                                      "the game writes those bytes again in every frame",
                                  kFollowsTheJoystick = "the joystick says where it is";

/// The same edit, that play cannot go on from.
inline Intervention shown_only(Intervention intervention, std::string_view why) {
  intervention.shown_only = why;
  return intervention;
}

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
  /// What can be done to that frame: of each object at most one of each Change.
  std::vector<Intervention> (*interventions)(const DrawnFrame& frame);
  Verified verified;
  /// What the game draws and the table does not tell, for people: "the pills and the fruit".
  std::string_view left_out;
  /// What a frame shows was decided in the frame before: bytes are held in that one too.
  bool draws_late = false;

  /// The RAM that says what is drawn in a frame.
  [[nodiscard]] Ram deciding(const DrawnFrame& frame) const {
    return draws_late ? frame.before : frame.ram;
  }
};

/// All tables, ordered by file name.
std::span<const ObjectTable* const> object_tables();

/// Null when there is none for this game with its switches as the protocol has them.
const ObjectTable* find_object_table(const Game& game, const atari::Protocol& protocol);

/// As find_object_table(), but throws Error (usage) naming the games that have one, or the modes
/// and difficulties that it was verified for.
const ObjectTable& object_table(const Game& game, const atari::Protocol& protocol);

/// A box of a screen of `height` lines on an observed plane: all pixels that it touches, grown by
/// `dilation` pixels on each side, cut at the plane's edge.
PixelBox on_plane(const PixelBox& box, int height, double dilation = 0);
/// The same on a plane of another size that shows a part of the screen.
PixelBox on_plane(const PixelBox& box, const atari::Crop& crop, int plane_height, int plane_width,
                  double dilation = 0);

/// An object on an observation's planes.
struct ObservedObject {
  std::string name, kind;
  /// In pixels of the observation's planes, oldest first (in colour three times the same); around
  /// what both frames of the plane show; empty where the object is not seen.
  std::vector<PixelBox> planes;
};

}  // namespace arcadecam::game
