#pragma once

#include <string_view>
#include <vector>

#include "arcadecam/checkpoint/checkpoint.h"

namespace arcadecam::app {

/// The names of the network's actions in order, where the checkpoint's game is known and has so
/// many; else empty.
std::vector<std::string_view> action_names(const checkpoint::Checkpoint& checkpoint);

}  // namespace arcadecam::app
