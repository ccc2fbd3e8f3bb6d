// Tianshou (Weng et al. 2022), networks of tianshou.env.atari: DQN, C51, QR-DQN, Rainbow, in a
// policy's state dict. Their pixels are not divided by 255 unless a ScaledObsInput module does it
// or the environment did.

#include <fmt/format.h>

#include <optional>

#include "arcadecam/core/error.h"
#include "checkpoint/building/network_builder.h"
#include "checkpoint/building/tianshou_policy.h"
#include "checkpoint/building/weight_algebra.h"

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

std::string recognises(const StateDict& state, const Hints& /*hints*/) {
  const auto place = place_of(state);
  if (!place) return {};
  return fmt::format("names start with '{}net.{}'", place->network, place->rainbow ? "0." : "0.0.");
}

// A policy of Tianshou 2 alone does not say how many quantiles it has: no game has as many actions.
constexpr std::int64_t kUsualQuantiles = 200;

bool has_unsaid_quantiles(std::int64_t outputs) {
  return outputs > kMostActions && outputs % kUsualQuantiles == 0;
}

nn::Weights find_ending(const StateDict& state, const std::string& name) {
  const nn::Weights plain = state.find(name);
  return plain != nullptr ? plain : state.find("policy." + name);
}

// A layer, or the mean of a noisy one.
nn::Linear layer(const StateDict& state, StateTaker& taker, const std::string& name,
                 std::int64_t inputs) {
  const bool noisy = state.find(name + ".mu_W") != nullptr;
  nn::Weights weight = taker.take(name + (noisy ? ".mu_W" : ".weight"), {StateTaker::kAny, inputs});
  nn::Weights bias = taker.take(name + (noisy ? ".mu_bias" : ".bias"), {weight->shape()[0]});
  taker.ignore(name + ".");
  return {std::move(weight), std::move(bias)};
}

std::int64_t rainbow(const StateDict& state, StateTaker& taker, NodeList& nodes,
                     const std::string& network, float divisor) {
  const std::string net = network + "net.";
  const std::int64_t flat = nodes.nature({net + "0", net + "2", net + "4"}, divisor);
  const nn::Linear hidden = layer(state, taker, network + "Q.0", flat);
  const nn::Linear logits = layer(state, taker, network + "Q.2", hidden.weight->shape()[0]);
  if (!has_prefix(state, network + "V.0.")) {
    nodes.linear(network + "Q.0", hidden);
    nodes.add(network + "Q.1", nn::Relu{});
    nodes.linear(network + "Q.2", logits);
    return logits.weight->shape()[0];
  }
  const nn::Linear of_value = layer(state, taker, network + "V.0", flat);
  const nn::Linear value = layer(state, taker, network + "V.2", of_value.weight->shape()[0]);
  if (logits.weight->shape()[0] % value.weight->shape()[0] != 0) {
    throw bad_input("'{}Q.2' has {} outputs; expected a multiple of {} atoms", network,
                    logits.weight->shape()[0], value.weight->shape()[0]);
  }
  // Both streams side by side: one hidden layer, one layer of logits.
  nodes.linear(network + "V+Q.0", {rows_below(*of_value.weight, *hidden.weight),
                                   rows_below(*of_value.bias, *hidden.bias)});
  nodes.add(network + "V+Q.1", nn::Relu{});
  nodes.linear(network + "V+Q.2", dueling_atoms(value, logits));
  return logits.weight->shape()[0];
}

nn::Graph build(const StateDict& state, const Hints& hints) {
  StateTaker taker(state);
  NodeList nodes(taker);
  const Place place = place_of(state).value_or(Place{"model.", false, false});
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
  if (const nn::Weights atoms = find_ending(state, "support")) {
    if (atoms->shape().rank() != 1 || outputs % atoms->size() != 0) {
      throw bad_input("its head has {} outputs; expected a multiple of the {} atoms of 'support'",
                      outputs, atoms->size());
    }
    nodes.add("expected_value", nn::ExpectedValue{atoms});
  } else if (const nn::Weights quantiles = find_ending(state, "tau_hat");
             quantiles != nullptr || has_unsaid_quantiles(outputs)) {
    const std::int64_t count = quantiles != nullptr ? quantiles->size() : kUsualQuantiles;
    nodes.replace_last([&](const nn::Linear& head, const std::string& name) {
      if (head.weight->shape()[0] % count != 0) {
        throw bad_input(
            "the tensor '{}.weight' has {} outputs; expected a multiple of {} quantiles", name,
            head.weight->shape()[0], count);
      }
      return mean_of_quantiles(head, count, /*quantile_outermost=*/false);
    });
  }
  return nodes.finish();
}

Description describe(const StateDict& state, const Hints& hints) {
  const Place place = place_of(state).value_or(Place{"model.", false, false});
  Description description{"Nature network, one value an action", "DQN"};
  if (const nn::Weights atoms = find_ending(state, "support")) {
    description = {fmt::format("Nature network, {} ({} atoms, {} … {})",
                               place.rainbow ? "noisy dueling C51, mean weights" : "C51 head",
                               atoms->size(), atoms->values().front(), atoms->values().back()),
                   place.rainbow ? "Rainbow" : "C51"};
  } else if (find_ending(state, "tau_hat") != nullptr) {
    description = {"Nature network, the mean of its quantiles an action", "QR-DQN"};
  } else if (const nn::Weights head = state.find(place.network + "net.3.weight");
             head != nullptr && has_unsaid_quantiles(head->shape()[0])) {
    description = {"Nature network, the mean of its quantiles an action", "QR-DQN"};
    description.unknown.push_back(
        fmt::format("How many quantiles an action has: assumed {}.", kUsualQuantiles));
  }
  note_tianshou_unknown(hints, place.scaled, description);
  return description;
}

}  // namespace

extern constinit const Convention tianshou_entry{
    "tianshou", "Tianshou's Atari networks: DQN, C51, QR-DQN, Rainbow",
    "tianshou", recognises,
    build,      describe};

}  // namespace arcadecam::checkpoint
