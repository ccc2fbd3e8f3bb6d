#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "arcadecam/core/tensor.h"
#include "game/environment.h"
#include "game/objects.h"

namespace arcadecam::game {

/// A change of one object of the newest frame.
struct Edit {
  std::string object;  ///< a GameObject's name
  Change change = Change::kRemove;
  /// kPlace: the column and the line of the screen where the object's box is to begin.
  int x = 0, y = 0;
  /// kRecolour: an index into Emulator::colours().
  int colour = 0;
};

inline Edit remove(std::string object) {
  return {std::move(object)};
}
inline Edit place(std::string object, int x, int y) {
  return {std::move(object), Change::kPlace, x, y};
}
inline Edit recolour(std::string object, int colour) {
  return {std::move(object), Change::kRecolour, 0, 0, colour};
}
inline Edit rewrite(std::string object) {
  return {std::move(object), Change::kRewrite};
}

/// Where a box may begin along one axis: from, from+step, … at most `to`, in pixels of the screen.
struct Reach {
  int from, to, step;
};

/// Something that can be done to an object of the newest frame.
struct PossibleEdit {
  std::string object;
  Change change;
  Reach columns{}, lines{};     ///< kPlace: where the object's box may begin
  std::string_view shown_only;  ///< as Intervention::shown_only: empty where play can go on from it
};

/// An observation with planes that were drawn again.
struct Redrawn {
  ByteTensor observation;  ///< as Environment::observation()
  int planes = 0;  ///< how many of the newest frames were drawn again; the older ones are as before
  int frames = 0;  ///< in how many of the drawn frames something was edited
  /// What each frame of the stack is made of, oldest first; empty where it was not drawn again.
  std::vector<FrameBuffers::Frames> seen;
  ByteTensor
      screen;  ///< the newest frame as Emulator::screen(); empty where it was not drawn again
};

/// Edits of the game: takes objects away, puts them elsewhere or gives them another colour. An edit
/// is either shown or written.
///
/// Shown: an environment's observation is drawn again by the game's own program. Each frame is
/// emulated from the state before it, while the bytes of an Intervention are held (from the frame
/// before it on, of games that draw late). What happens in such a frame does not reach the next
/// one, nor the environment, so that without an edit the observation comes out as it was, byte for
/// byte. An object that is placed keeps its movement: the newest frame shows it where it was asked
/// for, older ones as far from there as it was (or at the edge of what the game can show).
///
/// Written: the observation is replaced by the shown one, the bytes are written into the game's
/// RAM, and play goes on from there. The game's program treats the object as its own from then on:
/// a ball placed at (x, y) flies on in the next frame.
///
/// Has an emulator of its own. One thread at a time.
class Editor {
 public:
  /// Whether the game's objects must be known; where they need not be and are not, only bytes can
  /// be edited.
  enum class Objects { kRequired, kIfKnown };

  /// Loads the game (about 0.1 s). Throws Error as Environment does, and (usage) where this game's
  /// objects are required and not known.
  Editor(const Game& game, const atari::Protocol& protocol, const std::filesystem::path& roms = {},
         Objects objects = Objects::kRequired);

  /// What can be done to the newest frame. `environment` is of the same game and protocol.
  [[nodiscard]] std::vector<PossibleEdit> possible(const Environment& environment) const;

  /// Shows the edits, one after the other. `environment` is of the same game and protocol, with its
  /// history kept. Redraws as many of the newest planes as the history allows (all of them from an
  /// episode's `stack`-th step on), at most `planes` (0: no limit). A few milliseconds. Throws
  /// Error (usage) that says what can be done instead where the newest frame does not allow an
  /// edit.
  Redrawn show(const Environment& environment, std::span<const Edit> edits, int planes = 0) {
    return show(environment, edits, {}, planes);
  }
  Redrawn show(const Environment& environment, const Edit& edit, int planes = 0) {
    return show(environment, std::span(&edit, 1), planes);
  }
  /// The same with these bytes of RAM held besides, in every frame that is drawn again.
  Redrawn show(const Environment& environment, std::span<const Edit> edits,
               std::span<const RamByte> bytes, int planes = 0);

  /// Writes the edits into `environment`, whose earlier steps can then no longer be drawn again
  /// (Environment::save() before it keeps the way back). Planes that cannot be drawn again stay as
  /// they are. Throws Error as show(), and (usage) where
  /// an edit can only be shown.
  void write(Environment& environment, std::span<const Edit> edits,
             std::span<const RamByte> bytes = {});
  void write(Environment& environment, const Edit& edit) {
    write(environment, std::span(&edit, 1));
  }

  // What is in a state that show() has drawn again of this environment; nothing where the game's
  // objects are not known.
  /// On its screen.
  [[nodiscard]] std::vector<GameObject> objects(const Environment& environment,
                                                const Redrawn& redrawn) const;
  /// On its observation.
  [[nodiscard]] std::vector<ObservedObject> observed(const Environment& environment,
                                                     const Redrawn& redrawn) const;

  /// Bytes of RAM of which a change, held while the newest frame is drawn, changes a pixel of it;
  /// with the smallest such change that was tried. In ascending order; some 50 ms. Nothing where
  /// the history does not tell how the frame came about.
  struct Cause {
    std::uint8_t byte;
    int by;
  };
  std::vector<Cause> bytes_behind(const Environment& environment, int column, int line);

 private:
  void require_same_game(const Environment& environment) const;

  std::string game_;
  atari::Protocol protocol_;
  int mode_, difficulty_;
  const ObjectTable& table_;
  Emulator emulator_;
  PlaneMaker planes_;
};

}  // namespace arcadecam::game
