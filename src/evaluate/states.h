#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "agent/agent.h"
#include "episode/trace.h"
#include "game/environment.h"
#include "measure/state.h"

namespace arcadecam::evaluate {

/// Which decisions of a recorded run are measured on.
struct Sampling {
  std::int64_t states = 500;  ///< in all
  std::uint64_t seed = 0;
  std::string engine = "cpu";  ///< what a recurrent network's memory is computed by
};

/// Decisions of a recorded run.
struct SampledStates {
  std::vector<measure::State> states;
  /// The environment when each of them was due.
  std::vector<game::Snapshot> snapshots;
};

/// Draws states from a recorded run without replacement: as many from every episode as possible
/// (an episode with too few distinct states leaves its share to the others), no two with the same
/// observation, ordered by episode and step. Fewer where the run has fewer distinct observations.
/// The same trace and sampling give the same states. Plays the run twice; throws Error when it does
/// not come out as recorded. `progress` is told the steps played and all steps there are to play.
SampledStates sample_states(
    const agent::Agent& agent, const episode::Trace& trace, const Sampling& sampling,
    const std::function<void(std::int64_t done, std::int64_t total)>& progress = {});

/// How many states each episode gives: `available` distinct ones each, `wanted` in all, as evenly
/// as possible, the earlier episodes first where it does not divide.
std::vector<std::int64_t> shares(const std::vector<std::int64_t>& available, std::int64_t wanted);

}  // namespace arcadecam::evaluate
