// The Nature DQN's network (Mnih et al. 2015) whatever its layers are called: told by the shapes of
// three convolutions 8×8, 4×4 and 3×3 and two fully connected layers that follow from each other.

#include <algorithm>
#include <array>

#include "arcadecam/core/error.h"
#include "checkpoint/building/atoms.h"
#include "checkpoint/building/network_builder.h"
#include "checkpoint/building/stream_names.h"

namespace arcadecam::checkpoint {
namespace {

constexpr std::string_view kNatureWeight = ".weight";

struct NatureLayers {
  std::array<std::vector<std::string>, 3> convolutions;
  std::vector<std::string> hidden, head;
};

void collect(const StateDict& state, std::vector<std::string>& found, auto&& fits) {
  for (const auto& [name, tensor] : state.tensors) {
    if (!name.ends_with(kNatureWeight) || !fits(tensor->shape())) continue;
    found.push_back(name.substr(0, name.size() - kNatureWeight.size()));
  }
}

// All tensors that can be each layer, given what the layer before is.
NatureLayers nature_layers_of(const StateDict& state) {
  constexpr std::array<std::int64_t, 3> kKernels{8, 4, 3};
  NatureLayers layers;
  std::int64_t channels = -1;
  const auto outputs = [&](const std::vector<std::string>& found) {
    return found.empty() ? std::int64_t{0}
                         : state.find(found.front() + std::string(kNatureWeight))->shape()[0];
  };
  for (std::size_t i = 0; i < 3; ++i) {
    collect(state, layers.convolutions[i], [&](const Shape& shape) {
      return shape.rank() == 4 && shape[2] == kKernels[i] && shape[3] == kKernels[i] &&
             (i == 0 || shape[1] == channels);
    });
    channels = outputs(layers.convolutions[i]);
  }
  collect(state, layers.hidden,
          [&](const Shape& shape) { return shape.rank() == 2 && shape[1] == channels * 7 * 7; });
  const std::int64_t width = outputs(layers.hidden);
  collect(state, layers.head, [&](const Shape& shape) {
    return shape.rank() == 2 && shape[1] == width && shape[1] != channels * 7 * 7;
  });
  return layers;
}

// The beginning, in whole parts, that one name has and the other has not; of a target's where one
// is called so.
std::string prefix_apart(const std::string& a, const std::string& b) {
  const std::string& name = a.find("target") != std::string::npos ? a : b;
  const std::string& other = &name == &a ? b : a;
  for (std::size_t end = name.find('.'); end != std::string::npos; end = name.find('.', end + 1)) {
    if (!other.starts_with(name.substr(0, end + 1))) return name.substr(0, end + 1);
  }
  return name;
}

const std::string& only_nature(const std::vector<std::string>& found, std::string_view what) {
  if (found.empty()) throw bad_input("no tensor has the shape of {} of the Nature DQN", what);
  if (found.size() > 1) {
    throw bad_input(
        "both '{}.weight' and '{}.weight' have the shape of {}: leave out what does not play (for "
        "example --ignore {}), or describe the network with --network",
        found[0], found[1], what, prefix_apart(found[0], found[1]));
  }
  return found.front();
}

// A critic's one value beside the actor's logits is not what plays.
std::vector<std::string> heads_of(const StateDict& state, const NatureLayers& layers) {
  std::vector<std::string> heads = layers.head;
  if (heads.size() < 2) return heads;
  std::erase_if(heads, [&](const std::string& name) {
    return state.find(name + std::string(kNatureWeight))->shape()[0] == 1;
  });
  return heads;
}

BuiltNetwork build_nature(const StateDict& state, const Hints& hints, const NatureLayers& layers) {
  TensorTaker taker(state);
  NetworkBuilder nodes(taker, activation_of(hints));
  const std::int64_t flat =
      nodes.nature({only_nature(layers.convolutions[0], "the first convolution"),
                    only_nature(layers.convolutions[1], "the second convolution"),
                    only_nature(layers.convolutions[2], "the third convolution")},
                   divisor_of(hints));
  const std::string& hidden = only_nature(layers.hidden, "the hidden layer");
  const std::int64_t width = nodes.linear(hidden, flat);
  nodes.activation(next_module(hidden));
  const std::vector<std::string> heads = heads_of(state, layers);
  const std::string& head = only_nature(heads, "the head");
  if (layers.head.size() == 2) nodes.critic(layers.head[layers.head[0] == head ? 1 : 0], width);
  for (const std::string& other : layers.head) {
    if (other != head) taker.ignore(other + ".");
  }
  const std::int64_t outputs = nodes.linear(head, width);
  Description description{.network = "Nature network of unknown origin",
                          .assumed = pixels_and_relu()};
  if (hints.algorithm == "C51") {
    nodes.expected_value(usual_support());
    note_usual_support(description);
  } else if (outputs > kMostActions) {
    throw bad_input(
        "the head '{}' has {} outputs, more than the {} actions of any game: a distribution's? "
        "Then "
        "give --algo C51, or describe the network with --network",
        head, outputs, kMostActions);
  }
  return {nodes.finish(), std::move(description)};
}

FoundNetwork recognise_nature(const StateDict& state, const Hints& hints) {
  const NatureLayers layers = nature_layers_of(state);
  const bool whole = std::ranges::none_of(layers.convolutions, &std::vector<std::string>::empty) &&
                     !layers.hidden.empty() && !layers.head.empty();
  // Two heads of which one is named after advantages are a dueling DQN's (nature_dueling.cpp).
  const bool dueling = std::ranges::any_of(
      state.tensors, [](const auto& tensor) { return names_an_advantage(tensor.name); });
  return {
      whole && !dueling ? "the shapes are the Nature DQN's, the names nobody's in particular" : "",
      [&state, &hints, layers] { return build_nature(state, hints, layers); }};
}

}  // namespace

extern constinit const Convention nature_entry{
    "nature", "any state dict of the Nature DQN's network, by its shapes", "", recognise_nature,
    /*last_resort=*/true};

}  // namespace arcadecam::checkpoint
