// Dopamine (Castro et al. 2018), JAX and TensorFlow: NatureDQNNetwork, RainbowNetwork (C51) and
// QuantileNetwork (QR-DQN, JAX alone) with SAME padding, online parameters.

#include <fmt/format.h>

#include <array>

#include "arcadecam/core/error.h"
#include "checkpoint/flax_layers.h"
#include "checkpoint/weight_algebra.h"

namespace arcadecam::checkpoint {
namespace {

// rainbow.gin's and c51.gin's support; the checkpoint does not hold it.
constexpr std::int64_t kAtoms = 51;
constexpr std::int64_t kQuantiles = 200;  // quantile.gin's
constexpr std::int64_t kMostActions = 18;

// TensorFlow's names for them: those of slim, and of Keras after it.
constexpr std::array<std::pair<std::string_view, std::string_view>, 5> kLayers{
    {{"Online/Conv/", "params/Conv_0/"},
     {"Online/Conv_1/", "params/Conv_1/"},
     {"Online/Conv_2/", "params/Conv_2/"},
     {"Online/fully_connected/", "params/Dense_0/"},
     {"Online/fully_connected_1/", "params/Dense_1/"}}};

bool is_tensorflow(const StateDict& state) {
  return has_prefix(state, kLayers[0].first);
}

// The online network alone, under flax's names; the layout is the same. What else there is of it
// stays as it is, to be refused.
StateDict flax_names(const StateDict& state) {
  if (!is_tensorflow(state)) return state;
  StateDict result;
  for (const auto& [name, tensor] : state.tensors) {
    if (!name.starts_with("Online/")) continue;  // the target network
    std::string renamed = name;
    for (const auto& [from, to] : kLayers) {
      const std::string kind = name.starts_with(from) ? name.substr(from.size()) : "";
      if (kind == "weights" || kind == "kernel") renamed = std::string(to) + "kernel";
      if (kind == "biases" || kind == "bias") renamed = std::string(to) + "bias";
    }
    // What the optimiser remembers of a weight is named after it.
    const bool slot = name.ends_with("/RMSProp") || name.ends_with("/RMSProp_1") ||
                      name.ends_with("/RMSProp_2") || name.ends_with("/Adam") ||
                      name.ends_with("/Adam_1");
    if (!slot) result.tensors.push_back({renamed, tensor});
  }
  return result;
}

std::string online(const StateDict& state) {
  for (const char* prefix : {"online_params/params/", "online_params/", "params/"}) {
    if (state.find(std::string(prefix) + "Conv_0/kernel") != nullptr) return prefix;
  }
  return flax_prefix(state).value_or("params/");
}

std::string recognises(const StateDict& state, const Hints& hints) {
  if (hints.source == "tensorflow" && is_tensorflow(state) &&
      nature_padding(flax_names(state), "params/") == FlaxPadding::kSame) {
    return "'Online/Conv' in a TensorFlow checkpoint, convolutions padded to SAME";
  }
  if (hints.source != "flax" && hints.source != "dopamine") return {};
  if (nature_padding(state, online(state)) != FlaxPadding::kSame) return {};
  return fmt::format("'{}Conv_0/kernel' in flax's layout, convolutions padded to SAME",
                     online(state));
}

bool is_distribution(const StateDict& state) {
  const nn::Weights bias = state.find(online(state) + "Dense_1/bias");
  return bias != nullptr && bias->size() > kMostActions && bias->size() % kAtoms == 0;
}

bool has_quantiles(const StateDict& state) {
  const nn::Weights bias = state.find(online(state) + "Dense_1/bias");
  return bias != nullptr && bias->size() % kQuantiles == 0 && !is_distribution(state);
}

nn::Graph build(const StateDict& stored, const Hints& hints) {
  const StateDict flax = flax_names(stored);
  const StateDict state = torch_layout(flax);
  const std::string prefix = online(flax);
  StateTaker taker(state);
  NodeList nodes(taker);
  const std::int64_t features =
      add_flax_nature(nodes, taker, prefix, FlaxPadding::kSame, divisor_of(hints));
  nodes.linear(prefix + "Dense_1", features);
  if (is_distribution(flax))
    nodes.add("expected_value", nn::ExpectedValue{support(-10, 10, kAtoms)});
  if (has_quantiles(flax)) {
    nodes.replace_last([](const nn::Linear& head, const std::string& /*name*/) {
      return mean_of_quantiles(head, kQuantiles, /*quantile_outermost=*/false);
    });
  }
  if (prefix.starts_with("online_params/")) taker.ignore("target_network_params/");
  if (prefix.starts_with("online_params/")) taker.ignore("target_params/");
  return nodes.finish();
}

Description describe(const StateDict& stored, const Hints& /*hints*/) {
  const StateDict state = flax_names(stored);
  if (has_quantiles(state)) {
    Description quantiles{"QuantileNetwork, the mean of 200 quantiles an action", "QR-DQN"};
    quantiles.unknown.emplace_back("The number of quantiles: 200 is assumed.");
    return quantiles;
  }
  if (!is_distribution(state)) return {"NatureDQNNetwork, one value an action", "DQN"};
  Description rainbow{"RainbowNetwork, C51 head (51 atoms, -10 … 10)", "C51"};
  rainbow.unknown.emplace_back("The support of its distribution: -10 … 10 is assumed.");
  return rainbow;
}

}  // namespace

extern constinit const Convention dopamine_entry{
    "dopamine", "Dopamine's networks: DQN, C51, QR-DQN", "dopamine", recognises, build, describe};

}  // namespace arcadecam::checkpoint
