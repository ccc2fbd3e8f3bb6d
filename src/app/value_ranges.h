#pragma once

#include <memory>
#include <span>

#include "agent/agent.h"
#include "app/interrupt.h"
#include "episode/run.h"
#include "render/map_scaler.h"

namespace arcadecam::app {

/// Plays the run as `run` says, explaining every step, to find the value ranges of the episodes'
/// maps; with a progress bar. `others` see the steps too. An interrupt shortens it.
std::shared_ptr<const render::EpisodeRanges> measure_ranges(const agent::Agent& agent,
                                                            episode::RunOptions run,
                                                            const render::MapDisplay& display,
                                                            std::span<episode::Sink* const> others,
                                                            const Interrupt& interrupt);

}  // namespace arcadecam::app
