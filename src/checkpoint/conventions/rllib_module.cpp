// RLlib's RLModules (its API since Ray 2.3x; module_state.pkl), PyTorch: convolutions padded to
// SAME, whose last is flattened as H×W×C, and heads on it: pi and vf of PPO and its like, af and vf
// of DQN. The file does not say strides: they are those of RLlib's own stacks of such kernels.

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <array>

#include "arcadecam/core/error.h"
#include "checkpoint/building/network_builder.h"
#include "checkpoint/building/streams.h"
#include "checkpoint/building/weight_algebra.h"

namespace arcadecam::checkpoint {
namespace {

bool has_head(const StateDict& state, const char* name) {
  return has_prefix(state, fmt::format("{}.net.mlp.0.", name));
}

// Where the parts of the module are.
struct Module {
  std::string encoder;  ///< empty where there is none
  bool policy = false;  ///< logits of a policy, not action values
  bool value = false;   ///< a critic's, or a dueling head's
};

Module module_of(const StateDict& state) {
  Module found{{}, has_head(state, "pi"), has_head(state, "vf")};
  // "encoder.encoder." where policy and critic share it, "encoder." where there is no critic.
  for (const char* name : {"encoder.encoder.", "encoder.actor_encoder.", "encoder."}) {
    if (found.encoder.empty() && has_prefix(state, fmt::format("{}net.0.cnn.1.", name)))
      found.encoder = name;
  }
  return found;
}

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
void centre(NetworkBuilder& nodes, const Shape& shape) {
  const auto constant = [&](float value) {
    return std::make_shared<const Tensor>(
        shape, std::vector<float>(static_cast<std::size_t>(shape.count()), value));
  };
  nodes.standardise({constant(1), constant(-1)}, 0);
}

FlatImage encode(const StateDict& state, TensorTaker& taker, NetworkBuilder& nodes,
                 const Module& module, const Hints& hints) {
  const std::vector<int> kernels = kernels_of(state, module.encoder), strides = strides_of(kernels);
  std::vector<PlainConvolution> layers;
  for (std::size_t i = 0; i < kernels.size(); ++i) {
    layers.push_back({fmt::format("{}net.0.cnn.{}", module.encoder, 3 * i + 1),
                      kernels[i],
                      strides[i],
                      {},
                      PlainConvolution::kSame});
  }
  constexpr std::int64_t kAny = TensorTaker::kAny;
  const std::int64_t channels =
      taker.take(layers[0].name + ".weight", {kAny, kAny, kernels[0], kernels[0]})->shape()[1];
  const std::int64_t extent =
      observed(state, module.policy ? "pi" : "af",
               state.find(layers.back().name + ".weight")->shape()[0], strides);
  if (!hints.divisor) centre(nodes, Shape{channels, extent, extent});
  return nodes.convolutions(layers, divisor_of(hints, 128), extent);
}

// As many layers as there are; of noisy ones the mean.
std::int64_t add_head(TensorTaker& taker, NetworkBuilder& nodes, const std::string& head,
                      const FlatImage& image) {
  std::int64_t width = image.count();
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

void rllib_module_actor_critic(const Module& module, TensorTaker& taker, NetworkBuilder& nodes,
                               const FlatImage& image) {
  const int features = nodes.last();
  const bool shared = module.encoder == "encoder.encoder.";
  if (shared && module.value) {
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

void action_values(const Module& module, TensorTaker& taker, NetworkBuilder& nodes,
                   const FlatImage& image) {
  const auto advantages = [&] {
    const std::int64_t outputs = add_head(taker, nodes, "af", image);
    if (outputs <= kMostActions) return;
    throw bad_input(
        "'af' has {} outputs: a distribution's, whose numbers of actions and atoms the file does "
        "not say",
        outputs);
  };
  if (!module.value) return advantages();
  nodes.dueling([&] { add_head(taker, nodes, "vf", image); }, advantages);
}

Description describe_rllib_module(const Module& module, const Hints& hints, bool noisy) {
  Description description{.assumed = {"ReLU, RLlib's default,", {}}};
  if (module.policy) {
    description.network = "RLModule, logits of the policy";
    description.unknown.emplace_back(
        "Which algorithm of RLlib trained it: PPO, IMPALA and others share this network.");
  } else {
    description.network = fmt::format("RLModule, {}{}one value per action", noisy ? "noisy " : "",
                                      module.value ? "dueling, " : "");
    description.algorithm = "DQN";
  }
  description.unknown.emplace_back("The strides of its convolutions: those of RLlib's own stacks.");
  if (!hints.divisor) {
    description.unknown.emplace_back(
        "What became of the pixels before the network: pixels/128 - 1 is assumed, as RLlib's "
        "wrapper for RLModules does it (give --divide-by D for pixels/D).");
  }
  return description;
}

BuiltNetwork build_rllib_module(const StateDict& state, const Hints& hints, const Module& module) {
  TensorTaker taker(state);
  NetworkBuilder nodes(taker, activation_of(hints));
  if (module.encoder.empty())
    throw bad_input("the tensor 'encoder.encoder.net.0.cnn.1.weight' is missing");
  const FlatImage image = encode(state, taker, nodes, module, hints);
  if (module.policy) {
    rllib_module_actor_critic(module, taker, nodes, image);
  } else {
    action_values(module, taker, nodes, image);
  }
  const bool noisy = taker.has("af.net.mlp.0.weight_mu");
  taker.ignore("_target_");
  return {nodes.finish(), describe_rllib_module(module, hints, noisy)};
}

FoundNetwork recognise_rllib_module(const StateDict& state, const Hints& hints) {
  const Module module = module_of(state);
  const bool found = !module.encoder.empty() && (module.policy || has_head(state, "af"));
  return {found ? fmt::format("names start with '{}net.0.cnn.' and '{}.net.mlp.'", module.encoder,
                              module.policy ? "pi" : "af")
                : "",
          [&state, &hints, module] { return build_rllib_module(state, hints, module); }};
}

}  // namespace

extern constinit const Convention rllib_module_entry{
    "rllib-module", "RLlib's RLModules (module_state.pkl): PPO, DQN", "rllib-module",
    recognise_rllib_module};

}  // namespace arcadecam::checkpoint
