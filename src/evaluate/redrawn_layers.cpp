#include "evaluate/redrawn_layers.h"

#include <variant>

namespace arcadecam::evaluate {

std::vector<int> layers_with_weights(const nn::Graph& graph) {
  std::vector<int> layers;
  for (int node = 0; node < graph.size(); ++node) {
    if (!nn::weights_of(graph.node(node).op).empty() &&
        !std::holds_alternative<nn::ExpectedValue>(graph.node(node).op))
      layers.push_back(node);
  }
  return layers;
}

nn::Graph with_layers_of(const nn::Graph& graph, const nn::Graph& redrawn, RedrawnLayers layers) {
  const std::vector<int> all = layers_with_weights(graph);
  std::vector<nn::Node> nodes(graph.nodes().begin(), graph.nodes().end());
  for (std::size_t i = layers.first; i < layers.last; ++i)
    nodes[static_cast<std::size_t>(all[i])] = redrawn.node(all[i]);
  return nn::Graph(std::move(nodes));
}

}  // namespace arcadecam::evaluate
