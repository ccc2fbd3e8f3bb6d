#include "checkpoint/building/dopamine_online.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>

#include "checkpoint/building/flax_layers.h"

namespace arcadecam::checkpoint {
namespace {

constexpr std::string_view kOnline = "Online/";
constexpr const char *kOnlineParameters = "online_params/", *kParameters = "params/";
constexpr std::array<std::string_view, 2> kTargets{"target_network_params/", "target_params/"};
constexpr std::string_view kSeenLast = "state";  // the agent's last observation

// What an agent's bundle holds beside the online parameters.
bool is_beside_online(std::string_view name) {
  return name == kSeenLast ||
         std::ranges::any_of(kTargets, [&](auto target) { return name.starts_with(target); });
}

using Renaming = std::vector<std::pair<std::string, std::string>>;

bool is_tensorflow(const StateDict& state) {
  return has_prefix(state, "Online/Conv/");
}

// "Online/dense/", or with a number that Keras gave it, or nothing.
std::string unnamed_layer(const StateDict& state) {
  constexpr std::string_view kUnnamed = "Online/dense";
  for (const auto& [name, tensor] : state.tensors) {
    if (!name.starts_with(kUnnamed)) continue;
    const std::size_t end = name.find('/', kUnnamed.size());
    if (end != std::string::npos) return name.substr(0, end + 1);
  }
  return {};
}

// TensorFlow's names of the layers are those of slim, and of Keras after it. The layer that embeds
// an implicit quantile is slim's first; Keras's has no name of its own, so that it is "dense".
Renaming flax_layers(const StateDict& state) {
  Renaming layers{{"Online/Conv/", "params/Conv_0/"},
                  {"Online/Conv_1/", "params/Conv_1/"},
                  {"Online/Conv_2/", "params/Conv_2/"}};
  int next = 0;
  if (const std::string embedding = unnamed_layer(state); !embedding.empty())
    layers.emplace_back(embedding, fmt::format("params/Dense_{}/", next++));
  for (const char* name : {"fully_connected/", "fully_connected_1/", "fully_connected_2/"})
    layers.emplace_back(fmt::format("{}{}", kOnline, name),
                        fmt::format("params/Dense_{}/", next++));
  return layers;
}

// What an optimiser remembers of a weight is named after it.
bool is_slot(const std::string& name) {
  constexpr std::array<std::string_view, 5> kSlots{"/RMSProp", "/RMSProp_1", "/RMSProp_2", "/Adam",
                                                   "/Adam_1"};
  return std::any_of(kSlots.begin(), kSlots.end(),
                     [&](std::string_view slot) { return name.ends_with(slot); });
}

StateDict from_tensorflow(const StateDict& state) {
  const Renaming layers = flax_layers(state);
  StateDict result;
  for (const auto& [name, tensor] : state.tensors) {
    if (!name.starts_with(kOnline) || is_slot(name)) continue;
    std::string renamed = name;
    for (const auto& [from, to] : layers) {
      const std::string kind = name.starts_with(from) ? name.substr(from.size()) : "";
      if (kind == "weights" || kind == "kernel") renamed = to + "kernel";
      if (kind == "biases" || kind == "bias") renamed = to + "bias";
    }
    result.tensors.push_back({renamed, tensor});
  }
  return result;
}

// What stands in front of the first layer, among the online parameters where they are called so.
std::string online_prefix_of(const StateDict& flax) {
  for (const std::string root : {kOnlineParameters, kParameters, ""}) {
    if (!has_prefix(flax, root)) continue;
    for (const char* first : {"encoder/_stacks_0/Conv_0/kernel", "Conv_0/kernel"}) {
      if (auto prefix = flax_prefix(flax, root, first)) return *prefix;
    }
    return root == kParameters ? root : root + kParameters;
  }
  return kParameters;
}

}  // namespace

DopamineOnline dopamine_online(const StateDict& stored) {
  DopamineOnline online;
  if (is_tensorflow(stored)) {
    online.flax = from_tensorflow(stored);
  } else {
    const bool is_agent = has_prefix(stored, kOnlineParameters);
    std::ranges::copy_if(
        stored.tensors, std::back_inserter(online.flax.tensors),
        [&](const auto& tensor) { return !is_agent || !is_beside_online(tensor.name); });
  }
  online.prefix = online_prefix_of(online.flax);
  return online;
}

bool may_be_dopamine(const StateDict& stored, const Hints& hints) {
  if (hints.source == "tensorflow") return is_tensorflow(stored);
  return hints.source == "flax" || hints.source == "dopamine";
}

std::string dopamine_evidence(const DopamineOnline& online, const Hints& hints,
                              const std::string& layer) {
  if (hints.source == "tensorflow") return "'Online/Conv' in a TensorFlow checkpoint";
  return fmt::format("'{}{}/kernel' in flax's layout", online.prefix, layer);
}

}  // namespace arcadecam::checkpoint
