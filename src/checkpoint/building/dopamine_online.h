#pragma once

#include <string>

#include "checkpoint/building/network_builder.h"

namespace arcadecam::checkpoint {

// Dopamine (Castro et al. 2018) stores an online and a target network, in JAX and in TensorFlow.

/// The online network alone, under flax's names and in flax's layout. What else is the agent's (the
/// target network, what TensorFlow's optimisers remember) is left out; anything beyond stays in it,
/// to be refused.
struct DopamineOnline {
  StateDict flax;
  std::string prefix;  ///< of its layers: "online_params/params/", "params/", …
};
DopamineOnline dopamine_online(const StateDict& stored);

/// Whether the container is one that Dopamine's agents are stored in.
bool may_be_dopamine(const StateDict& stored, const Hints& hints);

/// "'online_params/params/Conv_0/kernel' in flax's layout", or what says the same of TensorFlow's.
std::string dopamine_evidence(const DopamineOnline& online, const Hints& hints,
                              const std::string& layer = "Conv_0");

}  // namespace arcadecam::checkpoint
