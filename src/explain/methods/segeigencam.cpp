// Seg-Eigen-CAM: the first principal component of |gradient| × activation (Chung & Ying 2025, eq.
// 10 to 13).
#include <cmath>
#include <vector>

#include "explain/one_layer_cam.h"
#include "explain/principal_component.h"

namespace arcadecam::explain {
namespace {

class SegEigenCam final : public OneLayerCam {
  using OneLayerCam::OneLayerCam;

  void combine(const float* activation, const float* gradient, std::int64_t channels,
               std::int64_t area, Attribution& result) override {
    result.channel_weights.clear();
    product_.resize(static_cast<std::size_t>(channels * area));
    float* product = product_.data();
#pragma omp simd
    for (std::int64_t i = 0; i < channels * area; ++i)
      product[i] = std::abs(gradient[i]) * activation[i];
    component_.project(product, channels, area, result.raw.data());
  }

  PrincipalComponent component_;
  std::vector<float> product_;
};

}  // namespace

extern constinit const Method segeigencam_entry{
    "segeigencam",
    "Seg-Eigen-CAM: one layer, first principal component of the gradient's size times activation",
    "Chung & Ying 2025, doi:10.3390/app15137562; pytorch-grad-cam 1.5.7",
    one_layer_params,
    {.scale_invariant = true},
    [](const nn::Graph& graph, const Params& params) -> std::unique_ptr<Explainer> {
      return std::make_unique<SegEigenCam>(graph, params);
    }};

}  // namespace arcadecam::explain
