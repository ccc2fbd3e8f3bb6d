#include "explain/activation_weighted.h"

#include <algorithm>
#include <numeric>

#include "explain/input_attribution.h"
#include "explain/layers.h"
#include "explain/plane_kernels.h"
#include "explain/receptive_field.h"

namespace arcadecam::explain {

ActivationWeighted::ActivationWeighted(const nn::Graph& graph, const Params& params,
                                       Weights weights, Needs needs)
    : weights_(weights), needs_(needs), plane_(plane_of(graph.shape(0))) {
  for (const int node : find_layers(graph, params.list("layers"))) {
    layers_.push_back(shown_layer(graph, node, params));
    watch_.activations.push_back(node);
    if (needs == Needs::kGradient) watch_.gradients.push_back(node);
  }
}

void ActivationWeighted::explain(const Query& query, Attribution& result) {
  result.raw.resize(plane_);
  std::ranges::fill(result.raw.values(), 0.0F);
  result.layers.resize(layers_.size());
  double total = 0;
  for (std::size_t l = 0; l < layers_.size(); ++l) {
    ShownLayer& layer = layers_[l];
    const std::int64_t channels = layer.shape[0], area = layer.shape[1] * layer.shape[2];
    rectified_.resize(static_cast<std::size_t>(channels * area));
    sums_.resize(static_cast<std::size_t>(channels));
    const float* activation = query.tape.activation(layer.node)[query.sample].data();
    for (std::int64_t c = 0; c < channels; ++c) {
      sums_[static_cast<std::size_t>(c)] =
          plane_kernels().rectify(activation + c * area, area, rectified_.data() + c * area);
    }
    map_.assign(static_cast<std::size_t>(area), 0.0F);
    layer_map({channels, area, rectified_.data(),
               needs_ == Needs::kGradient ? query.tape.gradient(layer.node)[query.sample].data()
                                          : nullptr,
               sums_},
              map_);
    double weight = 1;
    if (weights_ != Weights::kEqual) {
      weight = std::accumulate(sums_.begin(), sums_.end(), 0.0) / static_cast<double>(channels);
      if (weights_ == Weights::kMean) weight /= static_cast<double>(area);
    }
    result.layers[l].layer = layer.name;
    result.layers[l].weight = weight;
    total += weight;
    layer.resize.add(map_.data(), static_cast<float>(weight), result.raw.data());
  }
  if (total > 0) {
    plane_kernels().shift_and_divide(result.raw.data(), result.raw.size(), 0.0F,
                                     static_cast<float>(total));
  }
  raw_as_map(result);
}

}  // namespace arcadecam::explain
