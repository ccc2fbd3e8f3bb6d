// A dueling DQN (Wang et al. 2016) on the Nature DQN's convolutions whatever its layers are called:
// told by the shapes of the convolutions and by the word that names one stream's layers after the
// advantages. Layers that both streams read may stand between.

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <span>

#include "arcadecam/core/error.h"
#include "checkpoint/building/network_builder.h"
#include "checkpoint/building/stream_names.h"
#include "core/text.h"

namespace arcadecam::checkpoint {
namespace {

constexpr std::string_view kNatureDuelingWeight = ".weight";

// The layers in the file's order, which is the order in which the network makes them.
struct NatureDuelingLayers {
  std::vector<std::string> convolutions, others, advantages;
};

NatureDuelingLayers nature_dueling_layers_of(const StateDict& state) {
  NatureDuelingLayers layers;
  for (const auto& [name, tensor] : state.tensors) {
    if (!name.ends_with(kNatureDuelingWeight)) continue;
    const int rank = tensor->shape().rank();
    std::vector<std::string>& kind = rank == 4                  ? layers.convolutions
                                     : names_an_advantage(name) ? layers.advantages
                                                                : layers.others;
    if (rank == 4 || rank == 2)
      kind.push_back(name.substr(0, name.size() - kNatureDuelingWeight.size()));
  }
  return layers;
}

bool is_nature_dueling(const StateDict& state, const NatureDuelingLayers& layers) {
  constexpr std::array<std::int64_t, 3> kKernels{8, 4, 3};
  if (layers.convolutions.size() != kKernels.size() || layers.advantages.empty() ||
      layers.others.empty()) {
    return false;
  }
  return std::ranges::equal(
      layers.convolutions, kKernels, [&](const std::string& name, auto kernel) {
        const Shape& shape = state.find(name + std::string(kNatureDuelingWeight))->shape();
        return shape[2] == kernel && shape[3] == kernel;
      });
}

std::int64_t inputs_of(const StateDict& state, const std::string& layer) {
  return state.find(layer + std::string(kNatureDuelingWeight))->shape()[1];
}

// Layers one behind the other, the activation function between them but not behind the last.
std::int64_t add_nature_dueling_stream(NetworkBuilder& nodes, std::span<const std::string> layers,
                                       std::int64_t width) {
  for (const std::string& layer : layers) {
    width = nodes.linear(layer, width);
    if (&layer != &layers.back()) nodes.activation(next_module(layer));
  }
  return width;
}

BuiltNetwork build_nature_dueling(const StateDict& state, const Hints& hints,
                                  const NatureDuelingLayers& layers) {
  if (!is_nature_dueling(state, layers)) {
    throw bad_input(
        "expected three convolutions of 8×8, 4×4 and 3×3, and linear layers of which some are "
        "named "
        "after the advantages; found {} convolutions and {} such layers",
        layers.convolutions.size(), layers.advantages.size());
  }
  TensorTaker taker(state);
  NetworkBuilder nodes(taker, activation_of(hints));
  std::int64_t width = nodes.nature(
      {layers.convolutions[0], layers.convolutions[1], layers.convolutions[2]}, divisor_of(hints));
  // What the advantages read says how many layers both streams share.
  std::span<const std::string> value(layers.others);
  const std::int64_t wanted = inputs_of(state, layers.advantages.front());
  while (width != wanted && value.size() > 1) {
    width = nodes.linear(value.front(), width);
    nodes.activation(next_module(value.front()));
    value = value.subspan(1);
  }
  std::int64_t values = 0;
  nodes.dueling([&] { values = add_nature_dueling_stream(nodes, value, width); },
                [&] { add_nature_dueling_stream(nodes, layers.advantages, width); });
  if (values != 1) {
    throw bad_input("the stream of the value ends in '{}' with {} outputs; expected 1",
                    printable(value.back()), values);
  }
  Description description{.network = "Nature convolutions, dueling head of unknown origin",
                          .algorithm = "DQN",
                          .assumed = pixels_and_relu()};
  description.unknown.emplace_back(
      "What is taken from the advantages before the value is added: their mean is assumed.");
  return {nodes.finish(), std::move(description)};
}

FoundNetwork recognise_nature_dueling(const StateDict& state, const Hints& hints) {
  NatureDuelingLayers layers = nature_dueling_layers_of(state);
  const std::string evidence =
      is_nature_dueling(state, layers)
          ? fmt::format("the convolutions are the Nature DQN's, '{}' is named after advantages",
                        printable(layers.advantages.front()))
          : "";
  return {evidence, [&state, &hints, layers = std::move(layers)] {
            return build_nature_dueling(state, hints, layers);
          }};
}

}  // namespace

extern constinit const Convention nature_dueling_entry{
    "nature-dueling", "any dueling DQN on the Nature DQN's convolutions, by shapes and 'advantage'",
    "", recognise_nature_dueling, /*last_resort=*/true};

}  // namespace arcadecam::checkpoint
