#pragma once

#include "agent/agent.h"
#include "app/arguments.h"
#include "episode/run.h"
#include "render/look.h"

namespace arcadecam::app {

/// Whether pictures show where the game's objects are: --objects.
struct OutlineOption {
  bool objects = false;

  void define(Arguments& command);
  /// Makes a run tell its objects and pictures outline them. Throws Error (usage) where this game's
  /// are not known.
  void apply(const agent::Agent& agent, episode::RunOptions& run, render::Look& look) const;
};

}  // namespace arcadecam::app
