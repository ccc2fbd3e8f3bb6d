// KPCA-CAM: the first component of the activations by kernel principal component analysis (Karmani
// et al. 2024, as pytorch-grad-cam computes it).
#include <array>

#include "arcadecam/core/error.h"
#include "explain/kernel_component.h"
#include "explain/layers.h"
#include "explain/one_layer_cam.h"

namespace arcadecam::explain {
namespace {

constexpr std::array<std::string_view, 5> kKernels{"sigmoid", "rbf", "poly", "linear", "cosine"};

class KpcaCam final : public OneLayerCam {
 public:
  KpcaCam(const nn::Graph& graph, const Params& params)
      : OneLayerCam(graph, params, Needs::kActivationOnly),
        component_(static_cast<KernelComponent::Kernel>(params.choice("kernel", kKernels)),
                   params.number("gamma", 0, 1e6)) {
    for (const int node : hooked()) {
      const std::int64_t area = plane_of(graph.shape(node)).count();
      if (area > kMostPositions) {
        throw bad_usage(
            "method kpcacam: layer '{}' has {} positions, and its kernel compares each with each: "
            "expected at most {}; choose a later layer (layer=…)",
            graph.node(node).name, area, kMostPositions);
      }
    }
  }

 private:
  /// Their kernel's matrix takes 128 MiB.
  static constexpr std::int64_t kMostPositions = 4096;

  void combine(const float* activation, const float* /*gradient*/, std::int64_t channels,
               std::int64_t area, Attribution& result) override {
    result.channel_weights.clear();
    component_.project(activation, channels, area, result.raw.data());
  }

  KernelComponent component_;
};

std::span<const Param> kpcacam_params() {
  static const std::vector<Param> params = with_common(
      std::array<Param, 2>{
          {{"kernel", "sigmoid",
            "how two positions are compared: sigmoid, rbf, poly (of degree 3), linear (Eigen-CAM) "
            "or cosine"},
           {"gamma", "0",
            "the kernel's scale for sigmoid, rbf and poly, 0 to 1000000; 0: 1 / channels"}}},
      one_layer_params());
  return params;
}

}  // namespace

extern constinit const Method kpcacam_entry{
    "kpcacam",
    "KPCA-CAM: one layer, first kernel principal component of its activations",
    "Karmani et al. 2024, arXiv:2410.00267; pytorch-grad-cam 1.5.7",
    kpcacam_params,
    {.uses_decision = false},
    [](const nn::Graph& graph, const Params& params) -> std::unique_ptr<Explainer> {
      return std::make_unique<KpcaCam>(graph, params);
    }};

}  // namespace arcadecam::explain
