// Dopamine's ImplicitQuantileNetwork (Dabney et al. 2018) in JAX: convolutions with SAME padding,
// Dense_0 embeds the quantile, Dense_1 and Dense_2 follow its product with the features.

#include <fmt/format.h>

#include "arcadecam/core/error.h"
#include "checkpoint/flax_layers.h"
#include "checkpoint/implicit_quantiles.h"
#include "checkpoint/weight_algebra.h"

namespace arcadecam::checkpoint {
namespace {

std::string online(const StateDict& state) {
  for (const char* prefix : {"online_params/params/", "online_params/", "params/"}) {
    if (state.find(std::string(prefix) + "Conv_0/kernel") != nullptr) return prefix;
  }
  return "params/";
}

// Dense_0 is as wide as there are features; their number is Dense_1's inputs, too.
std::string recognises(const StateDict& state, const Hints& hints) {
  if (hints.source != "flax" && hints.source != "dopamine") return {};
  const std::string prefix = online(state);
  const nn::Weights embedding = state.find(prefix + "Dense_0/kernel"),
                    hidden = state.find(prefix + "Dense_1/kernel");
  if (state.find(prefix + "Conv_2/kernel") == nullptr || embedding == nullptr ||
      hidden == nullptr || state.find(prefix + "Dense_2/kernel") == nullptr) {
    return {};
  }
  if (embedding->shape().rank() != 2 || hidden->shape().rank() != 2 ||
      embedding->shape()[1] != hidden->shape()[0]) {
    return {};
  }
  return fmt::format("'{}Dense_0/kernel' has an output for each feature that 'Dense_1' takes",
                     prefix);
}

nn::Linear dense(StateTaker& taker, const std::string& name, std::int64_t inputs) {
  nn::Weights weight = taker.take(name + ".weight", {StateTaker::kAny, inputs});
  nn::Weights bias = taker.take(name + ".bias", {weight->shape()[0]});
  return {std::move(weight), std::move(bias)};
}

nn::Graph build(const StateDict& flax, const Hints& hints) {
  const StateDict state = torch_layout(flax);
  const std::string prefix = online(flax);
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
  if (prefix.starts_with("online_params/")) {
    taker.ignore("target_network_params/");
    taker.ignore("target_params/");
  }
  return nodes.finish();
}

Description describe(const StateDict& state, const Hints& /*hints*/) {
  const Shape shape = state.find(online(state) + "Dense_1/kernel")->shape();
  const std::int64_t actions = state.find(online(state) + "Dense_2/bias")->size();
  return {fmt::format("ImplicitQuantileNetwork, the mean of {} quantiles at their midpoints",
                      quantile_midpoints(shape[0], shape[1], actions)),
          "IQN"};
}

}  // namespace

extern constinit const Convention dopamine_iqn_entry{
    "dopamine-iqn", "Dopamine's JAX implicit quantile networks", "dopamine", recognises, build,
    describe};

}  // namespace arcadecam::checkpoint
