#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "agent/agent.h"
#include "episode/trace.h"
#include "measure/state.h"

namespace arcadecam::evaluate {

/// States that an agent is measured on but did not bring about: so that maps of several agents are
/// compared, and not how they play.

/// Throws Error where `trace` cannot give states for `agent`: another game, another set of actions,
/// or observations that its network does not take.
void check_takes(const agent::Agent& agent, const episode::Trace& trace);

/// The action of every state becomes the one that `agent` itself would take there: the largest
/// output's. `engine` computes it.
void take_own_actions(const agent::Agent& agent, const std::string& engine,
                      std::vector<measure::State>& states);

/// The first `most` observations of a .npy file of bytes, N×(the network's input). Each is an
/// episode of its own, for nothing says which belong together; measures that need the game, the
/// steps around a state or its objects say nothing of them. Throws Error where the file is another.
std::vector<measure::State> states_of_array(const agent::Agent& agent,
                                            const std::filesystem::path& file, std::int64_t most);

}  // namespace arcadecam::evaluate
