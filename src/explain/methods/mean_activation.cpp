// Mean activation: where the layers are active, whatever it does to the decision. The baseline that
// says how much of FullGrad++ is just activation.
#include <algorithm>
#include <array>

#include "explain/activation_weighted.h"
#include "explain/receptive_field.h"

namespace arcadecam::explain {
namespace {

constexpr std::array<std::string_view, 3> kMeanActivationWeights{"sum", "mean", "equal"};

class MeanActivation final : public ActivationWeighted {
 public:
  MeanActivation(const nn::Graph& graph, const Params& params)
      : ActivationWeighted(graph, params,
                           static_cast<Weights>(params.choice("weights", kMeanActivationWeights)),
                           Needs::kActivationOnly) {}

 private:
  /// L = minmax(Σ_c A_c): the mean's scale cancels.
  void layer_map(const LayerView& layer, std::span<float> map) override {
    float* sum = map.data();
    for (std::int64_t c = 0; c < layer.channels; ++c) {
      const float* a = layer.activation + c * layer.area;
      for (std::int64_t i = 0; i < layer.area; ++i) sum[i] += a[i];
    }
    minmax(map);
  }
};

std::span<const Param> mean_activation_params() {
  static constexpr std::array<Param, 3> kParams{
      {{"weights", "sum",
        "a layer's weight: sum, mean (over the layer) of its activation, or equal"},
       {"layers", "",
        "layers to use, separated by '/'; default: all convolution and normalisation layers"},
       place_param("stretched")}};
  return kParams;
}

}  // namespace

extern constinit const Method mean_activation_entry{
    "mean-activation",
    "baseline: mean rectified activation of every layer, joined as FullGrad++ does",
    "FullGrad++ (sadjava/fullgradpp_xai) without its gradient",
    mean_activation_params,
    {.uses_decision = false},
    [](const nn::Graph& graph, const Params& params) -> std::unique_ptr<Explainer> {
      return std::make_unique<MeanActivation>(graph, params);
    }};

}  // namespace arcadecam::explain
