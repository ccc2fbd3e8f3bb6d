#pragma once

#include "episode/step_writer.h"

namespace arcadecam::episode {

/// Plays the episodes of a run in `options.jobs` threads, each with an engine and a group of
/// `options.group` environments, and hands their steps to `writer` in the order of the episodes, in
/// the calling thread. What is written is what one thread with one environment would write: an
/// episode depends on its number alone. Steps that wait for their turn are kept in memory, up to a
/// limit at which their episodes wait.
void play_in_parallel(const agent::Agent& agent, const RunOptions& options,
                      std::span<Sink* const> sinks, StepWriter& writer);

}  // namespace arcadecam::episode
