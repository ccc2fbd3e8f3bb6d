#pragma once

#include <vector>

#include "arcadecam/nn/graph.h"

namespace arcadecam::nn {

/// The batch normalisation that relevance rules merge into a convolution: the one that alone reads
/// it. −1 for none.
int merged_norm(const Graph& graph, int layer);

/// The one that they merge into the convolution or linear layer behind it, which alone reads it
/// (through a Flatten): one that is not merged into a convolution before it. −1 for none.
int norm_before(const Graph& graph, int layer);

/// Whether a batch normalisation is merged into the convolution before it or the layer behind it.
bool is_merged(const Graph& graph, int norm);

/// A convolution or linear layer with what is merged into it.
struct MergedLayer {
  int input;  ///< the node that it reads, in C order as its own input
  Weights weight;
  /// One value an output channel, or where norm_before() is merged into a convolution with padding
  /// one an output value; may be null.
  Weights bias;
};
MergedLayer merged_layer(const Graph& graph, int layer);

/// Whether a node is a sum of two fully connected layers' outputs: of parts of them, or of what a
/// gate lets through of them.
bool sums_layers(const Graph& graph, int node);

/// What the biases of such layers add to one sample's output of `node`, a term of the sum.
/// `activation(node)`: the values of a node in this sample.
template <typename T, typename Activations>
std::vector<T> constant_part(const Graph& graph, int node, const Activations& activation) {
  const Node& here = graph.node(node);
  if (const auto* linear = std::get_if<Linear>(&here.op)) {
    if (!linear->bias) return std::vector<T>(static_cast<std::size_t>(graph.shape(node).count()));
    return {linear->bias->values().begin(), linear->bias->values().end()};
  }
  if (const auto* slice = std::get_if<Slice>(&here.op)) {
    const std::vector<T> all = constant_part<T>(graph, here.inputs[0], activation);
    return {all.begin() + slice->first, all.begin() + slice->first + slice->count};
  }
  std::vector<T> part = constant_part<T>(graph, here.inputs[1], activation);
  const T* gate = activation(here.inputs[0]);
  for (std::size_t i = 0; i < part.size(); ++i) part[i] *= gate[i];
  return part;
}

}  // namespace arcadecam::nn
