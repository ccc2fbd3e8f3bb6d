// torchrl's DuelingCnnDQNet (Bou et al. 2023) with its default layers, alone, in a QValueActor or
// in a loss of DQN. Alone it has the names of `dueling`, so that --as must say it.

#include <fmt/format.h>

#include "checkpoint/building/dueling_network.h"

namespace arcadecam::checkpoint {
namespace {

constexpr std::string_view kFirst = "features.0.weight";

// What stands in front of the network's own names; a loss holds the target network as well.
std::string prefix_of(const StateDict& state) {
  for (const auto& tensor : state.tensors) {
    if (tensor.name.ends_with(kFirst) && !tensor.name.starts_with("target_"))
      return tensor.name.substr(0, tensor.name.size() - kFirst.size());
  }
  return {};
}

// The places of a module in a sequence of TensorDictModules.
std::string recognises(const StateDict& state, const Hints& /*hints*/) {
  const std::string prefix = prefix_of(state);
  if (!prefix.ends_with("module.0.module.") || !has_prefix(state, prefix + "advantage.")) return {};
  return fmt::format("names start with '{0}features.' and '{0}advantage.'", prefix);
}

nn::Graph build(const StateDict& state, const Hints& hints) {
  StateTaker taker(state);
  taker.ignore("target_");
  return build_dueling(taker, prefix_of(state),
                       activation_of(hints, nn::Activation{nn::Activation::Kind::kElu}),
                       divisor_of(hints));
}

Description describe(const StateDict& /*state*/, const Hints& /*hints*/) {
  return {"DuelingCnnDQNet, one value an action", "DQN"};
}

// ToTensorImage divides the pixels, in the environment.
Assumptions assumes(const StateDict& /*state*/, const Hints& /*hints*/) {
  return {"ELU, torchrl's default,", "255"};
}

}  // namespace

extern constinit const Convention torchrl_entry{
    "torchrl", "torchrl's dueling DQN (DuelingCnnDQNet)", "", recognises, build, describe, false,
    assumes};

}  // namespace arcadecam::checkpoint
