#pragma once

#include <filesystem>
#include <string_view>
#include <vector>

#include "arcadecam/core/tensor.h"
#include "game/environment.h"
#include "game/objects.h"

namespace arcadecam::game {

/// An observation of which planes were drawn again.
struct Redrawn {
  ByteTensor observation;  ///< as Environment::observation()
  int planes = 0;  ///< of so many of the newest frames, drawn again; the older are as before
  int frames = 0;  ///< of the drawn frames, in so many the object was there to be changed
};

/// Draws an environment's observation again with one object removed or moved in every frame that it
/// shows, by the game's own program: each frame is emulated from the state before it, while the
/// bytes of an Intervention are held (from the frame before it on, of games that draw late). What
/// happens in such a frame does not reach the next one, nor the environment, so that without an
/// object to change the observation comes out as it was, byte for byte. Has an emulator of its own.
/// One thread at a time.
class Redrawer {
 public:
  /// Loads the game (about 0.1 s). Throws Error as Environment does, and (usage) where this game's
  /// objects are not known.
  Redrawer(const Game& game, const Protocol& protocol, const std::filesystem::path& roms = {});

  /// Of the same game and protocol, with its history kept. Redraws as many of the newest planes as
  /// the history allows (all of them from an episode's `stack`-th step on), at most `planes`
  /// (0: no limit). A few milliseconds.
  Redrawn draw(const Environment& environment, std::string_view object, Change change,
               int planes = 0);

  /// What can be done to the newest frame.
  [[nodiscard]] std::vector<Intervention> possible(const Environment& environment) const;

 private:
  Protocol protocol_;
  int mode_, difficulty_;
  const ObjectTable& table_;
  Emulator emulator_;
  PlaneMaker planes_;
};

}  // namespace arcadecam::game
