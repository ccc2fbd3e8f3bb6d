// d3rlpy (Seno & Imai 2022), discrete algorithms on PixelEncoder: one value an action, the mean of
// quantiles or of several critics; of SAC and behaviour cloning the policy's logits. The config
// says whether pixels are divided by 255.

#include <fmt/format.h>

#include "arcadecam/core/error.h"
#include "checkpoint/building/network_builder.h"
#include "checkpoint/building/weight_algebra.h"

namespace arcadecam::checkpoint {
namespace {

constexpr std::string_view kLayers = "_encoder._cnn_layers.";

// A policy stands alone, critics are numbered.
bool is_policy(const StateDict& state) {
  return has_prefix(state, kLayers);
}

std::string network_name(int critic) {
  return fmt::format("{}.", critic);
}

int critics_of(const StateDict& state) {
  int count = 0;
  while (has_prefix(state, network_name(count) + std::string(kLayers))) ++count;
  return count;
}

std::string recognises(const StateDict& state, const Hints& /*hints*/) {
  if (is_policy(state)) return "names start with '_encoder._cnn_layers.'";
  return critics_of(state) > 0 ? "names start with '0._encoder._cnn_layers.'" : "";
}

bool is(const Hints& hints, std::string_view name, std::string_view value) {
  const auto found = hints.facts.text(name);
  return found && *found == value;
}

void check_config(const Hints& hints) {
  const auto kind = hints.facts.text("q_func");
  if (kind && *kind != "mean" && *kind != "qr")
    throw bad_input("its q_func is '{}'; expected mean or qr", *kind);
  const auto activation = hints.facts.text("activation");
  if (activation && *activation != "relu")
    throw bad_input("its activation is '{}'; expected relu", *activation);
}

std::int64_t quantiles_of(const StateDict& state, const Hints& hints) {
  const auto said = hints.facts.number("n_quantiles");
  const bool fits = is(hints, "q_func", "qr") && said && *said >= 1 && *said <= 1e6;
  return fits && !is_policy(state) ? static_cast<std::int64_t>(*said) : 1;
}

// A network's last layer, its outputs divided by `critics`.
nn::Linear head_of(const nn::Linear& head, const std::string& name, std::int64_t quantiles,
                   int critics) {
  if (head.weight->shape()[0] % quantiles != 0) {
    throw bad_input("the tensor '{}.weight' has {} outputs; expected a multiple of {} quantiles",
                    name, head.weight->shape()[0], quantiles);
  }
  nn::Linear mean =
      quantiles == 1 ? head : mean_of_quantiles(head, quantiles, /*quantile_outermost=*/false);
  if (critics == 1) return mean;
  const auto divided = [&](const nn::Weights& weights) {
    auto part = std::make_shared<Tensor>(*weights);
    for (float& value : part->values()) value /= static_cast<float>(critics);
    return nn::Weights(std::move(part));
  };
  return {divided(mean.weight), divided(mean.bias)};
}

nn::Graph build(const StateDict& state, const Hints& hints) {
  check_config(hints);
  StateTaker taker(state);
  NodeList nodes(taker, activation_of(hints));
  const float usual = is(hints, "observation_scaler", "pixel") ? 255.0F : 1.0F;
  const int critics = is_policy(state) ? 1 : critics_of(state);
  int sum = -1;
  for (int critic = 0; critic < critics; ++critic) {
    const std::string name = is_policy(state) ? "" : network_name(critic);
    const std::string layers = name + std::string(kLayers);
    const std::array<std::string, 3> convolutions{layers + "0", layers + "2", layers + "4"};
    const std::int64_t flat = critic == 0 ? nodes.nature(convolutions, divisor_of(hints, usual))
                                          : nodes.nature_again(convolutions, name + "_encoder");
    const std::int64_t hidden = nodes.linear(name + "_encoder._last_layers.0", flat);
    nodes.activation(name + "_encoder._last_layers.1");
    nodes.linear(name + "_fc", hidden);
    nodes.replace_last([&](const nn::Linear& head, const std::string& tensor) {
      return head_of(head, tensor, quantiles_of(state, hints), critics);
    });
    sum = critic == 0 ? nodes.last()
                      : nodes.add(fmt::format("mean.{}", critic), nn::Add{}, {sum, nodes.last()});
  }
  if (is_policy(state)) nodes.last_is_policy();
  return nodes.finish();
}

std::string algorithm_of(const Hints& hints, bool policy, std::int64_t quantiles) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 4> kOthers{
      {{"discrete_cql", "CQL"}, {"discrete_bcq", "BCQ"}, {"nfq", "NFQ"}, {"discrete_bc", "BC"}}};
  for (const auto& [type, name] : kOthers) {
    if (is(hints, "algorithm", type)) return std::string(name);
  }
  if (policy) return "SAC";
  return quantiles == 1 ? "DQN" : "QR-DQN";
}

// Of the pixels describe() speaks.
Assumptions assumes(const StateDict& /*state*/, const Hints& hints) {
  return {hints.facts.text("activation") ? "" : "ReLU, d3rlpy's default,", {}};
}

Description describe(const StateDict& state, const Hints& hints) {
  const std::int64_t quantiles = quantiles_of(state, hints);
  const bool scaled = is(hints, "observation_scaler", "pixel"), policy = is_policy(state);
  const int critics = critics_of(state);
  std::string says = policy           ? "the policy's logits"
                     : quantiles == 1 ? "one value an action"
                                      : fmt::format("the mean of {} quantiles", quantiles);
  if (critics > 1) says += fmt::format(", the mean of {} critics", critics);
  Description description{
      fmt::format("PixelEncoder, {}, pixels {}", says, scaled ? "divided by 255" : "as they are")};
  if (!policy || hints.facts.text("algorithm"))
    description.algorithm = algorithm_of(hints, policy, quantiles);
  if (description.algorithm == "BCQ") {
    description.unknown.emplace_back(
        "Which actions its imitator rules out: BCQ plays only those that the data make likely; "
        "here all are allowed.");
  }
  if (!hints.facts.text("observation_scaler") && !hints.divisor) {
    description.unknown.emplace_back(
        "Whether the network divides the pixels by 255: not without a config (give --divide-by "
        "255 if it does).");
  }
  return description;
}

}  // namespace

extern constinit const Convention d3rlpy_entry{
    "d3rlpy", "d3rlpy's discrete algorithms: DQN, QR-DQN, CQL, BCQ, SAC, BC",
    "d3rlpy", recognises,
    build,    describe,
    false,    assumes};

}  // namespace arcadecam::checkpoint
