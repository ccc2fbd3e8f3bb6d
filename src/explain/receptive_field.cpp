#include "explain/receptive_field.h"

#include <array>

#include "arcadecam/core/error.h"
#include "explain/layers.h"

namespace arcadecam::explain {
namespace {

/// Behind a convolution or pooling; `padding`: rows or columns in front.
SampleAxis behind(SampleAxis samples, std::int64_t kernel, int stride, int padding) {
  const double middle = static_cast<double>(kernel - 1) / 2 - padding;
  return {samples.first + middle * samples.step, samples.step * stride};
}

}  // namespace

Placement receptive_fields(const nn::Graph& graph, int node) {
  if (graph.shape(node).rank() != 3)
    throw bad_usage("the positions of '{}' have no place in the picture: its shape is {}",
                    graph.node(node).name, to_string(graph.shape(node)));
  if (graph.node(node).inputs.empty()) return {};
  Placement fields = receptive_fields(graph, graph.node(node).inputs.front());
  if (const auto* convolution = std::get_if<nn::Conv2d>(&graph.node(node).op)) {
    const Shape& kernel = convolution->weight->shape();
    fields.rows = behind(fields.rows, kernel[2], convolution->stride, convolution->padding);
    fields.columns = behind(fields.columns, kernel[3], convolution->stride, convolution->padding);
  } else if (const auto* pool = std::get_if<nn::Pool2d>(&graph.node(node).op)) {
    fields.rows = behind(fields.rows, pool->kernel, pool->stride, pool->before);
    fields.columns = behind(fields.columns, pool->kernel, pool->stride, pool->before);
  }
  return fields;
}

bool is_aligned(const Params& params) {
  static constexpr std::array<std::string_view, 2> kPlaces{"stretched", "aligned"};
  return params.choice("place", kPlaces) == 1;
}

ShownLayer shown_layer(const nn::Graph& graph, int node, const Params& params) {
  const Shape& shape = graph.shape(node);
  const Shape from = plane_of(shape), to = plane_of(graph.shape(0));
  return {node, graph.node(node).name, shape,
          is_aligned(params) ? BilinearResize(from, to, receptive_fields(graph, node))
                             : BilinearResize(from, to, Alignment::kHalfPixel)};
}

}  // namespace arcadecam::explain
