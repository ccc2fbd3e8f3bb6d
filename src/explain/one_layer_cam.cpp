#include "explain/one_layer_cam.h"

#include <algorithm>

#include "explain/layers.h"

namespace arcadecam::explain {
namespace {

constexpr std::array<std::string_view, 2> kHooks{"pre", "post"};

int hooked_node(const nn::Graph& graph, const Params& params) {
  const int layer = find_layer(graph, params.text("layer"));
  return params.choice("at", kHooks) == 0 ? layer : activation_after(graph, layer);
}

}  // namespace

std::span<const Param> one_layer_params() {
  static constexpr std::array<Param, 2> kParams{
      {{"layer", "",
        "index among convolution and normalisation layers from 0, or a node's name; default: the "
        "last convolution"},
       {"at", "pre", "hook before (pre) or after (post) the layer's activation function"}}};
  return kParams;
}

OneLayerCam::OneLayerCam(const nn::Graph& graph, const Params& params)
    : node_(hooked_node(graph, params)),
      layer_name_(graph.node(node_).name),
      layer_shape_(graph.shape(node_)),
      input_plane_(plane_of(graph.shape(0))),
      resize_(plane_of(layer_shape_), input_plane_, Alignment::kHalfPixel) {
  watch_ = {{node_}, {node_}};
}

void OneLayerCam::explain(const Query& query, Attribution& result) {
  const Shape plane = plane_of(layer_shape_);
  result.raw.resize(plane);
  result.map.resize(input_plane_);
  std::ranges::fill(result.raw.values(), 0.0F);
  std::ranges::fill(result.map.values(), 0.0F);
  result.channel_weights.assign(static_cast<std::size_t>(layer_shape_[0]), 0.0F);
  combine(query.tape.activation(node_)[query.sample].data(),
          query.tape.gradient(node_)[query.sample].data(), layer_shape_[0], plane.count(), result);
  scaled_.resize(plane);
  std::ranges::transform(result.raw.values(), scaled_.data(),
                         [](float x) { return std::max(x, 0.0F); });
  minmax(scaled_.values());
  resize_.add(scaled_.data(), 1.0F, result.map.data());
  result.layers = {{layer_name_, 1.0}};
}

void add_weighted_channels(const float* activation, std::span<const float> weights,
                           std::int64_t area, float* raw) {
  for (std::size_t c = 0; c < weights.size(); ++c) {
    const float* plane = activation + static_cast<std::int64_t>(c) * area;
    const float weight = weights[c];
    if (weight == 0) continue;
    for (std::int64_t i = 0; i < area; ++i) raw[i] += weight * plane[i];
  }
}

}  // namespace arcadecam::explain
