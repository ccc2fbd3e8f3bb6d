#include "explain/receptive_field.h"

#include <array>

#include "arcadecam/core/error.h"
#include "explain/layers.h"

namespace arcadecam::explain {
namespace {

Samples behind(Samples samples, const nn::Conv2d& convolution, std::int64_t kernel) {
  const double middle = static_cast<double>(kernel - 1) / 2 - convolution.padding;
  return {samples.first + middle * samples.step, samples.step * convolution.stride};
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
    fields.rows = behind(fields.rows, *convolution, kernel[2]);
    fields.columns = behind(fields.columns, *convolution, kernel[3]);
  }
  return fields;
}

bool is_aligned(const Params& params) {
  static constexpr std::array<std::string_view, 2> kPlaces{"stretched", "aligned"};
  return params.choice("place", kPlaces) == 1;
}

BilinearResize layer_resize(const nn::Graph& graph, int node, const Params& params) {
  const Shape from = plane_of(graph.shape(node)), to = plane_of(graph.shape(0));
  return is_aligned(params) ? BilinearResize(from, to, receptive_fields(graph, node))
                            : BilinearResize(from, to, Alignment::kHalfPixel);
}

}  // namespace arcadecam::explain
