#pragma once

#include <span>
#include <vector>

#include "arcadecam/explain/method.h"
#include "game/objects.h"

namespace arcadecam::episode {

/// The objects of an observation as methods ask for them.
std::vector<explain::Object> explained_objects(std::span<const game::ObservedObject> objects);

}  // namespace arcadecam::episode
