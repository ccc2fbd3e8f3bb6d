#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "agent/agent.h"
#include "app/interrupt.h"
#include "app/options/game_switches.h"
#include "evaluate/states.h"

namespace arcadecam::app {

/// Which states an agent is measured on, as `evaluate` is asked for them.
struct StateOptions {
  std::int64_t states = 500, episodes = 10;
  std::uint64_t seed = 0;
  double epsilon = 0.001;
  std::string engine = "cpu";
  GameSwitches switches;
  int jobs = 1;
  /// A trace, a .npy file of observations or another agent; empty: the agent's own run.
  std::string from;
};

/// Throws Error, before anything is written, where states_of() could not play the agent's game: for
/// switches that it does not have, and for a missing ROM unless the states are an array's.
void check_playable(const agent::Agent& agent, const StateOptions& options);

/// What tells such a source from others: "none", or the content's digest.
std::string source_of_states(const StateOptions& options);

/// The file with the run of an agent that gives the states of all.
inline constexpr const char* kGivenRun = "states.jsonl.gz";

/// The file with the run that states of an agent are drawn from.
std::string trace_name(const agent::Agent& agent);

/// For Interrupt::stop().
std::string continues(const std::filesystem::path& out);

std::string switch_text(const std::optional<int>& value);

/// The states of an agent, by the run in `out`, which is played now where no earlier call did, or
/// by the options' source; none where interrupted. The agent takes the protocol of the run.
evaluate::SampledStates states_of(agent::Agent& agent, const StateOptions& options,
                                  const std::filesystem::path& out, const Interrupt& interrupt);

}  // namespace arcadecam::app
