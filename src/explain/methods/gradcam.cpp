// Grad-CAM: weights are the spatial mean of the gradient (Selvaraju et al. 2017, eq. 1–2).
#include "explain/one_layer_cam.h"
#include "explain/plane_kernels.h"

namespace arcadecam::explain {
namespace {

class GradCam final : public OneLayerCam {
  using OneLayerCam::OneLayerCam;

  void combine(const float* activation, const float* gradient, std::int64_t channels,
               std::int64_t area, Attribution& result) override {
    for (std::int64_t c = 0; c < channels; ++c) {
      const float sum = plane_kernels().sum(gradient + c * area, area);
      result.channel_weights[static_cast<std::size_t>(c)] = sum / static_cast<float>(area);
    }
    add_weighted_channels(activation, result.channel_weights, area, result.raw.data());
  }
};

}  // namespace

extern constinit const Method gradcam_entry{
    "gradcam",
    "Grad-CAM: one layer, channels weighted by their mean gradient",
    "Selvaraju et al. 2017, arXiv:1610.02391",
    one_layer_params,
    {.is_signed = true, .linear = true, .scale_invariant = true},
    [](const nn::Graph& graph, const Params& params) -> std::unique_ptr<Explainer> {
      return std::make_unique<GradCam>(graph, params);
    }};

}  // namespace arcadecam::explain
