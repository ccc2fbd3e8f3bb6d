// Dopamine (Castro et al. 2018), JAX and TensorFlow: NatureDQNNetwork, RainbowNetwork (C51) and
// QuantileNetwork (QR-DQN, JAX alone) with SAME padding, online parameters.

#include <fmt/format.h>

#include "checkpoint/building/atoms.h"
#include "checkpoint/building/dopamine_online.h"
#include "checkpoint/building/flax_layers.h"

namespace arcadecam::checkpoint {
namespace {

// rainbow.gin's and c51.gin's support; the checkpoint does not hold it.
constexpr std::int64_t kDopamineAtoms = 51;
constexpr std::int64_t kQuantiles = 200;  // quantile.gin's

BuiltNetwork build_dopamine(const DopamineOnline& online, const Hints& hints) {
  const StateDict state = torch_layout(online.flax);
  TensorTaker taker(state);
  NetworkBuilder nodes(taker);
  const std::int64_t features =
      add_flax_nature(nodes, taker, online.prefix, FlaxPadding::kSame, divisor_of(hints));
  const std::int64_t outputs = nodes.linear(online.prefix + "Dense_1", features);
  if (outputs > kMostActions && outputs % kDopamineAtoms == 0) {
    const nn::Weights atoms = usual_support(kDopamineAtoms);
    nodes.expected_value(atoms);
    BuiltNetwork rainbow{
        nodes.finish(),
        {fmt::format("RainbowNetwork, C51 head ({})", title_of_support(*atoms)), "C51"}};
    note_usual_support(rainbow.description);
    return rainbow;
  }
  if (outputs % kQuantiles != 0)
    return {nodes.finish(), {"NatureDQNNetwork, one value per action", "DQN"}};
  nodes.mean_of_quantiles(kQuantiles, /*quantile_outermost=*/false);
  return {nodes.finish(),
          {"QuantileNetwork, the mean of 200 quantiles per action",
           "QR-DQN",
           {"The number of quantiles: 200 is assumed."}}};
}

FoundNetwork recognise_dopamine(const StateDict& state, const Hints& hints) {
  const DopamineOnline online = dopamine_online(state);
  const bool found = may_be_dopamine(state, hints) &&
                     nature_padding(online.flax, online.prefix) == FlaxPadding::kSame;
  return {found ? dopamine_evidence(online, hints) + ", convolutions padded to SAME" : "",
          [&hints, online] { return build_dopamine(online, hints); }};
}

}  // namespace

extern constinit const Convention dopamine_entry{
    "dopamine", "Dopamine's networks: DQN, C51, QR-DQN", "dopamine", recognise_dopamine};

}  // namespace arcadecam::checkpoint
