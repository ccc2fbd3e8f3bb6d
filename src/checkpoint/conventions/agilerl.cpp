// AgileRL's evolvable networks on pictures: the action values of DQN and CQN, and PPO's policy. An
// encoder of convolutions whose number and kernels evolve, and a head of linear layers, normalised
// layer by layer. The file of an agent says the strides, a state dict alone does not.

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <vector>

#include "arcadecam/core/error.h"
#include "checkpoint/building/activation_names.h"
#include "checkpoint/building/network_builder.h"
#include "core/parse_number.h"
#include "core/text.h"

namespace arcadecam::checkpoint {
namespace {

constexpr std::string_view kAgilerlEncoder = "encoder.model.";
constexpr std::string_view kFirstOfEncoder = "conv_layer_1.weight";
constexpr std::string_view kLastOfHead = "linear_layer_output.weight";

// What names of a part's layers begin with: the part's own name stands in them, too
// ("encoder.model.shared_encoder_", "head_net.model.value_").
std::string agilerl_prefix(const StateDict& state, std::string_view part, std::string_view last) {
  for (const auto& [name, tensor] : state.tensors) {
    if (name.starts_with(part) && name.ends_with(last))
      return name.substr(0, name.size() - last.size());
  }
  return {};
}

struct AgilerlNames {
  std::string encoder, head;
  bool policy = false;
};

AgilerlNames agilerl_names_of(const StateDict& state) {
  const std::string policy = agilerl_prefix(state, "head_net._wrapped.model.", kLastOfHead);
  const std::string head =
      policy.empty() ? agilerl_prefix(state, "head_net.model.", kLastOfHead) : policy;
  return {agilerl_prefix(state, kAgilerlEncoder, kFirstOfEncoder), head, !policy.empty()};
}

std::vector<int> agilerl_kernels(const StateDict& state, const std::string& encoder) {
  std::vector<int> kernels;
  while (const nn::Weights weight =
             state.find(fmt::format("{}conv_layer_{}.weight", encoder, kernels.size() + 1))) {
    const Shape& shape = weight->shape();
    if (shape.rank() != 4 || shape[2] != shape[3] || shape[2] > 84)
      throw bad_input("'{}conv_layer_{}' has no square kernel", encoder, kernels.size() + 1);
    kernels.push_back(static_cast<int>(shape[2]));
  }
  return kernels;
}

// The extent behind such layers of a picture of 84×84, or 0.
std::int64_t extent_behind(const std::vector<int>& kernels, const std::vector<int>& strides) {
  std::int64_t extent = 84;
  for (std::size_t i = 0; i < kernels.size(); ++i) {
    if (extent < kernels[i]) return 0;
    extent = (extent - kernels[i]) / strides[i] + 1;
  }
  return extent;
}

std::optional<std::vector<int>> said_strides(const Hints& hints, std::size_t layers) {
  const auto text = hints.facts.text("stride_size");
  if (!text) return std::nullopt;
  std::vector<int> strides;
  for (std::string_view rest = *text; !rest.empty();) {
    const std::size_t end = std::min(rest.find(','), rest.size());
    const auto stride = parse_number<int>(rest.substr(0, end));
    if (!stride || *stride < 1 || *stride > 84) return std::nullopt;
    strides.push_back(*stride);
    rest = rest.substr(std::min(end + 1, rest.size()));
  }
  return strides.size() == layers ? std::optional(strides) : std::nullopt;
}

// Said by the file; else AgileRL's default (1) or the Nature DQN's, whichever fits the layer
// behind.
std::vector<int> agilerl_strides(const StateDict& state, const Hints& hints,
                                 const AgilerlNames& names, const std::vector<int>& kernels) {
  if (const auto said = said_strides(hints, kernels.size())) return *said;
  const std::string output = names.encoder + "linear_output.weight";
  const std::string last = fmt::format("{}conv_layer_{}.weight", names.encoder, kernels.size());
  const nn::Weights flat = state.find(output);
  const std::int64_t channels = state.find(last)->shape()[0];
  std::vector<int> nature;
  for (const int kernel : kernels) nature.push_back(kernel == 8 ? 4 : kernel == 4 ? 2 : 1);
  for (const std::vector<int>& strides : {std::vector<int>(kernels.size(), 1), nature}) {
    const std::int64_t extent = extent_behind(kernels, strides);
    if (flat && flat->shape().rank() == 2 && flat->shape()[1] == channels * extent * extent)
      return strides;
  }
  throw bad_input(
      "the strides of its convolutions are not in the tensors, and neither 1 nor the Nature DQN's "
      "fit '{}': give the agent's own file (agent.save_checkpoint), which says them, or describe "
      "the network with --network",
      output);
}

// As AgileRL names it ("ReLU"); else what the user says, or ReLU.
nn::Op agilerl_activation(const Hints& hints, std::string_view part) {
  const auto name = hints.facts.text(part);
  if (!name) return activation_of(hints);
  std::string lower(*name);
  for (char& letter : lower) letter = static_cast<char>(letter | 0x20);
  if (lower == "leakyrelu") lower = "leaky_relu";
  try {
    return activation_named(lower);
  } catch (const Error&) {
    throw bad_input("its {} is {}, which is not known here: describe the network with --network",
                    part, printable(*name));
  }
}

BuiltNetwork build_agilerl(const StateDict& state, const Hints& hints, const AgilerlNames& names) {
  if (names.encoder.empty() || names.head.empty()) {
    throw bad_input("expected '{}…{}' and 'head_net.…{}'", kAgilerlEncoder, kFirstOfEncoder,
                    kLastOfHead);
  }
  TensorTaker taker(state);
  NetworkBuilder nodes(taker, agilerl_activation(hints, "encoder_activation"));
  const std::vector<int> kernels = agilerl_kernels(state, names.encoder);
  const std::vector<int> strides = agilerl_strides(state, hints, names, kernels);
  std::vector<PlainConvolution> layers;
  for (std::size_t i = 0; i < kernels.size(); ++i) {
    layers.push_back({fmt::format("{}conv_layer_{}", names.encoder, i + 1), kernels[i], strides[i],
                      fmt::format("{}activation_{}", names.encoder, i + 1)});
  }
  const auto divided = hints.facts.text("normalize_images");
  const bool whole = divided && *divided == "false";
  const FlatImage image = nodes.convolutions(layers, divisor_of(hints, whole ? 1.0F : 255.0F));
  std::int64_t width = nodes.linear(names.encoder + "linear_output", image.count());
  const bool said = hints.facts.text("encoder_output").has_value();
  nodes.add(names.encoder + "output_activation",
            said ? agilerl_activation(hints, "encoder_output") : nn::Op(nn::Relu{}));
  const nn::Op activation = agilerl_activation(hints, "head_activation");
  for (int i = 1; taker.has(fmt::format("{}linear_layer_{}.weight", names.head, i)); ++i) {
    width = nodes.linear(fmt::format("{}linear_layer_{}", names.head, i), width);
    const std::string norm = fmt::format("{}layer_norm_{}", names.head, i);
    if (taker.has(norm + ".weight")) nodes.layer_norm(norm, {width});
    nodes.add(fmt::format("{}activation_{}", names.head, i), activation);
  }
  nodes.linear(names.head + "linear_layer_output", width);
  if (names.policy) nodes.last_is_policy();
  Description description{
      .network = fmt::format("AgileRL's network of {} convolutions, {}", kernels.size(),
                             names.policy ? "the policy's logits" : "one value per action"),
      .algorithm = names.policy ? std::nullopt : std::optional<std::string>("DQN")};
  if (!hints.facts.text("encoder_activation")) description.assumed.activation = "ReLU";
  if (!divided) description.assumed.divisor = "255";
  return {nodes.finish(), std::move(description)};
}

FoundNetwork recognise_agilerl(const StateDict& state, const Hints& hints) {
  AgilerlNames names = agilerl_names_of(state);
  const bool found = !names.encoder.empty() && !names.head.empty();
  const std::string evidence = found ? fmt::format("names start with '{}'", names.encoder) : "";
  return {evidence, [&state, &hints, names = std::move(names)] {
            return build_agilerl(state, hints, names);
          }};
}

}  // namespace

extern constinit const Convention agilerl_entry{
    "agilerl", "AgileRL's networks on pictures: DQN, CQN and PPO's policy", "", recognise_agilerl};

}  // namespace arcadecam::checkpoint
