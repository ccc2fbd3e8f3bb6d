#include "nn/randomize_weights.h"

#include <cmath>
#include <memory>
#include <vector>

#include "arcadecam/core/random.h"

namespace arcadecam::nn {
namespace {

Weights uniform(const Shape& shape, std::int64_t fan_in, Random& random) {
  auto tensor = std::make_shared<Tensor>(shape);
  const double bound = 1 / std::sqrt(static_cast<double>(fan_in));
  for (float& value : tensor->values())
    value = static_cast<float>((2 * random.uniform() - 1) * bound);
  return tensor;
}

Weights constant(const Shape& shape, float value) {
  auto tensor = std::make_shared<Tensor>(shape);
  for (float& element : tensor->values()) element = value;
  return tensor;
}

}  // namespace

Graph randomize_weights(const Graph& graph, std::uint64_t seed) {
  std::vector<Node> nodes(graph.nodes().begin(), graph.nodes().end());
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    // A stream a layer: the weights of one do not depend on the sizes of those before it.
    Random random(derive_seed(seed, i, Stream::kWeights));
    const auto redraw = [&](auto& layer) {
      const std::int64_t fan_in = layer.weight->shape().inner().count();
      layer.weight = uniform(layer.weight->shape(), fan_in, random);
      if (layer.bias) layer.bias = uniform(layer.bias->shape(), fan_in, random);
    };
    if (auto* conv = std::get_if<Conv2d>(&nodes[i].op)) redraw(*conv);
    if (auto* linear = std::get_if<Linear>(&nodes[i].op)) redraw(*linear);
    if (auto* norm = std::get_if<BatchNorm2d>(&nodes[i].op)) {
      norm->gamma = constant(norm->gamma->shape(), 1);
      norm->beta = constant(norm->beta->shape(), 0);
      norm->mean = constant(norm->mean->shape(), 0);
      norm->variance = constant(norm->variance->shape(), 1);
    }
    if (auto* norm = std::get_if<LayerNorm>(&nodes[i].op)) {
      norm->gamma = constant(norm->gamma->shape(), 1);
      norm->beta = constant(norm->beta->shape(), 0);
    }
  }
  return Graph(std::move(nodes));
}

}  // namespace arcadecam::nn
