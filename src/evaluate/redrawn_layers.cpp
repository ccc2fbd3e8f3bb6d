#include "evaluate/redrawn_layers.h"

#include <variant>

#include "agent/agent.h"

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

std::string RedrawnLayers::name() const {
  return std::to_string(first) + "-" + std::to_string(last);
}

nn::Graph RedrawnLayers::operator()(const nn::Graph& graph) const {
  const nn::Graph random = agent::randomize_weights(graph, seed);
  const std::vector<int> layers = layers_with_weights(graph);
  std::vector<nn::Node> nodes(graph.nodes().begin(), graph.nodes().end());
  for (std::size_t i = first; i < last; ++i)
    nodes[static_cast<std::size_t>(layers[i])] = random.node(layers[i]);
  return nn::Graph(std::move(nodes));
}

}  // namespace arcadecam::evaluate
