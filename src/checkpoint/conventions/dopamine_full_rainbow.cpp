// Dopamine (Castro et al. 2018), JAX: FullRainbowNetwork (Hessel et al. 2018) with noisy layers, by
// their means, as it evaluates. Its streams of value and advantage share one hidden layer.

#include <fmt/format.h>

#include "checkpoint/building/atoms.h"
#include "checkpoint/building/dopamine_online.h"
#include "checkpoint/building/flax_layers.h"

namespace arcadecam::checkpoint {
namespace {

constexpr std::int64_t kDopamineFullRainbowAtoms =
    51;  // full_rainbow.gin's; the checkpoint does not hold the support

// The means under the names of ordinary layers, without the noise.
StateDict by_means(const StateDict& flax) {
  constexpr std::string_view kMean = "_mu", kNoise = "_sigma";
  StateDict result;
  for (const auto& [name, tensor] : flax.tensors) {
    if (name.ends_with(kNoise)) continue;
    const bool mean = name.ends_with(kMean);
    result.tensors.push_back({mean ? name.substr(0, name.size() - kMean.size()) : name, tensor});
  }
  return result;
}

// A layer on two copies of its inputs as one on a single copy.
nn::Linear on_one_copy(const nn::Linear& layer) {
  const std::int64_t outputs = layer.weight->shape()[0], inputs = layer.weight->shape()[1] / 2;
  auto weight = std::make_shared<Tensor>(Shape{outputs, inputs});
  const auto from = layer.weight->values();
  const auto to = weight->values();
  for (std::int64_t i = 0; i < outputs * inputs; ++i) {
    const auto at = static_cast<std::size_t>(i / inputs * 2 * inputs + i % inputs);
    to[static_cast<std::size_t>(i)] = from[at] + from[at + static_cast<std::size_t>(inputs)];
  }
  return {std::move(weight), layer.bias};
}

BuiltNetwork build_dopamine_full_rainbow(const DopamineOnline& online, const Hints& hints) {
  const StateDict state = torch_layout(by_means(online.flax));
  TensorTaker taker(state);
  NetworkBuilder nodes(taker);
  const auto layer = [&](int i) { return fmt::format("{}NoisyNetwork_{}", online.prefix, i); };
  const FlatImage image =
      add_flax_convolutions(nodes, online.prefix, FlaxPadding::kSame, divisor_of(hints));
  const std::int64_t width = add_flax_dense(nodes, taker, layer(0), image);
  const auto head = [&](int i) {
    nn::Linear taken{taker.take(layer(i) + ".weight", {TensorTaker::kAny, width}), nullptr};
    taken.bias = taker.take(layer(i) + ".bias", {taken.weight->shape()[0]});
    return taken;
  };
  const nn::Linear advantage = head(1);
  const bool dueling = taker.has(layer(2) + ".weight");
  std::int64_t atoms = kDopamineFullRainbowAtoms;
  if (dueling) {
    const nn::Linear value = head(2);
    atoms = value.weight->shape()[0];
    check_multiple(layer(1), advantage.weight->shape()[0], atoms, "atoms");
    nodes.linear(layer(1), on_one_copy(dueling_atoms(value, advantage)));
  } else {
    nodes.linear(layer(1), advantage);
  }
  const nn::Weights support = usual_support(atoms);
  nodes.expected_value(support);
  BuiltNetwork rainbow{nodes.finish(),
                       {fmt::format("FullRainbowNetwork, noisy{}, C51 head ({})",
                                    dueling ? ", dueling" : "", title_of_support(*support)),
                        "Rainbow"}};
  note_usual_support(rainbow.description);
  return rainbow;
}

FoundNetwork recognise_dopamine_full_rainbow(const StateDict& state, const Hints& hints) {
  const DopamineOnline online = dopamine_online(state);
  const bool found = may_be_dopamine(state, hints) &&
                     online.flax.find(online.prefix + "Conv_0/kernel") != nullptr &&
                     online.flax.find(online.prefix + "NoisyNetwork_0/kernel_mu") != nullptr;
  return {found ? dopamine_evidence(online, hints, "Conv_0") + ", and noisy layers" : "",
          [&hints, online] { return build_dopamine_full_rainbow(online, hints); }};
}

}  // namespace

extern constinit const Convention dopamine_full_rainbow_entry{
    "dopamine-full-rainbow", "Dopamine's full Rainbow: noisy, dueling C51", "dopamine",
    recognise_dopamine_full_rainbow};

}  // namespace arcadecam::checkpoint
