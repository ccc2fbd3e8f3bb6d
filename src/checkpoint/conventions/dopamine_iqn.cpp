// Dopamine's ImplicitQuantileNetwork (Dabney et al. 2018), JAX and TensorFlow: convolutions with
// SAME padding, Dense_0 embeds the quantile, Dense_1 and Dense_2 follow its product with the
// features.

#include <fmt/format.h>

#include <array>

#include "arcadecam/core/error.h"
#include "checkpoint/building/dopamine_online.h"
#include "checkpoint/building/flax_layers.h"
#include "checkpoint/building/implicit_quantiles.h"
#include "checkpoint/building/weight_algebra.h"

namespace arcadecam::checkpoint {
namespace {

// Dense_0 is as wide as there are features; their number is Dense_1's inputs, too. So it is in the
// dueling network of three layers, but there Dense_2 does not follow Dense_1.
bool has_layers(const DopamineOnline& online) {
  const auto kernel = [&](const char* name) {
    return online.flax.find(fmt::format("{}{}/kernel", online.prefix, name));
  };
  const std::array<nn::Weights, 3> layers{kernel("Dense_0"), kernel("Dense_1"), kernel("Dense_2")};
  if (kernel("Conv_2") == nullptr) return false;
  for (const nn::Weights& layer : layers) {
    if (layer == nullptr || layer->shape().rank() != 2) return false;
  }
  return layers[0]->shape()[1] == layers[1]->shape()[0] &&
         layers[1]->shape()[1] == layers[2]->shape()[0];
}

BuiltNetwork build_dopamine_iqn(const DopamineOnline& online, const Hints& hints) {
  const StateDict state = torch_layout(online.flax);
  const std::string& prefix = online.prefix;
  TensorTaker taker(state);
  NetworkBuilder nodes(taker);
  const FlatImage image =
      add_flax_convolutions(nodes, prefix, FlaxPadding::kSame, divisor_of(hints));
  const std::int64_t flat = image.count();
  const nn::Linear embedding = mean_layer(taker, prefix + "Dense_0", TensorTaker::kAny);
  if (embedding.weight->shape()[0] != flat) {
    throw bad_input("'{}Dense_0/kernel' has {} outputs; expected {}, one for each feature", prefix,
                    embedding.weight->shape()[0], flat);
  }
  HeadStream stream = mean_stream(taker, prefix + "Dense_1", prefix + "Dense_2", flat);
  stream.hidden.weight = columns_from_hwc(*stream.hidden.weight, image.extent, image.extent);
  const std::int64_t count =
      quantile_midpoints(flat, stream.hidden.weight->shape()[0], stream.head.weight->shape()[0]);
  const nn::Weights embeddings =
      columns_from_hwc(midpoint_embeddings(embedding, count), image.extent, image.extent);
  add_stream(nodes, {prefix + "Dense_1", prefix + "Dense_1.relu", prefix + "Dense_2"},
             mean_over_midpoints(*embeddings, stream));
  return {
      nodes.finish(),
      {fmt::format("ImplicitQuantileNetwork, the mean of {} quantiles at their midpoints", count),
       "IQN"}};
}

FoundNetwork recognise_dopamine_iqn(const StateDict& state, const Hints& hints) {
  const DopamineOnline online = dopamine_online(state);
  const bool found = may_be_dopamine(state, hints) && has_layers(online);
  return {found
              ? fmt::format("{}, '{}Dense_0' with an output for each feature that 'Dense_1' takes",
                            dopamine_evidence(online, hints), online.prefix)
              : "",
          [&hints, online] { return build_dopamine_iqn(online, hints); }};
}

}  // namespace

extern constinit const Convention dopamine_iqn_entry{
    "dopamine-iqn", "Dopamine's implicit quantile networks", "dopamine", recognise_dopamine_iqn};

}  // namespace arcadecam::checkpoint
