// FullGrad: input × gradient plus bias × gradient of every layer (Srinivas & Fleuret 2019, eq. 7).
#include <algorithm>
#include <array>
#include <optional>

#include "explain/bias.h"
#include "explain/fullgrad_sum.h"
#include "explain/input_attribution.h"
#include "explain/layers.h"

namespace arcadecam::explain {
namespace {

constexpr std::array<std::string_view, 2> kVariants{"paper", "channel-scaled"};

class FullGrad final : public Explainer {
 public:
  FullGrad(const nn::Graph& graph, const Params& params)
      : input_(graph.shape(0)),
        sum_(params.choice("variant", kVariants) == 1 ? FullGradSum::Scaling::kChannel
                                                      : FullGradSum::Scaling::kLayer) {
    watch_.gradients.push_back(0);
    for (int node = 0; node < graph.size(); ++node) {
      std::vector<float> bias = bias_of(graph.node(node).op);
      if (bias.empty()) continue;
      Layer& layer = layers_.emplace_back(Layer{node, graph.node(node).name, std::move(bias), {}});
      watch_.gradients.push_back(node);
      if (graph.shape(node).rank() == 3) {
        layer.resize.emplace(sum_.resize(plane_of(graph.shape(node)), plane_of(input_)));
      }
    }
  }

  void explain(const Query& query, Attribution& result) override {
    result.raw.resize(plane_of(input_));
    std::ranges::fill(result.raw.values(), 0.0F);
    result.layers.clear();
    result.completeness = Completeness{query.target.value_of(query.outputs()), 0, {}};

    terms_.resize(input_);
    read_observation(query, terms_.view());
    add_term(query.tape.gradient(0)[query.sample], nullptr, result.completeness->input_term);
    sum_.add(terms_.view(), nullptr, result.raw.data());
    for (Layer& layer : layers_) {
      double total = 0;
      const TensorView gradient = query.tape.gradient(layer.node)[query.sample];
      add_term(gradient, &layer.bias, total);
      result.completeness->bias_terms.push_back({layer.name, total});
      if (!layer.resize) continue;  // a fully connected layer has no place in the picture
      sum_.add(terms_.view(), &*layer.resize, result.raw.data());
      result.layers.push_back({layer.name, 1.0});
    }
    raw_as_map(result);
  }

 private:
  struct Layer {
    int node;
    std::string name;
    std::vector<float> bias;
    std::optional<BilinearResize> resize;
  };

  /// terms_ ← x·g (bias null, terms_ holds x) or b·g; `total` ← their sum.
  void add_term(TensorView gradient, const std::vector<float>* bias, double& total) {
    const std::int64_t count = gradient.size();
    const std::int64_t area = bias == nullptr ? 0 : count / std::ssize(*bias);
    if (bias != nullptr) {
      terms_.resize(gradient.shape());
      for (std::int64_t i = 0; i < count; ++i)
        terms_.data()[i] = (*bias)[static_cast<std::size_t>(i / area)];
    }
    for (std::int64_t i = 0; i < count; ++i) {
      terms_.data()[i] *= gradient.data()[i];
      total += terms_.data()[i];
    }
  }

  Shape input_;
  FullGradSum sum_;
  std::vector<Layer> layers_;
  Tensor terms_;
};

std::span<const Param> fullgrad_params() {
  static constexpr std::array<Param, 1> kParams{
      {{"variant", "paper",
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
    {.complete = true, .scale_invariant = true},
    [](const nn::Graph& graph, const Params& params) -> std::unique_ptr<Explainer> {
      return std::make_unique<FullGrad>(graph, params);
    }};

}  // namespace arcadecam::explain
