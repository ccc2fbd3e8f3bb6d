#include "profile/planted_checkpoint.h"

#include <fmt/format.h>

#include <vector>

#include "arcadecam/core/digest.h"
#include "arcadecam/core/error.h"

namespace arcadecam::profile {
namespace {

/// The weights, and their digest: there is no file that could be digested.
struct StoredWeights {
  std::vector<checkpoint::StoredTensor> tensors;
  std::string sha256;
};

StoredWeights stored_weights(const nn::Graph& graph) {
  StoredWeights stored;
  std::vector<std::uint8_t> bytes;
  for (const nn::Node& node : graph.nodes()) {
    for (const auto& [name, tensor] : nn::weights_of(node.op)) {
      if (!tensor) continue;
      stored.tensors.push_back({fmt::format("{}.{}", node.name, name), "float32", tensor->shape()});
      const auto* first = reinterpret_cast<const std::uint8_t*>(tensor->data());
      bytes.insert(bytes.end(), first,
                   first + tensor->size() * static_cast<std::int64_t>(sizeof(float)));
    }
  }
  stored.sha256 = sha256(bytes);
  return stored;
}

}  // namespace

checkpoint::Checkpoint planted_checkpoint(const planted::Planted& agent,
                                          const checkpoint::LoadOptions& options) {
  const std::string name = agent.name();
  if (options.algorithm || options.as || options.divide_by || options.activation || options.grey ||
      options.entry || !options.ignore.empty() || options.network) {
    throw bad_usage("{}: is no file; leave out the options that say how a checkpoint is read",
                    name);
  }
  nn::Graph graph = agent.build();
  StoredWeights stored = stored_weights(graph);
  return {.file = name,
          .sha256 = std::move(stored.sha256),
          .container = "none: built by the program",
          .convention = "planted",
          .network = "Nature DQN's network, wired by hand",
          .algorithm = std::nullopt,
          .protocol = options.protocol.value_or("modern"),
          .game = options.game.value_or(std::string(agent.game->game)),
          .step = std::nullopt,
          .training_seed = std::nullopt,
          .tensors = std::move(stored.tensors),
          .other_entries = {},
          .evidence = {fmt::format("The name says so: it {}.", agent.variant->title)},
          .unknown = {},
          .graph = std::move(graph)};
}

}  // namespace arcadecam::profile
