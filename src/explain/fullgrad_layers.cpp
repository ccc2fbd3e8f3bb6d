#include "explain/fullgrad_layers.h"

#include <algorithm>
#include <utility>

#include "arcadecam/core/error.h"
#include "explain/bias.h"
#include "explain/layers.h"
#include "explain/plane_kernels.h"

namespace arcadecam::explain {

FullGradLayers fullgrad_layers(const nn::Graph& graph, const std::vector<std::string>& names,
                               bool biased) {
  std::vector<std::string> layers = names;
  const auto inputs = std::erase(layers, kInputTerm);
  if (inputs > 1) throw bad_usage("layers: {} is named twice", kInputTerm);
  FullGradLayers result{names.empty() || inputs == 1, {}};
  if (names.empty() || !layers.empty()) result.layers = find_layers(graph, layers);
  if (!biased) return result;
  const auto has_none = [&](int node) { return bias_of(graph.node(node).op).empty(); };
  if (names.empty()) {
    std::erase_if(result.layers, has_none);
    return result;
  }
  for (const int node : result.layers) {
    if (has_none(node))
      throw bad_usage("layers: '{}' has no bias, so that it adds nothing", graph.node(node).name);
  }
  return result;
}

double AddedMass::next() {
  const double now = plane_kernels().sum(map_.data(), map_.size());
  return now - std::exchange(before_, now);
}

}  // namespace arcadecam::explain
