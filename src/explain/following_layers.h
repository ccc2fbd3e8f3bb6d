#pragma once

#include <optional>

#include "arcadecam/nn/graph.h"

namespace arcadecam::explain {

/// The fully connected layer that alone reads a node: flattened, and rectified first or not.
struct FlatLayer {
  int node;
  bool rectified;
};

/// None where anything else reads what lies between, or the layer is not all that the rest of the
/// network follows from.
std::optional<FlatLayer> flat_layer_after(const nn::Graph& graph, int node);

/// The convolution that alone reads the ReLU that alone reads a node; none as above.
std::optional<int> convolution_after_relu(const nn::Graph& graph, int node);

}  // namespace arcadecam::explain
