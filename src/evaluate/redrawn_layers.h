#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "arcadecam/nn/graph.h"

namespace arcadecam::evaluate {

/// The nodes of a graph that have weights which were learned, first layer first.
std::vector<int> layers_with_weights(const nn::Graph& graph);

/// Draws the layers first … last−1 of layers_with_weights() anew, as agent::randomize_weights():
/// the same layer becomes the same one whatever the others.
struct RedrawnLayers {
  std::size_t first, last;
  std::uint64_t seed;

  /// The same of the same layers.
  [[nodiscard]] std::string name() const;
  [[nodiscard]] nn::Graph operator()(const nn::Graph& graph) const;
};

}  // namespace arcadecam::evaluate
