#pragma once

#include "episode/moments_sink.h"

namespace arcadecam::app {

/// Prints, of methods that score objects, each state's strongest ones.
void print_object_scores(const episode::MomentsSink& moments);

}  // namespace arcadecam::app
