#pragma once

#include <cstdint>
#include <vector>

#include "arcadecam/nn/graph.h"
#include "nn/plain_operations.h"

namespace arcadecam::nn {

/// What an operation sees of its node: shapes, its own output and gradient, its inputs'.
template <typename T>
struct ReferenceContext {
  const Graph& graph;
  int node;
  std::vector<std::vector<T>>& activations;
  std::vector<std::vector<T>>& gradients;

  [[nodiscard]] int input_node(int k) const {
    return graph.node(node).inputs[static_cast<std::size_t>(k)];
  }
  [[nodiscard]] const Shape& input_shape() const { return graph.shape(input_node(0)); }
  [[nodiscard]] const Shape& shape() const { return graph.shape(node); }
  T* y() const { return activations[static_cast<std::size_t>(node)].data(); }
  const T* x(int k = 0) const {
    return activations[static_cast<std::size_t>(input_node(k))].data();
  }
  const T* gy() const { return gradients[static_cast<std::size_t>(node)].data(); }
  T* gx(int k = 0) const { return gradients[static_cast<std::size_t>(input_node(k))].data(); }
};

/// The same for the operations of plain_operations.h.
template <typename T>
PlainSample<T> plain_sample(const ReferenceContext<T>& c) {
  PlainSample<T> sample{c.graph, c.node, {}, c.y(), c.gy(), {}};
  for (int k = 0; k < static_cast<int>(c.graph.node(c.node).inputs.size()); ++k) {
    sample.x.push_back(c.x(k));
    sample.gx.push_back(c.gx(k));
  }
  return sample;
}

/// Visits every (output position, input position, weight position) triple of a convolution.
template <typename T, typename F>
void for_each_product(const ReferenceContext<T>& c, const Conv2d& op, F&& visit) {
  const Shape &in = c.input_shape(), &out = c.shape(), &kernel = op.weight->shape();
  const std::int64_t height = in[1], width = in[2], kernel_height = kernel[2],
                     kernel_width = kernel[3];
  std::int64_t output = 0;
  for (std::int64_t o = 0; o < out[0]; ++o) {
    for (std::int64_t row = 0; row < out[1]; ++row) {
      for (std::int64_t column = 0; column < out[2]; ++column, ++output) {
        std::int64_t weight = o * in[0] * kernel_height * kernel_width;
        for (std::int64_t channel = 0; channel < in[0]; ++channel) {
          for (std::int64_t i = 0; i < kernel_height; ++i) {
            for (std::int64_t j = 0; j < kernel_width; ++j, ++weight) {
              const std::int64_t h = row * op.stride - op.padding + i;
              const std::int64_t w = column * op.stride - op.padding + j;
              if (h < 0 || h >= height || w < 0 || w >= width) continue;
              visit(output, (channel * height + h) * width + w, weight);
            }
          }
        }
      }
    }
  }
}

}  // namespace arcadecam::nn
