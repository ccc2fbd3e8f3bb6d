// XuanCe on pictures: DQN, dueling DQN, C51 and QR-DQN (Basic_CNN) and PPO (AC_CNN_Atari).
// Convolutions are padded with (kernel − stride)/2; a DQN takes one maximum per channel of them.

#include <fmt/format.h>

#include "arcadecam/core/error.h"
#include "checkpoint/building/atoms.h"
#include "checkpoint/building/network_builder.h"

namespace arcadecam::checkpoint {
namespace {

constexpr const char *kConvolutions = "representation.model.", *kHead = "eval_Qhead.",
                     *kXuanceDistribution = "eval_Zhead.", *kXuanceActor = "actor.model.",
                     *kXuanceCritic = "critic.model.";

// C51's atoms, whose support is in the file, or QR-DQN's quantiles, whose number is not.
Description add_xuance_distribution(NetworkBuilder& nodes, TensorTaker& taker,
                                    std::int64_t channels, const nn::Op& activation) {
  constexpr std::int64_t kQuantiles = 20;  // XuanCe's for Atari
  const std::string head = std::string(kXuanceDistribution) + "model.";
  const std::int64_t outputs = nodes.linears(head, 0, channels, activation);
  if (const nn::Weights support = taker.take_if_present("supports", {TensorTaker::kAny})) {
    nodes.expected_value(support);
    return {fmt::format("XuanCe's Basic_CNN, C51 head ({})", title_of_support(*support)), "C51"};
  }
  check_multiple(head, outputs, kQuantiles, "quantiles");
  nodes.mean_of_quantiles(kQuantiles, /*quantile_outermost=*/false);
  Description description{
      fmt::format("XuanCe's Basic_CNN, quantile head (the mean of {} quantiles an action)",
                  kQuantiles),
      "QR-DQN"};
  description.unknown.emplace_back(
      fmt::format("The number of quantiles: {}, XuanCe's for Atari, is assumed.", kQuantiles));
  return description;
}

BuiltNetwork build_xuance(const StateDict& state, const Hints& hints) {
  TensorTaker taker(state);
  taker.ignore("target_");  // the representation and head of the other network
  const nn::Op activation = activation_of(hints);
  NetworkBuilder nodes(taker, activation);
  const std::string prefix = kConvolutions;
  const nn::Weights first = taker.take(prefix + "0.weight", {TensorTaker::kAny, TensorTaker::kAny,
                                                             TensorTaker::kAny, TensorTaker::kAny});
  nodes.pixels(first->shape()[1], divisor_of(hints));
  std::int64_t channels = first->shape()[1];
  std::int64_t extent = 84;
  struct Layer {
    int number, kernel, stride;
  };
  for (const Layer& layer : {Layer{0, 8, 4}, Layer{2, 4, 2}, Layer{4, 3, 1}}) {
    const std::string name = prefix + std::to_string(layer.number);
    const int padding = (layer.kernel - layer.stride) / 2;
    channels = nodes.conv(name, channels, layer.kernel, layer.stride, padding);
    nodes.activation(next_module(name));
    extent = (extent + 2 * padding - layer.kernel) / layer.stride + 1;
  }
  if (has_prefix(state, kXuanceActor)) {
    nodes.add("flatten", nn::Flatten{});
    const std::int64_t width = nodes.linears(prefix, 7, channels * extent * extent, activation);
    nodes.activation(prefix + "activation");
    nodes.critic(std::string(kXuanceCritic) + "0", width);
    nodes.linears(kXuanceActor, 0, width, activation);
    nodes.last_is_policy();
    return {nodes.finish(),
            {.network = "XuanCe's AC_CNN_Atari: the policy's logits, the critic's value",
             .algorithm = "PPO",
             .assumed = {"ReLU"}}};
  }
  nn::Pool2d largest;
  largest.kernel = largest.stride = static_cast<int>(extent);
  nodes.add("pool", largest);
  nodes.add("flatten", nn::Flatten{});
  if (has_prefix(state, kXuanceDistribution)) {
    Description description = add_xuance_distribution(nodes, taker, channels, activation);
    description.assumed = {"ReLU"};
    return {nodes.finish(), std::move(description)};
  }
  const std::string head = kHead;
  const bool dueling = has_prefix(state, head + "a_model.");
  if (dueling) {
    const auto stream = [&](const std::string& name) {
      return nodes.linears(head + name, 0, channels, activation);
    };
    nodes.dueling(
        [&] {
          if (const std::int64_t values = stream("v_model."); values != 1)
            throw bad_input("'{}v_model' ends in {} outputs; expected 1", head, values);
        },
        [&] { stream("a_model."); });
  } else {
    nodes.linears(head + "model.", 0, channels, activation);
  }
  return {nodes.finish(),
          {.network = dueling ? "XuanCe's Basic_CNN, dueling head"
                              : "XuanCe's Basic_CNN, one value per action",
           .algorithm = "DQN",
           .assumed = {"ReLU"}}};
}

FoundNetwork recognise_xuance(const StateDict& state, const Hints& hints) {
  const bool found = has_prefix(state, kConvolutions) &&
                     (has_prefix(state, kHead) || has_prefix(state, kXuanceDistribution) ||
                      has_prefix(state, kXuanceActor));
  return {found ? "names start with 'representation.model.'" : "",
          [&state, &hints] { return build_xuance(state, hints); }};
}

}  // namespace

extern constinit const Convention xuance_entry{
    "xuance", "XuanCe's DQN, dueling DQN, C51, QR-DQN and PPO", "", recognise_xuance};

}  // namespace arcadecam::checkpoint
