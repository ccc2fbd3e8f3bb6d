// RLlib's VisionNetwork (PyTorch) with its default convolutions for 84×84: 16 8×8 stride 4 and 32
// 4×4 stride 2 padded to SAME, then 256 11×11, whose one place the logits are read from by a
// convolution of 1×1. The weights of a policy (policy_state.pkl) or the model's own state dict.

#include <fmt/format.h>

#include "arcadecam/core/error.h"
#include "checkpoint/building/network_builder.h"

namespace arcadecam::checkpoint {
namespace {

constexpr std::string_view kFirst = "_convs.0._model.1";

std::string prefix_of(const StateDict& state) {
  return state.find(fmt::format("weights/{}.weight", kFirst)) != nullptr ? "weights/" : "";
}

std::string recognises(const StateDict& state, const Hints& /*hints*/) {
  const std::string name = fmt::format("{}{}", prefix_of(state), kFirst);
  const bool whole = state.find(name + ".weight") != nullptr &&
                     has_prefix(state, prefix_of(state) + "_logits._model.");
  return whole ? fmt::format("'{}' and '_logits' of RLlib's VisionNetwork", name) : "";
}

nn::Graph build(const StateDict& state, const Hints& hints) {
  const std::string prefix = prefix_of(state);
  StateTaker taker(state);
  NodeList nodes(taker, activation_of(hints));
  constexpr std::int64_t kAny = StateTaker::kAny;
  const std::string first = fmt::format("{}{}", prefix, kFirst);
  std::int64_t channels = taker.take(first + ".weight", {kAny, kAny, 8, 8})->shape()[1];
  nodes.pixels(channels, divisor_of(hints, 1));
  channels = nodes.same_conv(first, channels, 8, 4, 84);  // → 21×21
  nodes.activation(prefix + "_convs.0.relu");
  channels = nodes.same_conv(prefix + "_convs.1._model.1", channels, 4, 2, 21);  // → 11×11
  nodes.activation(prefix + "_convs.1.relu");
  channels = nodes.conv(prefix + "_convs.2._model.0", channels, 11, 1);
  nodes.activation(prefix + "_convs.2.relu");
  nodes.add("flatten", nn::Flatten{});
  // A module of padding stands before a convolution that has any, be it of nothing.
  std::string logits = prefix + "_logits._model.0";
  if (!taker.has(logits + ".weight")) logits = prefix + "_logits._model.1";
  const nn::Weights weight = taker.take(logits + ".weight", {kAny, channels, 1, 1});
  const std::int64_t outputs = weight->shape()[0];
  nodes.linear(logits, {std::make_shared<const Tensor>(Shape{outputs, channels}, weight->values()),
                        taker.take(logits + ".bias", {outputs})});
  taker.ignore(prefix + "_value_branch");
  nodes.last_is_policy();
  return nodes.finish();
}

// The setting conv_activation; of the pixels describe() speaks.
Assumptions assumes(const StateDict& /*state*/, const Hints& /*hints*/) {
  return {"ReLU, RLlib's default,", {}};
}

Description describe(const StateDict& /*state*/, const Hints& hints) {
  Description description{"VisionNetwork, logits of the policy"};
  if (!hints.divisor) {
    description.unknown.emplace_back(
        "Whether the pixels were divided before the network: assumed not, as RLlib's wrappers "
        "leave "
        "them 0…255 (give --divide-by if they were).");
  }
  description.unknown.emplace_back(
      "Which algorithm of RLlib trained it: PPO, IMPALA and others share this network.");
  return description;
}

}  // namespace

extern constinit const Convention rllib_entry{
    "rllib", "RLlib's default vision network (policy_state.pkl)",
    "rllib", recognises,
    build,   describe,
    false,   assumes};

}  // namespace arcadecam::checkpoint
