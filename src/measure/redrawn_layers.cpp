#include "measure/redrawn_layers.h"

#include <variant>

namespace arcadecam::measure {
namespace {

// An atom's return and how observations are standardised are given, not learned.
bool is_given(const nn::Op& op) {
  return std::holds_alternative<nn::ExpectedValue>(op) || std::holds_alternative<nn::Affine>(op);
}

}  // namespace

std::vector<int> layers_with_weights(const nn::Graph& graph) {
  std::vector<int> layers;
  for (int node = 0; node < graph.size(); ++node) {
    const nn::Op& op = graph.node(node).op;
    if (!nn::weights_of(op).empty() && !is_given(op)) layers.push_back(node);
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

}  // namespace arcadecam::measure
