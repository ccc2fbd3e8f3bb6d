#include "nn/merged_layer.h"

#include <algorithm>
#include <cmath>

namespace arcadecam::nn {
namespace {

double factor_of(const BatchNorm2d& norm, std::int64_t channel) {
  return norm.gamma->data()[channel] /
         std::sqrt(double{norm.variance->data()[channel]} + norm.epsilon);
}

double shift_of(const BatchNorm2d& norm, std::int64_t channel) {
  return norm.beta->data()[channel] - norm.mean->data()[channel] * factor_of(norm, channel);
}

/// `layer` with the normalisation behind it.
void merge_behind(const BatchNorm2d& norm, MergedLayer& layer) {
  auto weight = std::make_shared<Tensor>(*layer.weight);
  auto bias = std::make_shared<Tensor>(Shape{weight->shape()[0]});
  const std::int64_t size = weight->shape().inner().count();
  for (std::int64_t o = 0; o < weight->shape()[0]; ++o) {
    const double factor = factor_of(norm, o);
    const double before = layer.bias ? layer.bias->data()[o] : 0.0F;
    bias->data()[o] =
        static_cast<float>((before - norm.mean->data()[o]) * factor + norm.beta->data()[o]);
    for (std::int64_t i = o * size; i < (o + 1) * size; ++i)
      weight->data()[i] = static_cast<float>(layer.weight->data()[i] * factor);
  }
  layer.weight = weight;
  layer.bias = bias;
}

/// Visits every weight of a fully connected layer that reads C×H×W values, or of a convolution
/// where it lies on the picture: visit(output value, weight, input channel).
template <typename F>
void for_each_weight(const Graph& graph, int layer, const Shape& in, F&& visit) {
  const Shape& out = graph.shape(layer);
  const auto* conv = std::get_if<Conv2d>(&graph.node(layer).op);
  if (conv == nullptr) {
    for (std::int64_t o = 0; o < out.count(); ++o) {
      for (std::int64_t i = 0; i < in.count(); ++i)
        visit(o, o * in.count() + i, i / (in[1] * in[2]));
    }
    return;
  }
  const Shape& kernel = conv->weight->shape();
  const std::int64_t size = kernel[2] * kernel[3];
  for (std::int64_t o = 0; o < out.count(); ++o) {
    const std::int64_t top = o / out[2] % out[1] * conv->stride - conv->padding;
    const std::int64_t left = o % out[2] * conv->stride - conv->padding;
    for (std::int64_t i = 0; i < in[0] * size; ++i) {
      const std::int64_t row = top + i % size / kernel[3], column = left + i % kernel[3];
      if (row < 0 || row >= in[1] || column < 0 || column >= in[2]) continue;
      visit(o, o / (out[1] * out[2]) * in[0] * size + i, i / size);
    }
  }
}

/// `merged` with the normalisation in front of `layer`. Padding holds no shift, so that a
/// convolution's bias is no longer the same everywhere.
void merge_before(const Graph& graph, int layer, const BatchNorm2d& norm, MergedLayer& merged) {
  const Shape &in = graph.shape(merged.input), &out = graph.shape(layer);
  auto weight = std::make_shared<Tensor>(*merged.weight);
  auto bias = std::make_shared<Tensor>(out);
  std::vector<double> sums(static_cast<std::size_t>(out.count()));
  for_each_weight(graph, layer, in, [&](std::int64_t o, std::int64_t w, std::int64_t channel) {
    sums[static_cast<std::size_t>(o)] += merged.weight->data()[w] * shift_of(norm, channel);
  });
  for (std::int64_t o = 0; o < out.count(); ++o) {
    const double own =
        merged.bias ? merged.bias->data()[o / (out.count() / merged.bias->size())] : 0.0F;
    bias->data()[o] = static_cast<float>(own + sums[static_cast<std::size_t>(o)]);
  }
  // A weight row is one output channel's: input channel by input channel.
  const std::int64_t row = weight->shape().inner().count();
  for (std::int64_t w = 0; w < weight->size(); ++w)
    weight->data()[w] =
        static_cast<float>(weight->data()[w] * factor_of(norm, w % row / (row / in[0])));
  merged.weight = weight;
  merged.bias = bias;
}

bool is_term_of_layer(const Graph& graph, int node) {
  const Node& here = graph.node(node);
  if (std::holds_alternative<Linear>(here.op)) return true;
  if (std::holds_alternative<Slice>(here.op)) return is_term_of_layer(graph, here.inputs[0]);
  return std::holds_alternative<Gate>(here.op) && is_term_of_layer(graph, here.inputs[1]);
}

}  // namespace

int merged_norm(const Graph& graph, int layer) {
  const auto readers = graph.consumers(layer);
  const bool merges = std::holds_alternative<Conv2d>(graph.node(layer).op) && readers.size() == 1 &&
                      std::holds_alternative<BatchNorm2d>(graph.node(readers.front()).op);
  return merges ? readers.front() : -1;
}

int norm_before(const Graph& graph, int layer) {
  const Op& op = graph.node(layer).op;
  const bool is_flat = std::holds_alternative<Linear>(op);
  if (!is_flat && !std::holds_alternative<Conv2d>(op)) return -1;
  int norm = graph.node(layer).inputs.front();
  if (is_flat && std::holds_alternative<Flatten>(graph.node(norm).op) &&
      graph.consumers(norm).size() == 1) {
    norm = graph.node(norm).inputs.front();
  }
  const bool merges = std::holds_alternative<BatchNorm2d>(graph.node(norm).op) &&
                      graph.consumers(norm).size() == 1 &&
                      merged_norm(graph, graph.node(norm).inputs.front()) != norm;
  return merges ? norm : -1;
}

bool is_merged(const Graph& graph, int norm) {
  if (merged_norm(graph, graph.node(norm).inputs.front()) == norm) return true;
  if (graph.consumers(norm).size() != 1) return false;
  int reader = graph.consumers(norm).front();
  if (std::holds_alternative<Flatten>(graph.node(reader).op) &&
      graph.consumers(reader).size() == 1) {
    reader = graph.consumers(reader).front();
  }
  return norm_before(graph, reader) == norm;
}

MergedLayer merged_layer(const Graph& graph, int layer) {
  MergedLayer merged{graph.node(layer).inputs.front(), nullptr, nullptr};
  const auto take = [&](const auto& op) {
    merged.weight = op.weight;
    merged.bias = op.bias;
  };
  if (const auto* linear = std::get_if<Linear>(&graph.node(layer).op)) {
    take(*linear);
  } else {
    take(std::get<Conv2d>(graph.node(layer).op));
  }
  if (const int behind = merged_norm(graph, layer); behind >= 0)
    merge_behind(std::get<BatchNorm2d>(graph.node(behind).op), merged);
  if (const int before = norm_before(graph, layer); before >= 0) {
    merged.input = graph.node(before).inputs.front();
    merge_before(graph, layer, std::get<BatchNorm2d>(graph.node(before).op), merged);
  }
  return merged;
}

bool sums_layers(const Graph& graph, int node) {
  const Node& here = graph.node(node);
  return std::holds_alternative<Add>(here.op) && is_term_of_layer(graph, here.inputs[0]) &&
         is_term_of_layer(graph, here.inputs[1]);
}

}  // namespace arcadecam::nn
