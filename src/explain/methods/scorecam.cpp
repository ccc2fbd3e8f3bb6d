// Score-CAM: a channel's weight is the value of the observation seen through it, softmax over
// channels (Wang et al. 2020, eq. 3 to 5, as pytorch-grad-cam computes it).
#include <algorithm>
#include <cmath>
#include <vector>

#include "core/softmax.h"
#include "explain/cell_masks.h"
#include "explain/equal_values.h"
#include "explain/first_convolution.h"
#include "explain/input_attribution.h"
#include "explain/layers.h"
#include "explain/one_layer_cam.h"
#include "explain/plane_kernels.h"

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
    if (!through_cells(query, activation, resize)) through_pixels(query, activation, resize);
    // Where the value is the same whatever is seen, equal weights would show the mean activation.
    weights_.push_back(query.value());
    const bool all_equal = equal_values(weights_);
    weights_.pop_back();
    if (all_equal) return weights_.assign(weights_.size(), 0.0);
    softmax(weights_.data(), weights_.size(), weights_.data());
  }

  /// The plane of a channel, stretched over the observation.
  std::span<float> stretched(TensorView channel, BilinearResize& resize) {
    std::ranges::fill(seen_.values(), 0.0F);
    resize.add(channel.data(), 1.0F, seen_.data());
    return seen_.values();
  }

  /// What is seen through a channel is linear in its values up to the first convolution. False
  /// where that is no use.
  bool through_cells(const Query& query, TensorView activation, BilinearResize& resize) {
    const auto first = first_convolution(query.graph);
    if (!first) return false;
    const Shape &cells = resize.from(), &pixels = resize.to();
    const auto size = [&](std::size_t side) {
      return static_cast<double>(pixels[side]) / static_cast<double>(cells[side]);
    };
    CellMasks masks(query.graph, *first);
    if (!masks.pays({activation.shape()[0], 1, 1, size(0), size(1)})) return false;
    masks.see_rows(observation_.data(), cell_shares(cells[0], pixels[0], Alignment::kCorners));
    masks.see_columns(cell_shares(cells[1], pixels[1], Alignment::kCorners));
    const std::int64_t channels = activation.shape()[0], area = cells.count();
    std::vector<float> of_masks(static_cast<std::size_t>(channels * area));
    std::vector<const float*> all;
    for (std::int64_t c = 0; c < channels; ++c) {
      const std::span<float> plane = stretched(activation[c], resize);
      const Spread spread = plane_kernels().spread(plane.data(), std::ssize(plane));
      float* mask = of_masks.data() + c * area;
      std::ranges::copy(activation[c].values(), mask);
      plane_kernels().shift_and_divide(mask, area, spread.low,
                                       kEpsilon + (spread.high - spread.low));
      all.push_back(mask);
    }
    ProbePlan plan{channels, {}, first->node};
    plan.channels_last = true;
    weights_.resize(static_cast<std::size_t>(channels));
    const Probe::FillAll fill = [&](std::int64_t begin, std::int64_t count, float* to) {
      masks.values(
          std::span(all).subspan(static_cast<std::size_t>(begin), static_cast<std::size_t>(count)),
          to);
    };
    query.probe.run(query, plan, fill, [&](std::int64_t index, const Query& probed) {
      weights_[static_cast<std::size_t>(index)] = probed.value();
    });
    return true;
  }

  void through_pixels(const Query& query, TensorView activation, BilinearResize& resize) {
    const std::int64_t area = seen_.size(), planes = observation_.shape()[0];
    weights_ = query.probe.values(query, {activation.shape()[0]},
                                  [&](std::int64_t channel, std::span<float> values) {
                                    minmax(stretched(activation[channel], resize), kEpsilon);
                                    const float* __restrict seen = seen_.data();
                                    for (std::int64_t c = 0; c < planes; ++c) {
                                      const float* __restrict from = observation_.data() + c * area;
                                      float* __restrict to = values.data() + c * area;
                                      for (std::int64_t i = 0; i < area; ++i)
                                        to[i] = from[i] * seen[i];
                                    }
                                  });
  }

  void combine(const float* activation, const float*, std::int64_t, std::int64_t area,
               Attribution& result) override {
    std::ranges::transform(weights_, result.channel_weights.begin(),
                           [](double weight) { return static_cast<float>(weight); });
    add_weighted_channels(activation, result.channel_weights, area, result.raw.data());
  }

  static constexpr float kEpsilon = 1e-8F;  // pytorch-grad-cam's

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
    "1 forward per channel of the layer"};

}  // namespace arcadecam::explain
