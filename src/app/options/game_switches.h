#pragma once

#include <optional>

#include "app/arguments.h"
#include "atari/protocol.h"

namespace arcadecam::app {

/// How the game's switches stand: --mode and --difficulty.
struct GameSwitches {
  std::optional<int> mode, difficulty;  ///< none: the game's own

  void define(Arguments& command);
  void set(atari::Protocol& protocol) const;
};

}  // namespace arcadecam::app
