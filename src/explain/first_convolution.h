#pragma once

#include <optional>

#include "arcadecam/nn/graph.h"

namespace arcadecam::explain {

/// The convolution through which alone a network sees its input: the values there are linear in the
/// input (but for the bias), and all that follows follows from them.
struct FirstConvolution {
  int node;
  float factor;  ///< by which the input is multiplied first

  /// gx ← ∂/∂input of Σ g·(the node's values), for one sample.
  void carry_back(const nn::Graph& graph, const float* g, float* gx) const;
};

/// None where the input is also read elsewhere, or the network remembers.
std::optional<FirstConvolution> first_convolution(const nn::Graph& graph);

}  // namespace arcadecam::explain
