// Eigen-Grad-CAM: the first principal component of gradient × activation (pytorch-grad-cam).
#include "explain/one_layer_cam.h"
#include "explain/principal_component.h"

namespace arcadecam::explain {
namespace {

class EigenGradCam final : public OneLayerCam {
  using OneLayerCam::OneLayerCam;

  void combine(const float* activation, const float* gradient, std::int64_t channels,
               std::int64_t area, Attribution& result) override {
    result.channel_weights.clear();
    product_.resize(static_cast<std::size_t>(channels * area));
    float* product = product_.data();
#pragma omp simd
    for (std::int64_t i = 0; i < channels * area; ++i) product[i] = gradient[i] * activation[i];
    component_.project(product, channels, area, result.raw.data());
  }

  PrincipalComponent component_;
  std::vector<float> product_;
};

}  // namespace

extern constinit const Method eigengradcam_entry{
    "eigengradcam",
    "Eigen-Grad-CAM: one layer, first principal component of gradient times activation",
    "pytorch-grad-cam 1.5, EigenGradCAM; after Muhammad & Yeasin 2020, arXiv:2008.00299",
    one_layer_params,
    {.scale_invariant = true},
    [](const nn::Graph& graph, const Params& params) -> std::unique_ptr<Explainer> {
      return std::make_unique<EigenGradCam>(graph, params);
    }};

}  // namespace arcadecam::explain
