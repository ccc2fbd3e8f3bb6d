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
std::string recognises(const StateDict& state, const Hints& hints) {
  if (!may_be_dopamine(state, hints)) return {};
  const DopamineOnline online = dopamine_online(state);
  const auto kernel = [&](const char* name) {
    return online.flax.find(fmt::format("{}{}/kernel", online.prefix, name));
  };
  const std::array<nn::Weights, 3> layers{kernel("Dense_0"), kernel("Dense_1"), kernel("Dense_2")};
  if (kernel("Conv_2") == nullptr) return {};
  for (const nn::Weights& layer : layers) {
    if (layer == nullptr || layer->shape().rank() != 2) return {};
  }
  for (std::size_t i = 0; i < 2; ++i) {
    if (layers[i]->shape()[1] != layers[i + 1]->shape()[0]) return {};
  }
  return fmt::format("{}, '{}Dense_0' with an output for each feature that 'Dense_1' takes",
                     dopamine_evidence(online, hints), online.prefix);
}

nn::Linear dense(StateTaker& taker, const std::string& name, std::int64_t inputs) {
  nn::Weights weight = taker.take(name + ".weight", {StateTaker::kAny, inputs});
  nn::Weights bias = taker.take(name + ".bias", {weight->shape()[0]});
  return {std::move(weight), std::move(bias)};
}

nn::Graph build(const StateDict& stored, const Hints& hints) {
  const DopamineOnline online = dopamine_online(stored);
  const StateDict state = torch_layout(online.flax);
  const std::string& prefix = online.prefix;
  StateTaker taker(state);
  NodeList nodes(taker);
  const FlaxImage image =
      add_flax_convolutions(nodes, taker, prefix, FlaxPadding::kSame, divisor_of(hints));
  const std::int64_t flat = image.channels * image.extent * image.extent;
  const nn::Linear embedding = dense(taker, prefix + "Dense_0", StateTaker::kAny);
  if (embedding.weight->shape()[0] != flat) {
    throw bad_input("'{}Dense_0/kernel' has {} outputs; expected {}, one for each feature", prefix,
                    embedding.weight->shape()[0], flat);
  }
  Stream stream;
  stream.hidden = dense(taker, prefix + "Dense_1", flat);
  stream.hidden.weight = columns_from_hwc(*stream.hidden.weight, image.extent, image.extent);
  stream.head = dense(taker, prefix + "Dense_2", stream.hidden.weight->shape()[0]);
  const std::int64_t count =
      quantile_midpoints(flat, stream.hidden.weight->shape()[0], stream.head.weight->shape()[0]);
  const nn::Weights embeddings =
      columns_from_hwc(midpoint_embeddings(embedding, count), image.extent, image.extent);
  const Stream mean = mean_over_midpoints(*embeddings, stream);
  nodes.linear(prefix + "Dense_1", mean.hidden);
  nodes.add(prefix + "Dense_1.relu", nn::Relu{});
  nodes.linear(prefix + "Dense_2", mean.head);
  return nodes.finish();
}

Description describe(const StateDict& stored, const Hints& /*hints*/) {
  const DopamineOnline online = dopamine_online(stored);
  const Shape shape = online.flax.find(online.prefix + "Dense_1/kernel")->shape();
  const std::int64_t actions = online.flax.find(online.prefix + "Dense_2/bias")->size();
  return {fmt::format("ImplicitQuantileNetwork, the mean of {} quantiles at their midpoints",
                      quantile_midpoints(shape[0], shape[1], actions)),
          "IQN"};
}

}  // namespace

extern constinit const Convention dopamine_iqn_entry{
    "dopamine-iqn", "Dopamine's implicit quantile networks", "dopamine", recognises, build,
    describe};

}  // namespace arcadecam::checkpoint
