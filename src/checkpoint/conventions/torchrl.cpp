// torchrl's DuelingCnnDQNet (Bou et al. 2023) with its default layers, alone, in a QValueActor or
// in a loss of DQN. Alone it has the names of `dueling`, so that --as must say it.

#include <fmt/format.h>

#include "checkpoint/building/dueling_network.h"

namespace arcadecam::checkpoint {
namespace {

constexpr std::string_view kTorchrlFirst = "features.0.weight";

// What stands in front of the network's own names; a loss holds the target network as well.
std::string torchrl_prefix_of(const StateDict& state) {
  for (const auto& tensor : state.tensors) {
    if (tensor.name.ends_with(kTorchrlFirst) && !tensor.name.starts_with("target_"))
      return tensor.name.substr(0, tensor.name.size() - kTorchrlFirst.size());
  }
  return {};
}

BuiltNetwork build_torchrl(const StateDict& state, const Hints& hints, const std::string& prefix) {
  TensorTaker taker(state);
  taker.ignore("target_");
  // ToTensorImage divides the pixels, in the environment.
  return {
      build_dueling(taker, prefix, activation_of(hints, nn::Activation{nn::Activation::Kind::kElu}),
                    divisor_of(hints)),
      {.network = "DuelingCnnDQNet, one value per action",
       .algorithm = "DQN",
       .assumed = {"ELU, torchrl's default,", "255"}}};
}

FoundNetwork recognise_torchrl(const StateDict& state, const Hints& hints) {
  const std::string prefix = torchrl_prefix_of(state);
  // The places of a module in a sequence of TensorDictModules.
  const bool found =
      prefix.ends_with("module.0.module.") && has_prefix(state, prefix + "advantage.");
  return {found ? fmt::format("names start with '{0}features.' and '{0}advantage.'", prefix) : "",
          [&state, &hints, prefix] { return build_torchrl(state, hints, prefix); }};
}

}  // namespace

extern constinit const Convention torchrl_entry{
    "torchrl", "torchrl's dueling DQN (DuelingCnnDQNet)", "", recognise_torchrl};

}  // namespace arcadecam::checkpoint
