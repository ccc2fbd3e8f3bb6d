// FullGrad: input × gradient plus bias × gradient of every layer (Srinivas & Fleuret 2019, eq. 7).
#include <algorithm>
#include <array>
#include <utility>

#include "explain/bias.h"
#include "explain/completeness.h"
#include "explain/fullgrad_layers.h"
#include "explain/fullgrad_sum.h"
#include "explain/input_attribution.h"
#include "explain/layers.h"

namespace arcadecam::explain {
namespace {

constexpr std::array<std::string_view, 2> kFullgradVariants{"paper", "channel-scaled"};

class FullGrad final : public Explainer {
 public:
  FullGrad(const nn::Graph& graph, const Params& params)
      : input_(graph.shape(0)),
        sum_(params.choice("variant", kFullgradVariants) == 1 ? FullGradSum::Scaling::kChannel
                                                              : FullGradSum::Scaling::kLayer) {
    const FullGradLayers shown = fullgrad_layers(graph, params.list("layers"), true);
    input_is_shown_ = shown.input;
    watch_.gradients.push_back(0);
    for (int node = 0; node < graph.size(); ++node) {
      std::vector<float> bias = bias_of(graph.node(node).op);
      if (bias.empty()) continue;
      FullGradSum::Layer& layer = layers_.emplace_back(
          FullGradSum::Layer{node, graph.node(node).name, std::move(bias), {}});
      watch_.gradients.push_back(node);
      // A fully connected layer has no place in the picture.
      if (std::ranges::find(shown.layers, node) != shown.layers.end()) {
        layer.resize.emplace(sum_.resize(plane_of(graph.shape(node)), plane_of(input_)));
      }
    }
  }

  void explain(const Query& query, Attribution& result) override {
    result.raw.resize(plane_of(input_));
    std::ranges::fill(result.raw.values(), 0.0F);
    result.layers.clear();
    result.completeness = Completeness{query.value(), 0, {}, rounding_of(query)};

    observation_.resize(input_);
    read_observation(query, observation_.view());
    AddedMass mass(result.raw);
    const TensorView x = std::as_const(observation_).view();
    const TensorView input_gradient = query.tape.gradient(0)[query.sample];
    if (input_is_shown_) {
      result.completeness->input_term = sum_.add(x, input_gradient, result.raw.data());
      result.layers.push_back({kInputTerm, mass.next()});
    } else {
      for (std::int64_t i = 0; i < x.size(); ++i) {
        result.completeness->input_term +=
            static_cast<double>(x.data()[i]) * static_cast<double>(input_gradient.data()[i]);
      }
    }
    for (FullGradSum::Layer& layer : layers_) {
      const TensorView gradient = query.tape.gradient(layer.node)[query.sample];
      double total = 0;
      if (layer.resize) {
        total = sum_.add(gradient, layer, result.raw.data());
        result.layers.push_back({layer.name, mass.next()});
      } else {
        const std::int64_t area = gradient.size() / std::ssize(layer.bias);
        for (std::int64_t i = 0; i < gradient.size(); ++i) {
          total += static_cast<double>(layer.bias[static_cast<std::size_t>(i / area)]) *
                   static_cast<double>(gradient.data()[i]);
        }
      }
      result.completeness->other_terms.push_back({layer.name, total});
    }
    raw_as_map(result);
  }

 private:
  Shape input_;
  FullGradSum sum_;
  bool input_is_shown_ = true;
  std::vector<FullGradSum::Layer> layers_;
  Tensor observation_;
};

std::span<const Param> fullgrad_params() {
  static constexpr std::array<Param, 2> kParams{
      {{"layers", "", kFullGradLayersHelp},
       {"variant", "paper",
        "paper: each layer's terms scaled together (idiap's reference); channel-scaled: each "
        "channel scaled "
        "to 0…1 on its own (pytorch-grad-cam's)"}}};
  return kParams;
}

}  // namespace

extern constinit const Method fullgrad_entry{
    "fullgrad",
    "FullGrad: input × gradient and bias × gradient of every layer",
    "Srinivas & Fleuret 2019, arXiv:1905.00780",
    fullgrad_params,
    {.complete = true},
    [](const nn::Graph& graph, const Params& params) -> std::unique_ptr<Explainer> {
      return std::make_unique<FullGrad>(graph, params);
    }};

}  // namespace arcadecam::explain
