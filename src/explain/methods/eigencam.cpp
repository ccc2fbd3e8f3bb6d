// Eigen-CAM: the first principal component of the activations (Muhammad & Yeasin 2020).
#include "explain/one_layer_cam.h"
#include "explain/principal_component.h"

namespace arcadecam::explain {
namespace {

class EigenCam final : public OneLayerCam {
 public:
  EigenCam(const nn::Graph& graph, const Params& params)
      : OneLayerCam(graph, params, Needs::kActivationOnly) {}

 private:
  void combine(const float* activation, const float* /*gradient*/, std::int64_t channels,
               std::int64_t area, Attribution& result) override {
    result.channel_weights.clear();
    component_.project(activation, channels, area, result.raw.data());
  }

  PrincipalComponent component_;
};

}  // namespace

extern constinit const Method eigencam_entry{
    "eigencam",
    "Eigen-CAM: one layer, first principal component of its activations",
    "Muhammad & Yeasin 2020, arXiv:2008.00299",
    one_layer_params,
    {.uses_decision = false},
    [](const nn::Graph& graph, const Params& params) -> std::unique_ptr<Explainer> {
      return std::make_unique<EigenCam>(graph, params);
    }};

}  // namespace arcadecam::explain
