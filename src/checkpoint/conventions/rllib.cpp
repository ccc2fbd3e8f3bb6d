// RLlib's VisionNetwork (PyTorch) with its default convolutions for 84×84: 16 8×8 stride 4 and 32
// 4×4 stride 2 padded to SAME, then 256 11×11, whose one place the logits are read from by a
// convolution of 1×1. The weights of a policy (policy_state.pkl) or the model's own state dict.

#include <fmt/format.h>

#include "checkpoint/building/network_builder.h"

namespace arcadecam::checkpoint {
namespace {

constexpr const char* kRllibFirst = "_convs.0._model.1";

Description describe_rllib(const Hints& hints) {
  Description description{.network = "VisionNetwork, logits of the policy",
                          .assumed = {"ReLU, RLlib's default,", {}}};
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

BuiltNetwork build_rllib(const StateDict& state, const Hints& hints, const std::string& prefix) {
  TensorTaker taker(state);
  NetworkBuilder nodes(taker, activation_of(hints));
  const std::string convs = prefix + "_convs.";
  const std::int64_t channels =
      nodes
          .convolutions({{prefix + kRllibFirst, 8, 4, convs + "0.relu", PlainConvolution::kSame},
                         {convs + "1._model.1", 4, 2, convs + "1.relu", PlainConvolution::kSame},
                         {convs + "2._model.0", 11, 1, convs + "2.relu"}},
                        divisor_of(hints, 1))
          .channels;  // of one place
  // A module of padding stands before a convolution that has any, be it of nothing.
  std::string logits = prefix + "_logits._model.0";
  if (!taker.has(logits + ".weight")) logits = prefix + "_logits._model.1";
  const nn::Weights weight = taker.take(logits + ".weight", {TensorTaker::kAny, channels, 1, 1});
  const std::int64_t outputs = weight->shape()[0];
  nodes.linear(logits, {std::make_shared<const Tensor>(Shape{outputs, channels}, weight->values()),
                        taker.take(logits + ".bias", {outputs})});
  taker.ignore(prefix + "_value_branch");
  nodes.last_is_policy();
  return {nodes.finish(), describe_rllib(hints)};
}

FoundNetwork recognise_rllib(const StateDict& state, const Hints& hints) {
  const std::string weights = "weights/";
  const bool is_policy = state.find(weights + kRllibFirst + ".weight") != nullptr;
  const std::string prefix = is_policy ? weights : "";
  const bool found = state.find(prefix + kRllibFirst + ".weight") != nullptr &&
                     has_prefix(state, prefix + "_logits._model.");
  return {found ? fmt::format("'{}{}' and '_logits' of RLlib's VisionNetwork", prefix, kRllibFirst)
                : "",
          [&state, &hints, prefix] { return build_rllib(state, hints, prefix); }};
}

}  // namespace

extern constinit const Convention rllib_entry{
    "rllib", "RLlib's default vision network (policy_state.pkl)", "rllib", recognise_rllib};

}  // namespace arcadecam::checkpoint
