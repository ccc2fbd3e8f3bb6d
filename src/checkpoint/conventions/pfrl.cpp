// PFRL (Fujita et al. 2021), model.pt of a saved agent: a Sequential of LargeAtariCNN or
// SmallAtariCNN and a head of values (DQN and its like; in its double DQN all actions share one
// bias) or of atoms (C51).

#include <fmt/format.h>

#include "checkpoint/building/atoms.h"
#include "checkpoint/building/network_builder.h"

namespace arcadecam::checkpoint {
namespace {

constexpr const char* kPfrlAtoms = "1.z_values";

PlainConvolution convolution(int index, int kernel, int stride) {
  const std::string name = fmt::format("0.layers.{}", index);
  return {name, kernel, stride, name + ".relu"};
}

// Without a bias of its own, one of all actions follows ("2.bias").
nn::Linear values(TensorTaker& taker, std::int64_t hidden) {
  nn::Weights weight = taker.take("1.weight", {TensorTaker::kAny, hidden});
  const std::int64_t actions = weight->shape()[0];
  if (!taker.has("2.bias")) return {std::move(weight), taker.take("1.bias", {actions})};
  const float shared = taker.take("2.bias", {1})->values()[0];
  return {std::move(weight),
          std::make_shared<const Tensor>(
              Shape{actions}, std::vector<float>(static_cast<std::size_t>(actions), shared))};
}

BuiltNetwork build_pfrl(const StateDict& state, const Hints& hints) {
  TensorTaker taker(state);
  NetworkBuilder nodes(taker, activation_of(hints));
  std::vector<PlainConvolution> layers{convolution(0, 8, 4), convolution(1, 4, 2)};
  if (taker.has("0.layers.2.weight")) layers.push_back(convolution(2, 3, 1));
  const char* body = layers.size() == 3 ? "LargeAtariCNN" : "SmallAtariCNN";
  const std::int64_t hidden =
      nodes.linear("0.output", nodes.convolutions(layers, divisor_of(hints)).count());
  nodes.activation("0.output.relu");
  Description description{.assumed = pixels_and_relu()};
  if (const nn::Weights atoms = taker.take_if_present(kPfrlAtoms, {TensorTaker::kAny})) {
    nodes.linear("1.model.0.output", hidden);
    nodes.expected_value(atoms);
    description.network = fmt::format("{}, C51 head ({})", body, title_of_support(*atoms));
    description.algorithm = "C51";
  } else {
    nodes.linear("1", values(taker, hidden));
    description.network = fmt::format("{}, one value per action", body);
    description.algorithm = "DQN";
  }
  return {nodes.finish(), std::move(description)};
}

FoundNetwork recognise_pfrl(const StateDict& state, const Hints& hints) {
  const bool found = state.find("0.layers.0.weight") != nullptr && has_prefix(state, "0.output.");
  return {found ? "names start with '0.layers.' and '0.output.'" : "",
          [&state, &hints] { return build_pfrl(state, hints); }};
}

}  // namespace

extern constinit const Convention pfrl_entry{"pfrl", "PFRL's Atari networks: DQN, C51", "pfrl",
                                             recognise_pfrl};

}  // namespace arcadecam::checkpoint
