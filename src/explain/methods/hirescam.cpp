// HiResCAM: every position weighted by its own gradient (Draelos & Carin 2020, eq. 3).
#include "explain/gradient_activation.h"
#include "explain/one_layer_cam.h"

namespace arcadecam::explain {
namespace {

class HiResCam final : public OneLayerCam {
  using OneLayerCam::OneLayerCam;

  void combine(const float* activation, const float* gradient, std::int64_t channels,
               std::int64_t area, Attribution& result) override {
    result.channel_weights.clear();
    add_gradient_times_activation(gradient, activation, channels, area, result.raw.data());
  }
};

}  // namespace

extern constinit const Method hirescam_entry{
    "hirescam",
    "HiResCAM: one layer, gradient times activation at every position",
    "Draelos & Carin 2020, arXiv:2011.08891",
    one_layer_params,
    {.is_signed = true, .linear = true, .scale_invariant = true},
    [](const nn::Graph& graph, const Params& params) -> std::unique_ptr<Explainer> {
      return std::make_unique<HiResCam>(graph, params);
    }};

}  // namespace arcadecam::explain
