// PFRL (Fujita et al. 2021), model.pt of a saved agent: a Sequential of LargeAtariCNN or
// SmallAtariCNN and a head of values (DQN and its like; in its double DQN all actions share one
// bias) or of atoms (C51).

#include <fmt/format.h>

#include "arcadecam/core/error.h"
#include "checkpoint/building/network_builder.h"

namespace arcadecam::checkpoint {
namespace {

constexpr const char* kAtoms = "1.z_values";

std::string recognises(const StateDict& state, const Hints& /*hints*/) {
  const bool found = state.find("0.layers.0.weight") != nullptr && has_prefix(state, "0.output.");
  return found ? "names start with '0.layers.' and '0.output.'" : "";
}

PlainConvolution convolution(int index, int kernel, int stride) {
  const std::string name = fmt::format("0.layers.{}", index);
  return {name, kernel, stride, name + ".relu"};
}

// Without a bias of its own, one of all actions follows ("2.bias").
nn::Linear values(StateTaker& taker, std::int64_t hidden) {
  nn::Weights weight = taker.take("1.weight", {StateTaker::kAny, hidden});
  const std::int64_t actions = weight->shape()[0];
  if (!taker.has("2.bias")) return {std::move(weight), taker.take("1.bias", {actions})};
  const float shared = taker.take("2.bias", {1})->values()[0];
  return {std::move(weight),
          std::make_shared<const Tensor>(
              Shape{actions}, std::vector<float>(static_cast<std::size_t>(actions), shared))};
}

nn::Graph build(const StateDict& state, const Hints& hints) {
  StateTaker taker(state);
  NodeList nodes(taker, activation_of(hints));
  std::vector<PlainConvolution> layers{convolution(0, 8, 4), convolution(1, 4, 2)};
  if (taker.has("0.layers.2.weight")) layers.push_back(convolution(2, 3, 1));
  const std::int64_t hidden =
      nodes.linear("0.output", nodes.convolutions(layers, divisor_of(hints)));
  nodes.activation("0.output.relu");
  nn::Weights atoms = taker.take_if_present(kAtoms, {StateTaker::kAny});
  if (atoms == nullptr) {
    nodes.linear("1", values(taker, hidden));
    return nodes.finish();
  }
  const std::int64_t outputs = nodes.linear("1.model.0.output", hidden);
  if (outputs % atoms->size() != 0) {
    throw bad_input(
        "the tensor '1.model.0.output.weight' has {} outputs; expected a multiple of the {} atoms "
        "of '{}'",
        outputs, atoms->size(), kAtoms);
  }
  nodes.add("expected_value", nn::ExpectedValue{std::move(atoms)});
  return nodes.finish();
}

Description describe(const StateDict& state, const Hints& /*hints*/) {
  const char* body = state.find("0.layers.2.weight") != nullptr ? "LargeAtariCNN" : "SmallAtariCNN";
  const nn::Weights atoms = state.find(kAtoms);
  if (atoms == nullptr) return {fmt::format("{}, one value an action", body), "DQN"};
  return {fmt::format("{}, C51 head ({} atoms, {} … {})", body, atoms->size(),
                      atoms->values().front(), atoms->values().back()),
          "C51"};
}

}  // namespace

extern constinit const Convention pfrl_entry{
    "pfrl",         "PFRL's Atari networks: DQN, C51", "pfrl", recognises, build, describe, false,
    pixels_and_relu};

}  // namespace arcadecam::checkpoint
