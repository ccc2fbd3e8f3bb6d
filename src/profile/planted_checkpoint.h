#pragma once

#include "arcadecam/checkpoint/checkpoint.h"
#include "planted/planted.h"

namespace arcadecam::profile {

/// A planted agent as if it had been loaded from a file. Of the options, those count that say how
/// the game is played; throws Error (usage) for one that says how a file is read.
checkpoint::Checkpoint planted_checkpoint(const planted::Planted& agent,
                                          const checkpoint::LoadOptions& options);

}  // namespace arcadecam::profile
