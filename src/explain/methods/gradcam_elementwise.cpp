// Element-wise Grad-CAM: HiResCAM that keeps only what speaks for the target before channels are
// summed (pytorch-grad-cam).
#include <algorithm>

#include "explain/one_layer_cam.h"

namespace arcadecam::explain {
namespace {

class GradCamElementWise final : public OneLayerCam {
  using OneLayerCam::OneLayerCam;

  void combine(const float* activation, const float* gradient, std::int64_t channels,
               std::int64_t area, Attribution& result) override {
    float* raw = result.raw.data();
    result.channel_weights.clear();
    for (std::int64_t c = 0; c < channels; ++c, activation += area, gradient += area) {
#pragma omp simd
      for (std::int64_t i = 0; i < area; ++i) raw[i] += std::max(gradient[i] * activation[i], 0.0F);
    }
  }
};

}  // namespace

extern constinit const Method gradcam_elementwise_entry{
    "gradcam-elementwise",
    "element-wise Grad-CAM: one layer, positive part of gradient times activation",
    "pytorch-grad-cam 1.5, GradCAMElementWise",
    one_layer_params,
    {.scale_invariant = true},
    [](const nn::Graph& graph, const Params& params) -> std::unique_ptr<Explainer> {
      return std::make_unique<GradCamElementWise>(graph, params);
    }};

}  // namespace arcadecam::explain
