// What every layer contributes to the decision, each position where it looks, all layers joined:
// our own method (docs/methods.md has the search that led to it, and its ablation).
#include <algorithm>
#include <array>
#include <cmath>

#include "arcadecam/explain/method.h"
#include "explain/gradient_activation.h"
#include "explain/layers.h"
#include "explain/receptive_field.h"

namespace arcadecam::explain {
namespace {

constexpr std::array<std::string_view, 2> kJoins{"mean", "least"};

class LayerContributions final : public Explainer {
 public:
  LayerContributions(const nn::Graph& graph, const Params& params)
      : least_(params.choice("join", kJoins) == 1), plane_(plane_of(graph.shape(0))) {
    for (const int node : find_layers(graph, params.list("layers"))) {
      layers_.push_back(shown_layer(graph, node, params));
    }
    for (const ShownLayer& layer : layers_) {
      watch_.activations.push_back(layer.node);
      watch_.gradients.push_back(layer.node);
    }
  }

  void explain(const Query& query, Attribution& result) override {
    for (Tensor* map : {&result.raw, &result.map, &resized_}) map->resize(plane_);
    std::ranges::fill(result.raw.values(), 0.0F);
    result.layers.clear();
    std::int64_t joined = 0;
    for (ShownLayer& layer : layers_) {
      contributions(layer, query);
      std::ranges::fill(resized_.values(), 0.0F);
      layer.resize.add(small_.data(), 1.0F, resized_.data());
      double mass = 0;
      for (const float value : resized_.values()) mass += std::abs(value);
      result.layers.push_back({layer.name, mass > 0 ? 1.0 : 0.0});
      if (mass == 0) continue;
      join(static_cast<float>(static_cast<double>(resized_.size()) / mass), joined++, result.raw);
    }
    if (!least_ && joined > 0) {
      for (float& value : result.raw.values()) value /= static_cast<float>(joined);
    }
    std::ranges::transform(result.raw.values(), result.map.data(),
                           [](float value) { return std::max(value, 0.0F); });
  }

 private:
  /// small_ ← Σ_c g·A
  void contributions(const ShownLayer& layer, const Query& query) {
    const TensorView activation = query.tape.activation(layer.node)[query.sample];
    small_.resize(plane_of(layer.shape));
    std::ranges::fill(small_.values(), 0.0F);
    add_gradient_times_activation(query.tape.gradient(layer.node)[query.sample].data(),
                                  activation.data(), activation.size() / small_.size(),
                                  small_.size(), small_.data());
  }

  /// raw ← raw joined with scale · resized_, the `index`-th that is joined.
  void join(float scale, std::int64_t index, Tensor& raw) const {
    const float* from = resized_.data();
    float* to = raw.data();
    for (std::int64_t i = 0; i < raw.size(); ++i) {
      const float value = scale * from[i];
      if (!least_ || index == 0) {
        to[i] += value;
      } else if (to[i] * value <= 0) {
        to[i] = 0;
      } else if (std::abs(value) < std::abs(to[i])) {
        to[i] = value;
      }
    }
  }

  bool least_;
  Shape plane_;
  std::vector<ShownLayer> layers_;
  Tensor small_, resized_;
};

std::span<const Param> layer_contributions_params() {
  static constexpr std::array<Param, 3> kParams{
      {{"layers", "",
        "layers to use, separated by '/'; default: all convolution and normalisation layers"},
       place_param("aligned"),
       {"join", "mean",
        "the layers' mean, or the least of them where all have the same sign (least), else 0"}}};
  return kParams;
}

}  // namespace

extern constinit const Method layer_contributions_entry{
    "layer-contributions",
    "gradient times activation of every layer, where its receptive fields lie, joined with sign",
    "this project; gradient times activation at a position: Draelos & Carin 2020, "
    "arXiv:2011.08891",
    layer_contributions_params,
    {.is_signed = true, .scale_invariant = true},
    [](const nn::Graph& graph, const Params& params) -> std::unique_ptr<Explainer> {
      return std::make_unique<LayerContributions>(graph, params);
    }};

}  // namespace arcadecam::explain
