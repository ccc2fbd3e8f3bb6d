// d3rlpy (Seno & Imai 2022), discrete algorithms on PixelEncoder: one value per action, the mean of
// quantiles or of several critics; of SAC and behaviour cloning the policy's logits. The config
// says whether pixels are divided by 255.

#include <fmt/format.h>

#include "arcadecam/core/error.h"
#include "checkpoint/building/network_builder.h"

namespace arcadecam::checkpoint {
namespace {

constexpr const char* kLayers = "_encoder._cnn_layers.";

std::string network_name(int critic) {
  return fmt::format("{}.", critic);
}

// A policy stands alone, critics are numbered.
struct Networks {
  bool policy = false;
  int critics = 0;
};

Networks networks_of(const StateDict& state) {
  if (has_prefix(state, kLayers)) return {.policy = true};
  Networks found;
  while (has_prefix(state, network_name(found.critics) + kLayers)) ++found.critics;
  return found;
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

std::int64_t d3rlpy_quantiles_of(const Hints& hints) {
  const auto said = hints.facts.number("n_quantiles");
  const bool fits = is(hints, "q_func", "qr") && said && *said >= 1 && *said <= 1e6;
  return fits ? static_cast<std::int64_t>(*said) : 1;
}

// A layer's outputs divided by `critics`.
nn::Linear part_of_mean(const nn::Linear& head, int critics) {
  const auto divided = [&](const nn::Weights& weights) {
    auto part = std::make_shared<Tensor>(*weights);
    for (float& value : part->values()) value /= static_cast<float>(critics);
    return nn::Weights(std::move(part));
  };
  return {divided(head.weight), divided(head.bias)};
}

std::string d3rlpy_algorithm_of(const Hints& hints, bool policy, std::int64_t quantiles) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 4> kOthers{
      {{"discrete_cql", "CQL"}, {"discrete_bcq", "BCQ"}, {"nfq", "NFQ"}, {"discrete_bc", "BC"}}};
  for (const auto& [type, name] : kOthers) {
    if (is(hints, "algorithm", type)) return std::string(name);
  }
  if (policy) return "SAC";
  return quantiles == 1 ? "DQN" : "QR-DQN";
}

Description describe_d3rlpy(const Hints& hints, const Networks& networks, std::int64_t quantiles) {
  const bool scaled = is(hints, "observation_scaler", "pixel");
  std::string says = networks.policy  ? "the policy's logits"
                     : quantiles == 1 ? "one value per action"
                                      : fmt::format("the mean of {} quantiles", quantiles);
  if (networks.critics > 1) says += fmt::format(", the mean of {} critics", networks.critics);
  Description description{
      fmt::format("PixelEncoder, {}, pixels {}", says, scaled ? "divided by 255" : "as they are")};
  if (!networks.policy || hints.facts.text("algorithm"))
    description.algorithm = d3rlpy_algorithm_of(hints, networks.policy, quantiles);
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
  if (!hints.facts.text("activation")) description.assumed.activation = "ReLU, d3rlpy's default,";
  return description;
}

BuiltNetwork build_d3rlpy(const StateDict& state, const Hints& hints, const Networks& networks) {
  check_config(hints);
  TensorTaker taker(state);
  NetworkBuilder nodes(taker, activation_of(hints));
  const float usual = is(hints, "observation_scaler", "pixel") ? 255.0F : 1.0F;
  const std::int64_t quantiles = networks.policy ? 1 : d3rlpy_quantiles_of(hints);
  const int count = networks.policy ? 1 : networks.critics;
  int sum = -1;
  for (int critic = 0; critic < count; ++critic) {
    const std::string name = networks.policy ? "" : network_name(critic);
    const std::string layers = name + kLayers;
    const std::array<std::string, 3> convolutions{layers + "0", layers + "2", layers + "4"};
    const std::int64_t flat = critic == 0 ? nodes.nature(convolutions, divisor_of(hints, usual))
                                          : nodes.nature_again(convolutions, name + "_encoder");
    const std::int64_t hidden = nodes.linear(name + "_encoder._last_layers.0", flat);
    nodes.activation(name + "_encoder._last_layers.1");
    nodes.linear(name + "_fc", hidden);
    if (quantiles > 1) nodes.mean_of_quantiles(quantiles, /*quantile_outermost=*/false);
    if (count > 1) {
      nodes.replace_last([&](const nn::Linear& head) { return part_of_mean(head, count); });
    }
    sum = critic == 0 ? nodes.last()
                      : nodes.add(fmt::format("mean.{}", critic), nn::Add{}, {sum, nodes.last()});
  }
  if (networks.policy) nodes.last_is_policy();
  return {nodes.finish(), describe_d3rlpy(hints, networks, quantiles)};
}

FoundNetwork recognise_d3rlpy(const StateDict& state, const Hints& hints) {
  const Networks networks = networks_of(state);
  return {networks.policy        ? "names start with '_encoder._cnn_layers.'"
          : networks.critics > 0 ? "names start with '0._encoder._cnn_layers.'"
                                 : "",
          [&state, &hints, networks] { return build_d3rlpy(state, hints, networks); }};
}

}  // namespace

extern constinit const Convention d3rlpy_entry{
    "d3rlpy", "d3rlpy's discrete algorithms: DQN, QR-DQN, CQL, BCQ, SAC, BC", "d3rlpy",
    recognise_d3rlpy};

}  // namespace arcadecam::checkpoint
