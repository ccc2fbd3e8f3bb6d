#pragma once

#include "agent/agent.h"
#include "episode/run.h"
#include "episode/step.h"
#include "game/environment.h"

namespace arcadecam::episode {

/// What a run of these options in such an environment is; without what only the network tells
/// (RunInfo::distributions and atoms).
RunInfo run_info(const agent::Agent& agent, const RunOptions& options,
                 const game::Environment& environment);

/// A trace of this run, without episodes so far. Throws Error (usage) for a training protocol.
Trace trace_of(const RunInfo& info);

}  // namespace arcadecam::episode
