#pragma once

#include <string>

#include "episode/step.h"

namespace arcadecam::app {

/// A decision and its maps in one sentence for people: "step 60: LEFT over RIGHT by 0.04; most of
/// it on: bricks (41 % of the map, 12 % of the picture)". On which kind of object most of a map
/// lies is said where the step knows the objects; their boxes are those of the measure
/// `localisation`.
std::string step_sentence(const episode::RunInfo& info, const episode::Step& step,
                          bool name_episode);

}  // namespace arcadecam::app
