#pragma once

#include <span>
#include <vector>

#include "arcadecam/explain/method.h"
#include "game/editor.h"
#include "game/objects.h"

namespace arcadecam::episode {

/// The objects of an observation as methods ask for them.
std::vector<explain::Object> explained_objects(std::span<const game::ObservedObject> objects);

/// Sets Object::without of objects of what `environment` observes now. Displays that
/// the game cannot take away show something else instead. Planes that are older than the history of
/// `environment` stay as they are; where it has none, nothing is drawn.
void draw_without(game::Editor& editor, const game::Environment& environment,
                  std::span<explain::Object> objects);

}  // namespace arcadecam::episode
