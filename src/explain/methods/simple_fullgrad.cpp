// Simple FullGrad: FullGrad without the biases' sizes, input × gradient plus every layer's
// gradient.
#include <algorithm>
#include <utility>

#include "explain/fullgrad_layers.h"
#include "explain/fullgrad_sum.h"
#include "explain/input_attribution.h"
#include "explain/layers.h"

namespace arcadecam::explain {
namespace {

class SimpleFullGrad final : public Explainer {
 public:
  SimpleFullGrad(const nn::Graph& graph, const Params& params)
      : input_(graph.shape(0)), sum_(FullGradSum::Scaling::kLayer) {
    watch_.gradients.push_back(0);
    const FullGradLayers shown = fullgrad_layers(graph, params.list("layers"), false);
    input_is_shown_ = shown.input;
    for (const int node : shown.layers) {
      layers_.push_back({node,
                         graph.node(node).name,
                         {},
                         sum_.resize(plane_of(graph.shape(node)), plane_of(input_))});
      watch_.gradients.push_back(node);
    }
  }

  void explain(const Query& query, Attribution& result) override {
    result.raw.resize(plane_of(input_));
    std::ranges::fill(result.raw.values(), 0.0F);
    AddedMass mass(result.raw);
    result.layers.clear();
    if (input_is_shown_) {
      observation_.resize(input_);
      read_observation(query, observation_.view());
      sum_.add(std::as_const(observation_).view(), query.tape.gradient(0)[query.sample],
               result.raw.data());
      result.layers.push_back({kInputTerm, mass.next()});
    }
    for (FullGradSum::Layer& layer : layers_) {
      sum_.add(query.tape.gradient(layer.node)[query.sample], layer, result.raw.data());
      result.layers.push_back({layer.name, mass.next()});
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

std::span<const Param> simple_fullgrad_params() {
  static constexpr std::array<Param, 1> kParams{{{"layers", "", kFullGradLayersHelp}}};
  return kParams;
}

}  // namespace

extern constinit const Method simple_fullgrad_entry{
    "simple-fullgrad",
    "Simple FullGrad: input × gradient and the gradient of every layer",
    "Srinivas & Fleuret 2019, arXiv:1905.00780; idiap/fullgrad-saliency, SimpleFullGrad",
    simple_fullgrad_params,
    {},
    [](const nn::Graph& graph, const Params& params) -> std::unique_ptr<Explainer> {
      return std::make_unique<SimpleFullGrad>(graph, params);
    }};

}  // namespace arcadecam::explain
