// Ablation-CAM: a channel's weight is the share of the value that is lost without it (Desai &
// Ramaswamy 2020, eq. 3), as pytorch-grad-cam takes channels out.
#include <algorithm>
#include <optional>
#include <vector>

#include "explain/following_layers.h"
#include "explain/one_layer_cam.h"
#include "explain/sum_kernels.h"

namespace arcadecam::explain {
namespace {

class AblationCam final : public OneLayerCam {
 public:
  AblationCam(const nn::Graph& graph, const Params& params)
      : OneLayerCam(graph, params, Needs::kActivationOnly) {
    probes_ = true;
    for (const int node : hooked()) {
      watch_.merge({nn::cut_at(graph, node), {}});
      if (const auto layer = flat_layer_after(graph, node)) watch_.merge({{layer->node}, {}});
    }
  }

 private:
  void prepare(const Query& query, int node) override {
    value_ = query.value();
    const TensorView activation = query.tape.activation(node)[query.sample];
    const float least = *std::ranges::min_element(activation.values());
    const auto layer = flat_layer_after(query.graph, node);
    if (layer && (layer->rectified || least == 0)) return through_layer(query, activation, *layer);
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
  }

  /// A channel without which the fully connected layer sees zeros (a ReLU makes them of what is far
  /// below zero) is taken out of the layer's values: no channel needs the layer again.
  void through_layer(const Query& query, TensorView activation, const FlatLayer& layer) {
    const Tensor& weight = *std::get<nn::Linear>(query.graph.node(layer.node).op).weight;
    const TensorView before = query.tape.activation(layer.node)[query.sample];
    const std::int64_t outputs = before.size(), inputs = activation.size();
    const std::int64_t channels = activation.shape()[0], area = inputs / channels;
    seen_.assign(activation.data(), activation.data() + inputs);
    for (float& value : seen_) value = std::max(value, 0.0F);
    without_.resize(static_cast<std::size_t>(channels * outputs));
    for (std::int64_t o = 0; o < outputs; ++o) {
      for (std::int64_t c = 0; c < channels; ++c) {
        const float part =
            sum_kernels().dot(weight.data() + o * inputs + c * area, seen_.data() + c * area, area);
        without_[static_cast<std::size_t>(c * outputs + o)] = before.data()[o] - part;
      }
    }
    values_ = query.probe.values(
        query, {channels, {}, layer.node}, [&](std::int64_t channel, std::span<float> values) {
          std::copy_n(without_.begin() + channel * outputs, outputs, values.begin());
        });
  }

  void combine(const float* activation, const float*, std::int64_t, std::int64_t area,
               Attribution& result) override {
    for (std::size_t c = 0; c < values_.size() && value_ != 0; ++c)
      result.channel_weights[c] = static_cast<float>((value_ - values_[c]) / value_);
    add_weighted_channels(activation, result.channel_weights, area, result.raw.data());
  }

  std::vector<double> values_;
  double value_ = 0;
  std::vector<float> seen_, without_;  ///< by the layer: its input, and its values per channel
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
