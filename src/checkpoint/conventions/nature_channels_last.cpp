// The Nature DQN's network of Keras, flax or haiku whatever its layers are called, told by their
// shapes: kernels H×W×in×out, channels last. Weights that Keras saves alone have only their class
// and order for a name.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "arcadecam/core/error.h"
#include "checkpoint/building/flax_layers.h"
#include "checkpoint/building/weight_algebra.h"

namespace arcadecam::checkpoint {
namespace {

constexpr std::string_view kNatureChannelsLastWeight = ".weight";

// "layers/conv2d/vars/0", "conv2d/conv2d/kernel:0" and haiku's "conv2_d/w" → "….weight".
std::string torch_name(std::string_view name) {
  std::string_view path = name.substr(0, name.find(':'));
  const auto take_off = [&](std::string_view end) {
    if (!path.ends_with(end)) return false;
    path.remove_suffix(end.size());
    return true;
  };
  const bool weight = take_off("/vars/0") || take_off("/kernel") || take_off("/w");
  if (!weight && !take_off("/vars/1") && !take_off("/bias") && !take_off("/b"))
    return std::string(name);
  return fmt::format("{}{}", path, weight ? kNatureChannelsLastWeight : ".bias");
}

StateDict in_torch_layout(const StateDict& keras) {
  StateDict result;
  for (const auto& [name, tensor] : keras.tensors) {
    const std::string to = torch_name(name);
    const int rank = to.ends_with(kNatureChannelsLastWeight) ? tensor->shape().rank() : 0;
    result.tensors.push_back({to, rank == 4   ? kernel_from_hwio(*tensor)
                                  : rank == 2 ? transposed(*tensor)
                                              : tensor});
  }
  return result;
}

struct NatureChannelsLastLayers {
  std::array<std::vector<std::string>, 3> convolutions;
  std::vector<std::string> hidden, heads;
  bool same = false;  ///< padding
};

std::vector<std::string> weights_that(const StateDict& state, auto&& fit) {
  std::vector<std::string> found;
  for (const auto& [name, tensor] : state.tensors) {
    if (name.ends_with(kNatureChannelsLastWeight) && fit(tensor->shape()))
      found.push_back(name.substr(0, name.size() - kNatureChannelsLastWeight.size()));
  }
  return found;
}

NatureChannelsLastLayers nature_channels_last_layers_of(const StateDict& state) {
  constexpr std::array<std::int64_t, 3> kKernels{8, 4, 3};
  NatureChannelsLastLayers layers;
  std::int64_t outputs = TensorTaker::kAny;
  const auto outputs_of = [&](const std::vector<std::string>& found) {
    return found.empty()
               ? 0
               : state.find(found.front() + std::string(kNatureChannelsLastWeight))->shape()[0];
  };
  for (std::size_t i = 0; i < 3; ++i) {
    layers.convolutions.at(i) = weights_that(state, [&](const Shape& shape) {
      return shape.rank() == 4 && shape[2] == kKernels.at(i) && shape[3] == kKernels.at(i) &&
             (i == 0 || shape[1] == outputs);
    });
    outputs = outputs_of(layers.convolutions.at(i));
  }
  const auto flat = [&](std::int64_t extent) {
    return weights_that(state, [&](const Shape& shape) {
      return shape.rank() == 2 && shape[1] == outputs * extent * extent;
    });
  };
  layers.hidden = flat(7);
  layers.same = layers.hidden.empty();
  if (layers.same) layers.hidden = flat(11);
  const std::int64_t width = outputs_of(layers.hidden);
  layers.heads = weights_that(state, [&](const Shape& shape) {
    return shape.rank() == 2 && shape[1] == width && shape[0] <= kMostActions;
  });
  return layers;
}

const std::string& only_nature_channels_last(const std::vector<std::string>& found,
                                             std::string_view what, bool keras) {
  if (found.size() == 1) return found.front();
  throw bad_input("{} layers have the shape of {} of the Nature DQN; expected one{}", found.size(),
                  what,
                  keras ? " (save the whole model: model.save('NAME.keras'))"
                        : " (--network describes another network: docs/checkpoints.md)");
}

void check_no_normalisation(const StateDict& state) {
  for (const auto& [name, tensor] : state.tensors) {
    if (name.find("LayerNorm_") == std::string::npos &&
        name.find("BatchNorm_") == std::string::npos) {
      continue;
    }
    throw bad_input(
        "'{}': a network that normalises between its layers; the names do not say where. Describe "
        "it: "
        "--network net.json with layers 'layer_norm' and \"each_pixel\": true (the averages of "
        "flax' "
        "BatchNorm are no parameters: they lie elsewhere)",
        name);
  }
}

BuiltNetwork build_nature_channels_last(const StateDict& saved, const Hints& hints) {
  check_no_normalisation(saved);
  const bool keras = hints.source == "keras";
  const StateDict state = in_torch_layout(saved);
  const NatureChannelsLastLayers layers = nature_channels_last_layers_of(state);
  TensorTaker taker(state);
  NetworkBuilder nodes(taker, activation_of(hints));
  constexpr std::array<const char*, 3> kOrdinals{"the first convolution", "the second convolution",
                                                 "the third convolution"};
  constexpr std::array<int, 3> kKernels{8, 4, 3}, kStrides{4, 2, 1};
  std::vector<PlainConvolution> convolutions;
  for (std::size_t i = 0; i < 3; ++i) {
    const std::string& name =
        only_nature_channels_last(layers.convolutions.at(i), kOrdinals.at(i), keras);
    convolutions.push_back({name, kKernels.at(i), kStrides.at(i), name + ".activation",
                            layers.same ? PlainConvolution::kSame : 0});
  }
  const FlatImage image = nodes.convolutions(convolutions, divisor_of(hints));
  const std::string& hidden = only_nature_channels_last(layers.hidden, "the hidden layer", keras);
  const nn::Weights weight = taker.take(hidden + std::string(kNatureChannelsLastWeight),
                                        {TensorTaker::kAny, image.count()});
  const std::int64_t width = weight->shape()[0];
  nodes.linear(hidden, {columns_from_hwc(*weight, image.extent, image.extent),
                        taker.take(hidden + ".bias", {width})});
  nodes.activation(hidden + ".activation");
  std::vector<std::string> heads = layers.heads;
  if (heads.size() == 2) {
    const auto value = std::ranges::find_if(heads, [&](const std::string& name) {
      return state.find(name + std::string(kNatureChannelsLastWeight))->shape()[0] == 1;
    });
    if (value != heads.end()) {
      nodes.critic(*value, width);
      heads.erase(value);
    }
  }
  nodes.linear(only_nature_channels_last(heads, "the head", keras), width);
  Description description{.network = keras ? "Nature network, weights that Keras saved"
                                           : "Nature network of flax or haiku, of unknown origin",
                          .assumed = pixels_and_relu()};
  return {nodes.finish(), std::move(description)};
}

FoundNetwork recognise_nature_channels_last(const StateDict& state, const Hints& hints) {
  const auto has_layer = [](const auto& tensor) { return torch_name(tensor.name) != tensor.name; };
  const bool keras = hints.source == "keras";
  const bool found =
      (keras || hints.source == "flax") && std::ranges::any_of(state.tensors, has_layer);
  return {!found  ? ""
          : keras ? "weights alone, as Keras saves them"
                  : "kernels in the layout of flax and haiku, the names nobody's in particular",
          [&state, &hints] { return build_nature_channels_last(state, hints); }};
}

}  // namespace

extern constinit const Convention nature_channels_last_entry{
    "nature-channels-last", "the Nature DQN's network of Keras, flax or haiku, by its shapes", "",
    recognise_nature_channels_last, /*last_resort=*/true};

}  // namespace arcadecam::checkpoint
