// Dopamine (Castro et al. 2018), JAX: NatureDQNNetwork and RainbowNetwork (C51) with SAME padding,
// online parameters.

#include <fmt/format.h>

#include "arcadecam/core/error.h"
#include "checkpoint/flax_layers.h"
#include "checkpoint/weight_algebra.h"

namespace arcadecam::checkpoint {
namespace {

// rainbow.gin's and c51.gin's support; the checkpoint does not hold it.
constexpr std::int64_t kAtoms = 51;
constexpr std::int64_t kMostActions = 18;

std::string online(const StateDict& state) {
  for (const char* prefix : {"online_params/params/", "online_params/", "params/"}) {
    if (state.find(std::string(prefix) + "Conv_0/kernel") != nullptr) return prefix;
  }
  return flax_prefix(state).value_or("params/");
}

std::string recognises(const StateDict& state, const Hints& hints) {
  if (hints.source != "flax" && hints.source != "dopamine") return {};
  if (nature_padding(state, online(state)) != FlaxPadding::kSame) return {};
  return fmt::format("'{}Conv_0/kernel' in flax's layout, convolutions padded to SAME",
                     online(state));
}

bool is_distribution(const StateDict& state) {
  const nn::Weights bias = state.find(online(state) + "Dense_1/bias");
  return bias != nullptr && bias->size() > kMostActions && bias->size() % kAtoms == 0;
}

nn::Graph build(const StateDict& flax, const Hints& hints) {
  const StateDict state = torch_layout(flax);
  const std::string prefix = online(flax);
  StateTaker taker(state);
  NodeList nodes(taker);
  const std::int64_t features =
      add_flax_nature(nodes, taker, prefix, FlaxPadding::kSame, divisor_of(hints));
  nodes.linear(prefix + "Dense_1", features);
  if (is_distribution(flax))
    nodes.add("expected_value", nn::ExpectedValue{support(-10, 10, kAtoms)});
  if (prefix.starts_with("online_params/")) taker.ignore("target_network_params/");
  if (prefix.starts_with("online_params/")) taker.ignore("target_params/");
  return nodes.finish();
}

Description describe(const StateDict& state, const Hints& /*hints*/) {
  if (!is_distribution(state)) return {"NatureDQNNetwork, one value an action", "DQN"};
  Description rainbow{"RainbowNetwork, C51 head (51 atoms, -10 … 10)", "C51"};
  rainbow.unknown.emplace_back("The support of its distribution: -10 … 10 is assumed.");
  return rainbow;
}

}  // namespace

extern constinit const Convention dopamine_entry{
    "dopamine", "Dopamine's JAX networks: DQN, C51", "dopamine", recognises, build, describe};

}  // namespace arcadecam::checkpoint
