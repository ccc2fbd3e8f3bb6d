// Score-CAM: a channel's weight is the value of the observation seen through it, softmax over
// channels (Wang et al. 2020, eq. 3 to 5, as pytorch-grad-cam computes it).
#include <algorithm>
#include <cmath>
#include <vector>

#include "core/softmax.h"
#include "explain/equal_values.h"
#include "explain/input_attribution.h"
#include "explain/layers.h"
#include "explain/one_layer_cam.h"

namespace arcadecam::explain {
namespace {

class ScoreCam final : public OneLayerCam {
 public:
  ScoreCam(const nn::Graph& graph, const Params& params)
      : OneLayerCam(graph, params, Needs::kActivationOnly) {
    probes_ = true;
  }

 private:
  void prepare(const Query& query, int node) override {
    const Shape& input = query.graph.shape(0);
    const Shape plane = plane_of(input);
    const TensorView activation = query.tape.activation(node)[query.sample];
    observation_.resize(input);
    read_observation(query, observation_.view());
    seen_.resize(plane);
    BilinearResize resize(plane_of(activation.shape()), plane, Alignment::kCorners);
    weights_ = query.probe.values(query, {activation.shape()[0]},
                                  [&](std::int64_t channel, std::span<float> values) {
                                    constexpr float kEpsilon = 1e-8F;  // pytorch-grad-cam's
                                    std::ranges::fill(seen_.values(), 0.0F);
                                    resize.add(activation[channel].data(), 1.0F, seen_.data());
                                    minmax(seen_.values(), kEpsilon);
                                    const std::int64_t area = plane.count();
                                    const float* __restrict seen = seen_.data();
                                    for (std::int64_t c = 0; c < input[0]; ++c) {
                                      const float* __restrict from = observation_.data() + c * area;
                                      float* __restrict to = values.data() + c * area;
                                      for (std::int64_t i = 0; i < area; ++i)
                                        to[i] = from[i] * seen[i];
                                    }
                                  });
    // Where the value is the same whatever is seen, equal weights would show the mean activation.
    weights_.push_back(query.value());
    const bool all_equal = equal_values(weights_);
    weights_.pop_back();
    if (all_equal) return weights_.assign(weights_.size(), 0.0);
    softmax(weights_.data(), weights_.size(), weights_.data());
  }

  void combine(const float* activation, const float*, std::int64_t, std::int64_t area,
               Attribution& result) override {
    std::ranges::transform(weights_, result.channel_weights.begin(),
                           [](double weight) { return static_cast<float>(weight); });
    add_weighted_channels(activation, result.channel_weights, area, result.raw.data());
  }

  std::vector<double> weights_;
  Tensor observation_, seen_;
};

}  // namespace

extern constinit const Method scorecam_entry{
    "scorecam",
    "Score-CAM: one layer, channels weighted by the value of what is seen through them",
    "Wang et al. 2020, arXiv:1910.01279",
    one_layer_params,
    {},
    [](const nn::Graph& graph, const Params& params) -> std::unique_ptr<Explainer> {
      return std::make_unique<ScoreCam>(graph, params);
    },
    "1 forward a channel of the layer"};

}  // namespace arcadecam::explain
