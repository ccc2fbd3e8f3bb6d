#pragma once

#include <compare>
#include <cstddef>
#include <vector>

#include "arcadecam/nn/graph.h"

namespace arcadecam::measure {

/// The nodes of a graph that have learned weights, from the first layer to the last.
std::vector<int> layers_with_weights(const nn::Graph& graph);

/// The layers first … last−1 of layers_with_weights(): their weights are drawn at random again. A
/// layer gets the same new weights whichever other layers are redrawn with it.
struct RedrawnLayers {
  std::size_t first, last;

  // clang-tidy 14 takes the comparison with 0 for one with a null pointer.
  friend auto operator<=>(const RedrawnLayers&,
                          const RedrawnLayers&) = default;  // NOLINT(modernize-use-nullptr)
};

/// `graph`, but with these layers of `redrawn`, a graph whose weights are all drawn again.
nn::Graph with_layers_of(const nn::Graph& graph, const nn::Graph& redrawn, RedrawnLayers layers);

}  // namespace arcadecam::measure
