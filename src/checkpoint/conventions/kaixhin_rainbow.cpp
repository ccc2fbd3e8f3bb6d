// Kaixhin's Rainbow (after Hessel et al. 2018): noisy dueling C51, canonical or data-efficient
// (van Hasselt et al. 2019) convolutions. Playing uses the mean weights, without noise.

#include <fmt/format.h>

#include "arcadecam/core/error.h"
#include "checkpoint/network_parts.h"
#include "checkpoint/weight_algebra.h"

namespace arcadecam::checkpoint {
namespace {

std::string recognises(const StateDict& state, const Hints& /*hints*/) {
  const bool found =
      has_prefix(state, "convs.0.") && has_prefix(state, "fc_h_v.") && has_prefix(state, "fc_z_a.");
  return found ? "names start with 'convs.', 'fc_h_v.' and 'fc_z_a.'" : "";
}

nn::Linear mean_layer(StateTaker& taker, const std::string& name, std::int64_t inputs) {
  nn::Weights weight = taker.take(name + ".weight_mu", {StateTaker::kAny, inputs});
  nn::Weights bias = taker.take(name + ".bias_mu", {weight->shape()[0]});
  for (const char* noise : {".weight_sigma", ".bias_sigma", ".weight_epsilon", ".bias_epsilon"})
    taker.ignore(name + noise);
  return {std::move(weight), std::move(bias)};
}

std::int64_t data_efficient(NodeList& nodes, StateTaker& taker, float divisor) {
  const nn::Weights first =
      taker.take("convs.0.weight", {StateTaker::kAny, StateTaker::kAny, 5, 5});
  nodes.pixels(first->shape()[1], divisor);
  std::int64_t channels = nodes.conv("convs.0", first->shape()[1], 5, 5);  // 84×84 → 16×16
  nodes.add("convs.1", nn::Relu{});
  channels = nodes.conv("convs.2", channels, 5, 5);  // → 3×3
  nodes.add("convs.3", nn::Relu{});
  nodes.add("flatten", nn::Flatten{});
  return channels * 3 * 3;
}

nn::Graph build(const StateDict& state, const Hints& hints) {
  StateTaker taker(state);
  NodeList nodes(taker);
  const std::int64_t flat = has_prefix(state, "convs.4.")
                                ? nodes.nature({"convs.0", "convs.2", "convs.4"}, divisor_of(hints))
                                : data_efficient(nodes, taker, divisor_of(hints));
  const nn::Linear hidden_value = mean_layer(taker, "fc_h_v", flat);
  const nn::Linear hidden_advantage = mean_layer(taker, "fc_h_a", flat);
  const nn::Linear value = mean_layer(taker, "fc_z_v", hidden_value.weight->shape()[0]);
  const nn::Linear advantage = mean_layer(taker, "fc_z_a", hidden_advantage.weight->shape()[0]);
  const std::int64_t atoms = value.weight->shape()[0], outputs = advantage.weight->shape()[0];
  if (outputs % atoms != 0) {
    throw bad_input("the tensor 'fc_z_a.weight_mu' has {} outputs; expected a multiple of {} atoms",
                    outputs, atoms);
  }
  // Both streams side by side: one hidden layer, one layer of logits.
  nodes.linear("fc_h", {rows_below(*hidden_value.weight, *hidden_advantage.weight),
                        rows_below(*hidden_value.bias, *hidden_advantage.bias)});
  nodes.add("fc_h.relu", nn::Relu{});
  nodes.linear("fc_z", dueling_atoms(value, advantage));
  nodes.add("expected_value", nn::ExpectedValue{support(-10, 10, atoms)});
  return nodes.finish();
}

Description describe(const StateDict& state, const Hints& /*hints*/) {
  const std::int64_t atoms = state.find("fc_z_v.bias_mu")->size();
  Description description{
      fmt::format("noisy dueling C51 ({} atoms, -10 … 10), mean weights", atoms), "Rainbow"};
  description.unknown.emplace_back("The support of its distribution: -10 … 10 is assumed.");
  return description;
}

}  // namespace

extern constinit const Convention kaixhin_rainbow_entry{
    "kaixhin-rainbow", "Kaixhin's Rainbow: noisy dueling C51", "rainbow", recognises, build,
    describe};

}  // namespace arcadecam::checkpoint
