#pragma once

#include <filesystem>
#include <string>

#include "app/varied_runs.h"

namespace arcadecam::app {

/// "variations-planted_pong.png": of an agent's stills.
std::string stills_name(const agent::Agent& agent);

/// A picture of the game as it is and of each variation: the screen at PlayedVariation::stills.
void write_stills(const std::filesystem::path& file, const PlayedAgent& played);

}  // namespace arcadecam::app
