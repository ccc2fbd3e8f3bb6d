#pragma once

#include "checkpoint/building/network_builder.h"

namespace arcadecam::checkpoint {

// What every policy of Tianshou (Weng et al. 2022) has around its network.

/// Leaves out the target network and the constants beside it; with `policy.` in front, too.
void ignore_tianshou_others(TensorTaker& taker);

/// Adds what a policy's file cannot say. `scaled`: a module of its own divides the pixels.
void note_tianshou_unknown(const Hints& hints, bool scaled, Description& description);

}  // namespace arcadecam::checkpoint
