// Ablation-CAM: a channel's weight is the share of the value that is lost without it (Desai &
// Ramaswamy 2020, eq. 3), as pytorch-grad-cam takes channels out.
#include <algorithm>
#include <vector>

#include "explain/one_layer_cam.h"

namespace arcadecam::explain {
namespace {

class AblationCam final : public OneLayerCam {
 public:
  AblationCam(const nn::Graph& graph, const Params& params)
      : OneLayerCam(graph, params, Needs::kActivationOnly) {
    probes_ = true;
    for (const int node : hooked()) watch_.merge({nn::cut_at(graph, node), {}});
  }

 private:
  void prepare(const Query& query, int node) override {
    const TensorView activation = query.tape.activation(node)[query.sample];
    const float least = *std::ranges::min_element(activation.values());
    float removed = 0;
    values_ = query.probe.values(
        query, {activation.shape()[0], {}, node},
        [&](std::int64_t channel, std::span<float> values) {
          // pytorch-grad-cam: zero where the layer's smallest value is zero, else far below it, and
          // further for every channel that is removed in the same batch of 32.
          constexpr std::int64_t kItsBatch = 32;
          constexpr float kItsStep = 1e7F;
          if (least != 0) removed = (channel % kItsBatch == 0 ? least : removed) - kItsStep;
          std::ranges::copy(activation.values(), values.begin());
          const auto area = static_cast<std::size_t>(activation[channel].size());
          std::ranges::fill(values.subspan(static_cast<std::size_t>(channel) * area, area),
                            removed);
        });
    value_ = query.value();
  }

  void combine(const float* activation, const float*, std::int64_t, std::int64_t area,
               Attribution& result) override {
    for (std::size_t c = 0; c < values_.size() && value_ != 0; ++c)
      result.channel_weights[c] = static_cast<float>((value_ - values_[c]) / value_);
    add_weighted_channels(activation, result.channel_weights, area, result.raw.data());
  }

  std::vector<double> values_;
  double value_ = 0;
};

}  // namespace

extern constinit const Method ablationcam_entry{
    "ablationcam",
    "Ablation-CAM: one layer, channels weighted by the share of the value lost without them",
    "Desai & Ramaswamy 2020, WACV, doi:10.1109/WACV45572.2020.9093360",
    one_layer_params,
    {.scale_invariant = true},
    [](const nn::Graph& graph, const Params& params) -> std::unique_ptr<Explainer> {
      return std::make_unique<AblationCam>(graph, params);
    },
    "1 forward from the layer on, a channel of it"};

}  // namespace arcadecam::explain
