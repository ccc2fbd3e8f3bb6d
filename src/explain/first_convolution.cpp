#include "explain/first_convolution.h"

#include <algorithm>
#include <vector>

#include "arcadecam/nn/engine.h"
#include "explain/plane_kernels.h"

namespace arcadecam::explain {

std::optional<FirstConvolution> first_convolution(const nn::Graph& graph) {
  if (!graph.states().empty()) return std::nullopt;
  FirstConvolution result{0, 1};
  while (!std::holds_alternative<nn::Conv2d>(graph.node(result.node).op)) {
    if (graph.consumers(result.node).size() != 1) return std::nullopt;
    result.node = graph.consumers(result.node).front();
    if (const auto* scale = std::get_if<nn::Scale>(&graph.node(result.node).op)) {
      result.factor *= scale->factor;
    } else if (!std::holds_alternative<nn::Conv2d>(graph.node(result.node).op)) {
      return std::nullopt;
    }
  }
  if (nn::cut_at(graph, result.node) != std::vector{result.node}) return std::nullopt;
  return result;
}

void FirstConvolution::carry_back(const nn::Graph& graph, const float* g, float* gx) const {
  const auto& op = std::get<nn::Conv2d>(graph.node(node).op);
  const Shape &in = graph.shape(0), &out = graph.shape(node), &kernel = op.weight->shape();
  const std::int64_t planes = in[0], height = in[1], width = in[2];
  const std::int64_t kernel_height = kernel[2], kernel_width = kernel[3];
  const std::int64_t outputs = out[0], area = out[1] * out[2];
  std::fill_n(gx, in.count(), 0.0F);
  // What goes back into one window, [plane][row][column], as the weights of an output lie.
  std::vector<float> arriving(static_cast<std::size_t>(outputs));
  std::vector<float> window(static_cast<std::size_t>(planes * kernel_height * kernel_width));
  for (std::int64_t at = 0; at < area; ++at) {
    for (std::int64_t o = 0; o < outputs; ++o)
      arriving[static_cast<std::size_t>(o)] = g[o * area + at] * factor;
    std::ranges::fill(window, 0.0F);
    plane_kernels().add_rows(op.weight->data(), arriving.data(), outputs, std::ssize(window),
                             window.data());
    const std::int64_t top = at / out[2] * op.stride - op.padding;
    const std::int64_t left = at % out[2] * op.stride - op.padding;
    // The part of the kernel that lies inside the picture.
    const std::int64_t first = std::max<std::int64_t>(0, -left);
    const std::int64_t last = std::min(kernel_width, width - left);
    for (std::int64_t c = 0; c < planes; ++c) {
      for (std::int64_t y = std::max<std::int64_t>(0, -top);
           y < std::min(kernel_height, height - top); ++y) {
        const float* from = window.data() + (c * kernel_height + y) * kernel_width;
        float* to = gx + (c * height + top + y) * width + left;
        for (std::int64_t x = first; x < last; ++x) to[x] += from[x];
      }
    }
  }
}

}  // namespace arcadecam::explain
