#include "explain/following_layers.h"

#include <vector>

#include "arcadecam/nn/engine.h"

namespace arcadecam::explain {
namespace {

/// The node that alone reads `node`, where it is a T.
template <typename T>
std::optional<int> only_reader(const nn::Graph& graph, int node) {
  const auto readers = graph.consumers(node);
  if (readers.size() != 1 || !std::holds_alternative<T>(graph.node(readers.front()).op))
    return std::nullopt;
  return readers.front();
}

bool all_follows_from(const nn::Graph& graph, int node) {
  return graph.states().empty() && nn::cut_at(graph, node) == std::vector{node};
}

}  // namespace

std::optional<FlatLayer> flat_layer_after(const nn::Graph& graph, int node) {
  const std::optional<int> relu = only_reader<nn::Relu>(graph, node);
  const std::optional<int> flat = only_reader<nn::Flatten>(graph, relu.value_or(node));
  if (!flat) return std::nullopt;
  const std::optional<int> layer = only_reader<nn::Linear>(graph, *flat);
  if (!layer || !all_follows_from(graph, *layer)) return std::nullopt;
  return FlatLayer{*layer, relu.has_value()};
}

std::optional<int> convolution_after_relu(const nn::Graph& graph, int node) {
  const std::optional<int> relu = only_reader<nn::Relu>(graph, node);
  if (!relu) return std::nullopt;
  const std::optional<int> layer = only_reader<nn::Conv2d>(graph, *relu);
  return layer && all_follows_from(graph, *layer) ? layer : std::nullopt;
}

}  // namespace arcadecam::explain
