#pragma once

#include <filesystem>
#include <vector>

#include "arcadecam/core/tensor.h"
#include "game/emulator.h"
#include "game/environment.h"

namespace arcadecam::game {

/// Shows every frame of an environment's newest step, of which the environment itself keeps only
/// the last: plays the step again in an emulator of its own (about 0.2 ms). One thread at a time.
class StepFrames {
 public:
  /// Loads the game (about 0.1 s). Throws Error as Environment does.
  StepFrames(const Game& game, const atari::Protocol& protocol,
             const std::filesystem::path& roms = {});

  /// Screens as Emulator::screen(), oldest first; the last is what the environment shows now, which
  /// is the only one where its history was not kept.
  std::vector<ByteTensor> of(const Environment& environment);

 private:
  int frame_skip_;
  Emulator emulator_;
};

}  // namespace arcadecam::game
