#pragma once

#include "arcadecam/checkpoint/checkpoint.h"
#include "atari/protocol.h"

namespace arcadecam::profile {

/// The protocol that a checkpoint is known to follow ("modern" where nothing says otherwise), with
/// what its network's description changes; it is then called "NAME (changed)". Throws Error saying
/// the line of the description for a setting that is none or out of range.
atari::Protocol protocol_of(const checkpoint::Checkpoint& checkpoint);

}  // namespace arcadecam::profile
