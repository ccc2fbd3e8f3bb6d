// FullGrad++: Grad-CAM++ on every convolution and normalisation layer, averaged with the layers'
// activations as weights.
#include <algorithm>
#include <array>

#include "explain/activation_weighted.h"
#include "explain/gradcam_plus_plus_weights.h"
#include "explain/receptive_field.h"

namespace arcadecam::explain {
namespace {

constexpr std::array<std::string_view, 2> kFullgradPlusPlusVariants{"code", "writeup"};
constexpr std::array<std::string_view, 4> kFullgradPlusPlusWeights{"", "sum", "mean", "equal"};
constexpr float kEpsilon = 1e-7F;

bool is_writeup(const Params& params) {
  return params.choice("variant", kFullgradPlusPlusVariants) == 1;
}

ActivationWeighted::Weights weights_of(const Params& params) {
  using Weights = ActivationWeighted::Weights;
  const std::size_t choice = params.choice("weights", kFullgradPlusPlusWeights);
  if (choice == 0) return is_writeup(params) ? Weights::kMean : Weights::kSum;
  return static_cast<Weights>(choice - 1);
}

class FullGradPlusPlus final : public ActivationWeighted {
 public:
  FullGradPlusPlus(const nn::Graph& graph, const Params& params)
      : ActivationWeighted(graph, params, weights_of(params), Needs::kGradient),
        writeup_(is_writeup(params)) {}

 private:
  void layer_map(const LayerView& layer, std::span<float> map) override {
    writeup_ ? by_position(layer, map) : by_channel(layer, map);
  }

  /// minmax(max(Σ_c w_c·A_c, 0))
  static void by_channel(const LayerView& layer, std::span<float> map) {
    float* sum = map.data();
    for (std::int64_t c = 0; c < layer.channels; ++c) {
      const float* a = layer.activation + c * layer.area;
      const float total = layer.sums[static_cast<std::size_t>(c)];
      if (total == 0) continue;  // an inactive channel adds nothing
      const float weight =
          gradcam_plus_plus_weight(layer.gradient + c * layer.area, layer.area, total, kEpsilon);
      plane_kernels().add(a, layer.area, weight, sum);
    }
    // No ReLU: weights and rectified activations are not negative… unless 2g² + S·g³ + ε is, for g
    // < 0, whose terms max(g, 0) removes.
    minmax(map);
  }

  /// max(Σ_c α_c·A_c, 0) with α at every position
  static void by_position(const LayerView& layer, std::span<float> map) {
    float* sum = map.data();
    for (std::int64_t c = 0; c < layer.channels; ++c) {
      const float *activation = layer.activation + c * layer.area,
                  *gradient = layer.gradient + c * layer.area;
      for (std::int64_t i = 0; i < layer.area; ++i) {
        const float a = activation[i], g = gradient[i], square = g * g;
        sum[i] += a * square / (2 * square + a * square * g + kEpsilon);
      }
    }
    for (float& value : map) value = std::max(value, 0.0F);
  }

  bool writeup_;
};

std::span<const Param> fullgrad_plus_plus_params() {
  static constexpr std::array<Param, 4> kParams{
      {{"variant", "code",
        "code: the reference implementation's channel weights and scaled layer maps; writeup: its "
        "published "
        "formula, α at every position"},
       {"weights", "",
        "a layer's weight: sum, mean (over the layer) of its activation, or equal; default: sum "
        "for code, "
        "mean for writeup"},
       {"layers", "",
        "layers to use, separated by '/'; default: all convolution and normalisation layers"},
       place_param("stretched")}};
  return kParams;
}

}  // namespace

extern constinit const Method fullgrad_plus_plus_entry{
    "fullgrad++",
    "FullGrad++: Grad-CAM++ on every layer, averaged by activation",
    "Bikineyev & Sadreddinov 2025, sadjava/fullgradpp_xai",
    fullgrad_plus_plus_params,
    {.assumes_exponential = true},
    [](const nn::Graph& graph, const Params& params) -> std::unique_ptr<Explainer> {
      return std::make_unique<FullGradPlusPlus>(graph, params);
    }};

}  // namespace arcadecam::explain
