// Tianshou (Weng et al. 2022), networks of tianshou.env.atari: DQN, C51, QR-DQN, Rainbow, in a
// policy's state dict. Their pixels are not divided by 255 unless a ScaledObsInput module does it
// or the environment did.

#include <fmt/format.h>

#include <optional>

#include "checkpoint/building/atoms.h"
#include "checkpoint/building/network_builder.h"
#include "checkpoint/building/streams.h"
#include "checkpoint/building/tianshou_policy.h"

namespace arcadecam::checkpoint {
namespace {

struct Place {
  std::string network;  // "model.", "policy.model.module.", …
  bool scaled, rainbow;
};

std::optional<Place> place_of(const StateDict& state) {
  for (const char* policy : {"", "policy."}) {
    for (const char* module : {"model.", "model.module.", "model.net.module."}) {
      const std::string network = std::string(policy) + module;
      const bool scaled = network.ends_with("module.");
      if (has_prefix(state, network + "net.0.0.")) return Place{network, scaled, false};
      if (has_prefix(state, network + "Q.0.") && has_prefix(state, network + "net.0."))
        return Place{network, scaled, true};
    }
  }
  return std::nullopt;
}

// A policy of Tianshou 2 alone does not say how many quantiles it has: no game has as many actions.
constexpr std::int64_t kTianshouUsualQuantiles = 200;

bool has_unsaid_quantiles(std::int64_t outputs) {
  return outputs > kMostActions && outputs % kTianshouUsualQuantiles == 0;
}

nn::Weights find_ending(const StateDict& state, const std::string& name) {
  const nn::Weights plain = state.find(name);
  return plain != nullptr ? plain : state.find("policy." + name);
}

// A layer, or the mean of a noisy one.
nn::Linear tianshou_layer(const StateDict& state, TensorTaker& taker, const std::string& name,
                          std::int64_t inputs) {
  const bool noisy = state.find(name + ".mu_W") != nullptr;
  nn::Weights weight =
      taker.take(name + (noisy ? ".mu_W" : ".weight"), {TensorTaker::kAny, inputs});
  nn::Weights bias = taker.take(name + (noisy ? ".mu_bias" : ".bias"), {weight->shape()[0]});
  taker.ignore(name + ".");
  return {std::move(weight), std::move(bias)};
}

HeadStream tianshou_stream(const StateDict& state, TensorTaker& taker, const std::string& name,
                           std::int64_t flat) {
  nn::Linear hidden = tianshou_layer(state, taker, name + ".0", flat);
  nn::Linear head = tianshou_layer(state, taker, name + ".2", hidden.weight->shape()[0]);
  return {std::move(hidden), std::move(head)};
}

// Returns the number of outputs.
std::int64_t rainbow(const StateDict& state, TensorTaker& taker, NetworkBuilder& nodes,
                     const std::string& network, float divisor) {
  const std::string net = network + "net.";
  const std::int64_t flat = nodes.nature({net + "0", net + "2", net + "4"}, divisor);
  const HeadStream logits = tianshou_stream(state, taker, network + "Q", flat);
  if (has_prefix(state, network + "V.0.")) {
    add_stream(
        nodes, {network + "V+Q.0", network + "V+Q.1", network + "V+Q.2"},
        side_by_side(tianshou_stream(state, taker, network + "V", flat), logits, network + "Q.2"));
  } else {
    add_stream(nodes, {network + "Q.0", network + "Q.1", network + "Q.2"}, logits);
  }
  return logits.head.weight->shape()[0];
}

Description describe_tianshou(const Place& place, const nn::Weights& atoms, std::int64_t quantiles,
                              bool said) {
  if (atoms != nullptr) {
    return {fmt::format("Nature network, {} ({})",
                        place.rainbow ? "noisy dueling C51, mean weights" : "C51 head",
                        title_of_support(*atoms)),
            place.rainbow ? "Rainbow" : "C51"};
  }
  if (quantiles == 0) return {"Nature network, one value per action", "DQN"};
  Description description{"Nature network, the mean of its quantiles an action", "QR-DQN"};
  if (!said) {
    description.unknown.push_back(
        fmt::format("How many quantiles an action has: assumed {}.", quantiles));
  }
  return description;
}

BuiltNetwork build_tianshou(const StateDict& state, const Hints& hints, const Place& place) {
  TensorTaker taker(state);
  NetworkBuilder nodes(taker);
  const float divisor = divisor_of(hints, place.scaled ? 255.0F : 1.0F);
  const std::string net = place.network + "net.";
  std::int64_t outputs = 0;
  if (place.rainbow) {
    outputs = rainbow(state, taker, nodes, place.network, divisor);
  } else {
    const std::int64_t flat = nodes.nature({net + "0.0", net + "0.2", net + "0.4"}, divisor);
    const std::int64_t hidden = nodes.linear(net + "1", flat);
    nodes.add(net + "2", nn::Relu{});
    outputs = nodes.linear(net + "3", hidden);
  }
  ignore_tianshou_others(taker);
  const nn::Weights atoms = find_ending(state, "support"), levels = find_ending(state, "tau_hat");
  std::int64_t quantiles = 0;
  if (atoms != nullptr) {
    nodes.expected_value(atoms);
  } else if (levels != nullptr || has_unsaid_quantiles(outputs)) {
    quantiles = levels != nullptr ? levels->size() : kTianshouUsualQuantiles;
    nodes.mean_of_quantiles(quantiles, /*quantile_outermost=*/false);
  }
  BuiltNetwork built{nodes.finish(), describe_tianshou(place, atoms, quantiles, levels != nullptr)};
  note_tianshou_unknown(hints, place.scaled, built.description);
  return built;
}

FoundNetwork recognise_tianshou(const StateDict& state, const Hints& hints) {
  const auto found = place_of(state);
  const Place place = found.value_or(Place{"model.", false, false});
  return {found ? fmt::format("names start with '{}net.{}'", place.network,
                              place.rainbow ? "0." : "0.0.")
                : "",
          [&state, &hints, place] { return build_tianshou(state, hints, place); }};
}

}  // namespace

extern constinit const Convention tianshou_entry{
    "tianshou", "Tianshou's Atari networks: DQN, C51, QR-DQN, Rainbow", "tianshou",
    recognise_tianshou};

}  // namespace arcadecam::checkpoint
