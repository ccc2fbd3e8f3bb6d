// XGrad-CAM: weights are the gradient averaged with the activation as weight (Fu et al. 2020, eq.
// 8).
#include "explain/one_layer_cam.h"

namespace arcadecam::explain {
namespace {

class XGradCam final : public OneLayerCam {
  using OneLayerCam::OneLayerCam;

  void combine(const float* activation, const float* gradient, std::int64_t channels,
               std::int64_t area, Attribution& result) override {
    constexpr float kEpsilon = 1e-7F;  // pytorch-grad-cam's
    for (std::int64_t c = 0; c < channels; ++c) {
      const float *a = activation + c * area, *g = gradient + c * area;
      float sum = 0, product = 0;
#pragma omp simd reduction(+ : sum, product)
      for (std::int64_t i = 0; i < area; ++i) {
        sum += a[i];
        product += g[i] * a[i];
      }
      result.channel_weights[static_cast<std::size_t>(c)] = product / (sum + kEpsilon);
    }
    add_weighted_channels(activation, result.channel_weights, area, result.raw.data());
  }
};

}  // namespace

extern constinit const Method xgradcam_entry{
    "xgradcam",
    "XGrad-CAM: one layer, channels weighted by gradient averaged over their activation",
    "Fu et al. 2020, arXiv:2008.02312",
    one_layer_params,
    {.is_signed = true, .linear = true, .scale_invariant = true},
    [](const nn::Graph& graph, const Params& params) -> std::unique_ptr<Explainer> {
      return std::make_unique<XGradCam>(graph, params);
    }};

}  // namespace arcadecam::explain
