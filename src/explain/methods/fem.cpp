// FEM: channels weighted by how much of the layer they are unusually active on (Fuad et al. 2020).
#include <array>
#include <cmath>
#include <vector>

#include "explain/one_layer_cam.h"
#include "explain/plane_kernels.h"

namespace arcadecam::explain {
namespace {

constexpr std::array<std::string_view, 2> kRectifies{"on", "off"};

class Fem final : public OneLayerCam {
 public:
  Fem(const nn::Graph& graph, const Params& params)
      : OneLayerCam(graph, params, Needs::kActivationOnly),
        k_(params.number("k", 0, 100)),
        rectifies_(params.choice("rectify", kRectifies) == 0) {}

 private:
  void combine(const float* activation, const float* /*gradient*/, std::int64_t channels,
               std::int64_t area, Attribution& result) override {
    if (rectifies_) {
      rectified_.resize(static_cast<std::size_t>(channels * area));
      (void)plane_kernels().rectify(activation, channels * area, rectified_.data());
      activation = rectified_.data();
    }
    for (std::int64_t c = 0; c < channels; ++c) {
      result.channel_weights[static_cast<std::size_t>(c)] =
          static_cast<float>(unusual_share(activation + c * area, area));
    }
    add_weighted_channels(activation, result.channel_weights, area, result.raw.data());
  }

  /// The share of positions whose activation lies above the channel's mean + k·deviation.
  [[nodiscard]] double unusual_share(const float* a, std::int64_t area) const {
    const auto count = static_cast<double>(area);
    double mean = 0, square = 0;
    for (std::int64_t i = 0; i < area; ++i) mean += a[i];
    mean /= count;
    for (std::int64_t i = 0; i < area; ++i) square += (a[i] - mean) * (a[i] - mean);
    const double threshold = mean + k_ * std::sqrt(square / count);
    double above = 0;
    for (std::int64_t i = 0; i < area; ++i) above += a[i] > threshold ? 1 : 0;
    return above / count;
  }

  double k_;
  bool rectifies_;
  std::vector<float> rectified_;
};

std::span<const Param> fem_params() {
  static const std::vector<Param> params = with_common(
      std::array<Param, 2>{
          {{"k", "2",
            "how many standard deviations above its mean a channel's activation is unusual, 0 to "
            "100"},
           {"rectify", "on", "whether activations below zero count as zero: on or off"}}},
      one_layer_params());
  return params;
}

}  // namespace

extern constinit const Method fem_entry{
    "fem",
    "FEM: one layer, channels weighted by the share of positions where they are unusually active",
    "Fuad et al. 2020, hal-02963298; pytorch-grad-cam 1.5.7",
    fem_params,
    {.uses_decision = false},
    [](const nn::Graph& graph, const Params& params) -> std::unique_ptr<Explainer> {
      return std::make_unique<Fem>(graph, params);
    }};

}  // namespace arcadecam::explain
