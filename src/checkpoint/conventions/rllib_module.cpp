// RLlib's RLModules (its API since Ray 2.3x; module_state.pkl), PyTorch: convolutions padded to
// SAME, whose last is flattened as H×W×C, and heads on it: pi and vf of PPO and its like, af and vf
// of DQN. The file does not say strides: they are those of RLlib's own stacks of such kernels.

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <array>

#include "arcadecam/core/error.h"
#include "checkpoint/building/network_builder.h"
#include "checkpoint/building/noisy_layers.h"
#include "checkpoint/building/weight_algebra.h"

namespace arcadecam::checkpoint {
namespace {

bool has_head(const StateDict& state, const char* name) {
  return has_prefix(state, fmt::format("{}.net.mlp.0.", name));
}

// "encoder.encoder." where policy and critic share it, "encoder." where there is no critic.
std::string encoder_of(const StateDict& state) {
  for (const char* name : {"encoder.encoder.", "encoder.actor_encoder.", "encoder."}) {
    if (has_prefix(state, fmt::format("{}net.0.cnn.1.", name))) return name;
  }
  return {};
}

std::string recognises(const StateDict& state, const Hints& /*hints*/) {
  const std::string encoder = encoder_of(state);
  if (encoder.empty() || !(has_head(state, "pi") || has_head(state, "af"))) return {};
  return fmt::format("names start with '{}net.0.cnn.' and '{}.net.mlp.'", encoder,
                     has_head(state, "pi") ? "pi" : "af");
}

struct Image {
  std::int64_t channels, extent;
};

std::vector<int> kernels_of(const StateDict& state, const std::string& encoder) {
  std::vector<int> kernels;
  for (int at = 1;; at += 3) {
    const nn::Weights weight = state.find(fmt::format("{}net.0.cnn.{}.weight", encoder, at));
    if (weight == nullptr || weight->shape().rank() != 4) return kernels;
    kernels.push_back(static_cast<int>(std::min<std::int64_t>(weight->shape()[2], 1000)));
  }
}

// RLlib's defaults for 84×84, 64×64 and 42×42, and its examples for Atari.
std::vector<int> strides_of(const std::vector<int>& kernels) {
  const std::array<std::array<std::vector<int>, 2>, 4> known{{{{{8, 4, 11}, {4, 2, 1}}},
                                                              {{{8, 4, 3}, {4, 2, 1}}},
                                                              {{{4, 4, 4, 4}, {2, 2, 2, 2}}},
                                                              {{{4, 4, 11}, {2, 2, 1}}}}};
  for (const auto& [sizes, strides] : known) {
    if (sizes == kernels) return strides;
  }
  throw bad_input(
      "its convolutions have kernels of {}, whose strides the file does not say; known are 8, 4, "
      "11; 8, 4, 3; 4, 4, 4, 4 and 4, 4, 11: describe the network with --network",
      fmt::join(kernels, ", "));
}

std::int64_t shrunk(std::int64_t extent, const std::vector<int>& strides) {
  for (const int stride : strides) extent = (extent + stride - 1) / stride;
  return extent;
}

// How high and wide the observation is: as the head's number of inputs has it.
std::int64_t observed(const StateDict& state, const std::string& head, std::int64_t channels,
                      const std::vector<int>& strides) {
  nn::Weights dense = state.find(head + ".net.mlp.0.weight");
  if (dense == nullptr) dense = state.find(head + ".net.mlp.0.weight_mu");
  if (dense == nullptr || dense->shape().rank() != 2)
    throw bad_input("the tensor '{}.net.mlp.0.weight' is missing or no matrix", head);
  for (const std::int64_t extent : {84, 64, 42}) {
    const std::int64_t last = shrunk(extent, strides);
    if (dense->shape()[1] == channels * last * last) return extent;
  }
  throw bad_input(
      "'{}.net.mlp.0' takes {} values; expected what observations of 84×84, 64×64 or 42×42 leave "
      "of {} channels",
      head, dense->shape()[1], channels);
}

// pixels/128 − 1, as RLlib's wrapper for these modules does it.
void centre(NodeList& nodes, const Shape& shape) {
  const auto constant = [&](float value) {
    return std::make_shared<const Tensor>(
        shape, std::vector<float>(static_cast<std::size_t>(shape.count()), value));
  };
  nodes.standardise({constant(1), constant(-1)}, 0);
}

Image encode(const StateDict& state, StateTaker& taker, NodeList& nodes, const std::string& head,
             const Hints& hints) {
  const std::string encoder = encoder_of(state);
  const std::vector<int> kernels = kernels_of(state, encoder), strides = strides_of(kernels);
  const auto name = [&](std::size_t i) {
    return fmt::format("{}net.0.cnn.{}", encoder, 3 * i + 1);
  };
  constexpr std::int64_t kAny = StateTaker::kAny;
  Image image{
      taker.take(name(0) + ".weight", {kAny, kAny, kernels[0], kernels[0]})->shape()[1],
      observed(state, head, state.find(name(kernels.size() - 1) + ".weight")->shape()[0], strides)};
  if (!hints.divisor) centre(nodes, Shape{image.channels, image.extent, image.extent});
  nodes.pixels(image.channels, divisor_of(hints, 128), image.extent);
  for (std::size_t i = 0; i < kernels.size(); ++i) {
    image.channels = nodes.same_conv(name(i), image.channels, kernels[i], strides[i], image.extent);
    image.extent = shrunk(image.extent, {strides[i]});
    nodes.activation(next_module(name(i)));
  }
  nodes.add("flatten", nn::Flatten{});
  return image;
}

// As many layers as there are; of noisy ones the mean.
std::int64_t add_head(StateTaker& taker, NodeList& nodes, const std::string& head,
                      const Image& image) {
  std::int64_t width = image.channels * image.extent * image.extent;
  for (int at = 0;; at += 2) {
    const std::string name = fmt::format("{}.net.mlp.{}", head, at);
    nn::Linear layer = mean_layer(taker, name, width);
    if (at == 0) layer.weight = columns_from_hwc(*layer.weight, image.extent, image.extent);
    width = layer.weight->shape()[0];
    nodes.linear(name, std::move(layer));
    const std::string next = fmt::format("{}.net.mlp.{}", head, at + 2);
    if (!taker.has(next + ".weight") && !taker.has(next + ".weight_mu")) break;
    nodes.activation(next_module(name));
  }
  taker.ignore(head + ".log_std_clip_param_const");
  return width;
}

void actor_critic(const StateDict& state, StateTaker& taker, NodeList& nodes, const Image& image) {
  const int features = nodes.last();
  const bool shared = encoder_of(state) == "encoder.encoder.";
  if (shared && has_head(state, "vf")) {
    add_head(taker, nodes, "vf", image);
    nodes.last_is_value();
    nodes.continue_from(features);
  }
  if (!shared) {
    taker.ignore("vf.");
    taker.ignore("encoder.critic_encoder.");
  }
  add_head(taker, nodes, "pi", image);
  nodes.last_is_policy();
}

void action_values(const StateDict& state, StateTaker& taker, NodeList& nodes, const Image& image) {
  const int features = nodes.last();
  int value = -1;
  if (has_head(state, "vf")) {
    add_head(taker, nodes, "vf", image);
    value = nodes.last();
    nodes.continue_from(features);
  }
  const std::int64_t outputs = add_head(taker, nodes, "af", image);
  if (outputs > kMostActions) {
    throw bad_input(
        "'af' has {} outputs: a distribution's, whose numbers of actions and atoms the file does "
        "not say",
        outputs);
  }
  if (value >= 0) nodes.add("q", nn::Dueling{}, {value, nodes.last()});
}

nn::Graph build(const StateDict& state, const Hints& hints) {
  StateTaker taker(state);
  NodeList nodes(taker, activation_of(hints));
  if (encoder_of(state).empty())
    throw bad_input("the tensor 'encoder.encoder.net.0.cnn.1.weight' is missing");
  const bool policy = has_head(state, "pi");
  const Image image = encode(state, taker, nodes, policy ? "pi" : "af", hints);
  if (policy) {
    actor_critic(state, taker, nodes, image);
  } else {
    action_values(state, taker, nodes, image);
  }
  taker.ignore("_target_");
  return nodes.finish();
}

// The settings …_activation; of the pixels describe() speaks.
Assumptions assumes(const StateDict& /*state*/, const Hints& /*hints*/) {
  return {"ReLU, RLlib's default,", {}};
}

Description describe(const StateDict& state, const Hints& hints) {
  Description description;
  if (has_head(state, "pi")) {
    description.network = "RLModule, logits of the policy";
    description.unknown.emplace_back(
        "Which algorithm of RLlib trained it: PPO, IMPALA and others share this network.");
  } else {
    const bool noisy = state.find("af.net.mlp.0.weight_mu") != nullptr;
    description = {fmt::format("RLModule, {}{}one value an action", noisy ? "noisy " : "",
                               has_head(state, "vf") ? "dueling, " : ""),
                   "DQN"};
  }
  description.unknown.emplace_back("The strides of its convolutions: those of RLlib's own stacks.");
  if (!hints.divisor) {
    description.unknown.emplace_back(
        "What became of the pixels before the network: pixels/128 - 1 is assumed, as RLlib's "
        "wrapper for RLModules does it (give --divide-by D for pixels/D).");
  }
  return description;
}

}  // namespace

extern constinit const Convention rllib_module_entry{
    "rllib-module", "RLlib's RLModules (module_state.pkl): PPO, DQN",
    "rllib-module", recognises,
    build,          describe,
    false,          assumes};

}  // namespace arcadecam::checkpoint
