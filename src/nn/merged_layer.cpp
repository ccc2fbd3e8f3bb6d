#include "nn/merged_layer.h"

#include <cmath>

namespace arcadecam::nn {

int merged_norm(const Graph& graph, int layer) {
  const auto readers = graph.consumers(layer);
  const bool merges = std::holds_alternative<Conv2d>(graph.node(layer).op) && readers.size() == 1 &&
                      std::holds_alternative<BatchNorm2d>(graph.node(readers.front()).op);
  return merges ? readers.front() : -1;
}

bool is_merged(const Graph& graph, int norm) {
  return merged_norm(graph, graph.node(norm).inputs.front()) == norm;
}

MergedLayer merged_layer(const Graph& graph, int layer) {
  if (const auto* linear = std::get_if<Linear>(&graph.node(layer).op)) {
    return {linear->weight, linear->bias};
  }
  const auto& conv = std::get<Conv2d>(graph.node(layer).op);
  const int node = merged_norm(graph, layer);
  if (node < 0) return {conv.weight, conv.bias};
  const auto& norm = std::get<BatchNorm2d>(graph.node(node).op);
  auto weight = std::make_shared<Tensor>(*conv.weight);
  auto bias = std::make_shared<Tensor>(Shape{weight->shape()[0]});
  const std::int64_t size = weight->shape().inner().count();
  for (std::int64_t o = 0; o < weight->shape()[0]; ++o) {
    const double factor =
        norm.gamma->data()[o] / std::sqrt(double{norm.variance->data()[o]} + norm.epsilon);
    const double before = conv.bias ? conv.bias->data()[o] : 0.0F;
    bias->data()[o] =
        static_cast<float>((before - norm.mean->data()[o]) * factor + norm.beta->data()[o]);
    for (std::int64_t i = o * size; i < (o + 1) * size; ++i)
      weight->data()[i] = static_cast<float>(conv.weight->data()[i] * factor);
  }
  return {weight, bias};
}

}  // namespace arcadecam::nn
