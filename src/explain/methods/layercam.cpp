// LayerCAM: positive gradients weight their own positions (Jiang et al. 2021, eq. 6–8).
#include <algorithm>

#include "explain/one_layer_cam.h"

namespace arcadecam::explain {
namespace {

class LayerCam final : public OneLayerCam {
  using OneLayerCam::OneLayerCam;

  void combine(const float* activation, const float* gradient, std::int64_t channels,
               std::int64_t area, Attribution& result) override {
    float* raw = result.raw.data();
    result.channel_weights.clear();
    for (std::int64_t c = 0; c < channels; ++c, activation += area, gradient += area) {
#pragma omp simd
      for (std::int64_t i = 0; i < area; ++i) raw[i] += std::max(gradient[i], 0.0F) * activation[i];
    }
  }
};

}  // namespace

extern constinit const Method layercam_entry{
    "layercam",
    "LayerCAM: one layer, positive gradient times activation at every position",
    "Jiang et al. 2021, doi:10.1109/TIP.2021.3089943",
    one_layer_params,
    {.scale_invariant = true},
    [](const nn::Graph& graph, const Params& params) -> std::unique_ptr<Explainer> {
      return std::make_unique<LayerCam>(graph, params);
    }};

}  // namespace arcadecam::explain
