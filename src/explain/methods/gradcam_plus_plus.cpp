// Grad-CAM++: weights from second- and third-order terms of the gradient (Chattopadhay et al.
// 2018).
#include "explain/gradcam_plus_plus_weights.h"
#include "explain/one_layer_cam.h"

namespace arcadecam::explain {
namespace {

class GradCamPlusPlus final : public OneLayerCam {
  using OneLayerCam::OneLayerCam;

  void combine(const float* activation, const float* gradient, std::int64_t channels,
               std::int64_t area, Attribution& result) override {
    constexpr float kEpsilon = 1e-6F;  // pytorch-grad-cam's
    for (std::int64_t c = 0; c < channels; ++c) {
      const float sum = plane_kernels().sum(activation + c * area, area);
      result.channel_weights[static_cast<std::size_t>(c)] =
          gradcam_plus_plus_weight(gradient + c * area, area, sum, kEpsilon);
    }
    add_weighted_channels(activation, result.channel_weights, area, result.raw.data());
  }
};

}  // namespace

extern constinit const Method gradcam_plus_plus_entry{
    "gradcam++",
    "Grad-CAM++: one layer, channels weighted by higher-order terms of the gradient",
    "Chattopadhay et al. 2018, arXiv:1710.11063",
    one_layer_params,
    {.assumes_exponential = true},
    [](const nn::Graph& graph, const Params& params) -> std::unique_ptr<Explainer> {
      return std::make_unique<GradCamPlusPlus>(graph, params);
    }};

}  // namespace arcadecam::explain
