// Dopamine (Castro et al. 2018), JAX and TensorFlow: NatureDQNNetwork, RainbowNetwork (C51) and
// QuantileNetwork (QR-DQN, JAX alone) with SAME padding, online parameters.

#include "checkpoint/building/dopamine_online.h"
#include "checkpoint/building/flax_layers.h"
#include "checkpoint/building/weight_algebra.h"

namespace arcadecam::checkpoint {
namespace {

// rainbow.gin's and c51.gin's support; the checkpoint does not hold it.
constexpr std::int64_t kAtoms = 51;
constexpr std::int64_t kQuantiles = 200;  // quantile.gin's

std::string recognises(const StateDict& state, const Hints& hints) {
  if (!may_be_dopamine(state, hints)) return {};
  const DopamineOnline online = dopamine_online(state);
  if (nature_padding(online.flax, online.prefix) != FlaxPadding::kSame) return {};
  return dopamine_evidence(online, hints) + ", convolutions padded to SAME";
}

std::int64_t outputs_of(const DopamineOnline& online) {
  const nn::Weights bias = online.flax.find(online.prefix + "Dense_1/bias");
  return bias == nullptr ? 0 : bias->size();
}

bool is_distribution(const DopamineOnline& online) {
  return outputs_of(online) > kMostActions && outputs_of(online) % kAtoms == 0;
}

bool has_quantiles(const DopamineOnline& online) {
  return outputs_of(online) > 0 && outputs_of(online) % kQuantiles == 0 && !is_distribution(online);
}

nn::Graph build(const StateDict& stored, const Hints& hints) {
  const DopamineOnline online = dopamine_online(stored);
  const StateDict state = torch_layout(online.flax);
  const std::string& prefix = online.prefix;
  StateTaker taker(state);
  NodeList nodes(taker);
  const std::int64_t features =
      add_flax_nature(nodes, taker, prefix, FlaxPadding::kSame, divisor_of(hints));
  nodes.linear(prefix + "Dense_1", features);
  if (is_distribution(online))
    nodes.add("expected_value", nn::ExpectedValue{support(-10, 10, kAtoms)});
  if (has_quantiles(online)) {
    nodes.replace_last([](const nn::Linear& head, const std::string& /*name*/) {
      return mean_of_quantiles(head, kQuantiles, /*quantile_outermost=*/false);
    });
  }
  return nodes.finish();
}

Description describe(const StateDict& stored, const Hints& /*hints*/) {
  const DopamineOnline online = dopamine_online(stored);
  if (has_quantiles(online)) {
    Description quantiles{"QuantileNetwork, the mean of 200 quantiles an action", "QR-DQN"};
    quantiles.unknown.emplace_back("The number of quantiles: 200 is assumed.");
    return quantiles;
  }
  if (!is_distribution(online)) return {"NatureDQNNetwork, one value an action", "DQN"};
  Description rainbow{"RainbowNetwork, C51 head (51 atoms, -10 … 10)", "C51"};
  rainbow.unknown.emplace_back("The support of its distribution: -10 … 10 is assumed.");
  return rainbow;
}

}  // namespace

extern constinit const Convention dopamine_entry{
    "dopamine", "Dopamine's networks: DQN, C51, QR-DQN", "dopamine", recognises, build, describe};

}  // namespace arcadecam::checkpoint
