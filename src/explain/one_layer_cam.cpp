#include "explain/one_layer_cam.h"

#include <algorithm>
#include <cmath>

#include "arcadecam/core/error.h"
#include "explain/layers.h"
#include "explain/plane_kernels.h"
#include "explain/receptive_field.h"

namespace arcadecam::explain {
namespace {

constexpr std::array<std::string_view, 2> kHooks{"pre", "post"};
constexpr std::array<std::string_view, 3> kAggregates{"mass", "weighted", "product"};

/// The nodes that "layer" or "layers" and "at" choose.
std::vector<int> hooked_nodes(const nn::Graph& graph, const Params& params) {
  const std::string& several = params.text("layers");
  if (!several.empty() && !params.text("layer").empty())
    throw bad_usage("layer and layers: a CAM takes one of them");
  std::vector<int> nodes;
  if (several.empty()) {
    nodes.push_back(find_layer(graph, params.text("layer")));
  } else {
    nodes =
        find_layers(graph, several == "all" ? std::vector<std::string>{} : params.list("layers"));
  }
  if (params.choice("at", kHooks) == 1) {
    for (int& node : nodes) node = activation_after(graph, node);
    // A convolution and its normalisation share the activation function after them.
    nodes.erase(std::unique(nodes.begin(), nodes.end()), nodes.end());
  }
  return nodes;
}

double sum_of_sizes(std::span<const float> values) {
  double sum = 0;
  for (const float value : values) sum += std::abs(value);
  return sum;
}

void rectify(std::span<const float> from, float* to) {
  std::ranges::transform(from, to, [](float x) { return std::max(x, 0.0F); });
}

}  // namespace

std::span<const Param> one_layer_params() {
  static constexpr std::array<Param, 5> kParams{
      {{"layer", "",
        "index among convolution and normalisation layers from 0, or a node's name; default: the "
        "last convolution"},
       {"at", "pre", "hook before (pre) or after (post) the layer's activation function"},
       {"layers", "", "several layers instead, separated by '/', or all: their maps are joined"},
       {"aggregate", "mass",
        "how several layers are joined: mass (each scaled to unit mass, averaged), weighted (by "
        "Σ|g·A| "
        "of the layer), product (geometric mean)"},
       place_param("stretched")}};
  return kParams;
}

OneLayerCam::OneLayerCam(const nn::Graph& graph, const Params& params, Needs needs)
    : needs_(needs),
      aggregate_(static_cast<Aggregate>(params.choice("aggregate", kAggregates))),
      joined_(!params.text("layers").empty()),
      input_plane_(plane_of(graph.shape(0))) {
  for (const int node : hooked_nodes(graph, params)) {
    layers_.push_back(shown_layer(graph, node, params));
    watch_.activations.push_back(node);
    if (needs == Needs::kGradient) watch_.gradients.push_back(node);
  }
  if (!joined_ && is_aligned(params)) raw_place_ = receptive_fields(graph, layers_.front().node);
}

std::vector<int> OneLayerCam::hooked() const {
  std::vector<int> nodes;
  for (const ShownLayer& layer : layers_) nodes.push_back(layer.node);
  return nodes;
}

void OneLayerCam::combine_layer(const ShownLayer& layer, const Query& query, Attribution& result) {
  const Shape plane = plane_of(layer.shape);
  result.raw.resize(plane);
  std::ranges::fill(result.raw.values(), 0.0F);
  result.channel_weights.assign(static_cast<std::size_t>(layer.shape[0]), 0.0F);
  const float* gradient =
      needs_ == Needs::kGradient ? query.tape.gradient(layer.node)[query.sample].data() : nullptr;
  prepare(query, layer.node);
  combine(query.tape.activation(layer.node)[query.sample].data(), gradient, layer.shape[0],
          plane.count(), result);
}

void OneLayerCam::explain(const Query& query, Attribution& result) {
  result.map.resize(input_plane_);
  std::ranges::fill(result.map.values(), 0.0F);
  if (joined_) {
    join(query, result);
    return;
  }
  ShownLayer& layer = layers_.front();
  combine_layer(layer, query, result);
  scaled_.resize(result.raw.shape());
  rectify(result.raw.values(), scaled_.data());
  minmax(scaled_.values());
  layer.resize.add(scaled_.data(), 1.0F, result.map.data());
  result.layers.resize(1);
  result.layers.front().layer = layer.name;
  result.layers.front().weight = 1;
}

double OneLayerCam::contribution(const ShownLayer& layer, const Query& query) const {
  const std::span<const float> a = query.tape.activation(layer.node)[query.sample].values();
  if (needs_ == Needs::kActivationOnly) return sum_of_sizes(a);
  const float* g = query.tape.gradient(layer.node)[query.sample].data();
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += std::abs(g[i] * a[i]);
  return sum;
}

void OneLayerCam::join(const Query& query, Attribution& result) {
  const bool product = aggregate_ == Aggregate::kProduct;
  result.raw.resize(input_plane_);
  std::ranges::fill(result.raw.values(), 0.0F);
  result.channel_weights.clear();
  result.layers.resize(layers_.size());
  double total = 0;
  for (std::size_t l = 0; l < layers_.size(); ++l) {
    ShownLayer& layer = layers_[l];
    combine_layer(layer, query, part_);
    scaled_.resize(part_.raw.shape());
    rectify(part_.raw.values(), scaled_.data());
    for (Tensor* buffer : {&resized_, &resized_raw_}) {
      buffer->resize(input_plane_);
      std::ranges::fill(buffer->values(), 0.0F);
    }
    layer.resize.add(scaled_.data(), 1.0F, resized_.data());
    const double mass = sum_of_sizes(resized_.values());
    double weight = mass > 0 ? 1.0 : 0.0;
    if (weight > 0 && aggregate_ == Aggregate::kWeighted) weight = contribution(layer, query);
    result.layers[l].layer = layer.name;
    result.layers[l].weight = weight;
    if (weight == 0) continue;
    total += weight;
    if (product) {
      // Logarithms, whose mean is taken at the end; −∞ where the layer shows nothing.
      for (std::int64_t i = 0; i < resized_.size(); ++i)
        result.map.data()[i] += std::log(resized_.data()[i] / static_cast<float>(mass));
      continue;
    }
    layer.resize.add(part_.raw.data(), 1.0F, resized_raw_.data());
    const auto scale = static_cast<float>(weight / mass);
    const auto raw_scale = static_cast<float>(weight / sum_of_sizes(resized_raw_.values()));
    for (std::int64_t i = 0; i < resized_.size(); ++i) {
      result.map.data()[i] += scale * resized_.data()[i];
      result.raw.data()[i] += raw_scale * resized_raw_.data()[i];
    }
  }
  if (total == 0) return;
  const auto share = static_cast<float>(1 / total);
  if (product) {
    for (float& value : result.map.values()) value = std::exp(value * share);
    std::ranges::copy(result.map.values(), result.raw.data());
    return;
  }
  for (float& value : result.map.values()) value *= share;
  for (float& value : result.raw.values()) value *= share;
}

void add_weighted_channels(const float* activation, std::span<const float> weights,
                           std::int64_t area, float* raw) {
  for (std::size_t c = 0; c < weights.size(); ++c) {
    if (weights[c] == 0) continue;
    plane_kernels().add(activation + static_cast<std::int64_t>(c) * area, area, weights[c], raw);
  }
}

}  // namespace arcadecam::explain
