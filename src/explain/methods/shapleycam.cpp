// Shapley-CAM: Grad-CAM with the gradient corrected to second order, g − ½·H·A (Cai 2025, eq. 12).
//
// H·A is exact but for rounding: the layers behind the hooked one are piecewise linear, so what
// bends is only the head behind the last of them (a softmax of the network or the target). The
// tangent t of the head's input along A is computed exactly; how the head's gradient changes along
// t by a difference quotient of fourth order, which is safe because a softmax is smooth; that
// change goes backward to the layer exactly. A difference quotient over the whole network would
// cross ReLU kinks, where the gradient jumps.
#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "explain/one_layer_cam.h"
#include "explain/tangent.h"

namespace arcadecam::explain {
namespace {

/// The node at which the head begins: everything before is piecewise linear.
int head_of(const nn::Graph& graph) {
  const bool softmax = std::holds_alternative<nn::ExpectedValue>(graph.node(graph.output()).op);
  return softmax ? target_node(graph) : graph.output();
}

bool bends_before(const nn::Graph& graph, int head) {
  for (int node = 0; node <= head; ++node) {
    if (!has_tangent(graph.node(node).op)) return true;
  }
  return false;
}

class ShapleyCam final : public OneLayerCam {
 public:
  ShapleyCam(const nn::Graph& graph, const Params& params)
      : OneLayerCam(graph, params),
        head_(head_of(graph)),
        bends_early_(bends_before(graph, head_)) {
    probes_ = true;
    for (const int node : hooked()) {
      watch_.merge({nn::cut_at(graph, node), {}});
      if (!bends_early_) watch_.merge({tangent_needs(graph, node), {}});
    }
    watch_.merge({{head_}, {}});
  }

 private:
  void prepare(const Query& query, int node) override {
    const TensorView activation = query.tape.activation(node)[query.sample];
    product_.assign(static_cast<std::size_t>(activation.size()), 0.0F);
    if (!query.target.is_curved(query.graph)) return;
    if (bends_early_) {
      // No golden network is so: a softmax or tanh in the middle. The quotient is taken at the
      // layer.
      product_ = change_of_gradient(query, node, activation.values());
      return;
    }
    const std::vector<float> direction =
        tangent(query.graph, query.tape, query.sample, node, activation.values(), head_);
    const std::vector<float> change = change_of_gradient(query, head_, direction);
    ProbePlan back{1, {{}, {node}}, node};
    back.gradient = change;
    back.entry = head_;
    query.probe.run(
        query, back,
        [&](std::int64_t, std::span<float> values) {
          std::ranges::copy(activation.values(), values.begin());
        },
        [&](std::int64_t, const Query& probed) {
          std::ranges::copy(probed.tape.gradient(node)[probed.sample].values(), product_.begin());
        });
  }

  /// d/ds of the target's gradient at `node` when its activation moves along s·direction, at s = 0.
  static std::vector<float> change_of_gradient(const Query& query, int node,
                                               std::span<const float> direction) {
    std::vector<float> result(direction.size());
    float longest = 0;
    for (const float value : direction) longest = std::max(longest, std::abs(value));
    if (longest == 0) return result;
    // Steps of 0.1 in the fastest value: errors of truncation and of rounding are near 1e-6.
    constexpr float kLongest = 0.1F;
    const float step = kLongest / longest;
    constexpr std::array<float, 4> kOffsets{-2, -1, 1, 2}, kFactors{1, -8, 8, -1};
    constexpr float kDivisor = 12;
    const auto start = query.tape.activation(node)[query.sample].values();
    query.probe.run(
        query, {std::ssize(kOffsets), {{}, {node}}, node},
        [&](std::int64_t index, std::span<float> values) {
          const float offset = step * kOffsets[static_cast<std::size_t>(index)];
          for (std::size_t i = 0; i < values.size(); ++i)
            values[i] = start[i] + offset * direction[i];
        },
        [&](std::int64_t index, const Query& probed) {
          const float factor = kFactors[static_cast<std::size_t>(index)] / (kDivisor * step);
          const auto gradient = probed.tape.gradient(node)[probed.sample].values();
          for (std::size_t i = 0; i < result.size(); ++i) result[i] += factor * gradient[i];
        });
    return result;
  }

  void combine(const float* activation, const float* gradient, std::int64_t channels,
               std::int64_t area, Attribution& result) override {
    for (std::int64_t c = 0; c < channels; ++c) {
      float sum = 0;
      for (std::int64_t i = c * area; i < (c + 1) * area; ++i)
        sum += gradient[i] - 0.5F * product_[static_cast<std::size_t>(i)];
      result.channel_weights[static_cast<std::size_t>(c)] = sum / static_cast<float>(area);
    }
    add_weighted_channels(activation, result.channel_weights, area, result.raw.data());
  }

  int head_;
  bool bends_early_;
  std::vector<float> product_;  ///< H·A
};

}  // namespace

extern constinit const Method shapleycam_entry{
    "shapleycam",
    "Shapley-CAM: Grad-CAM with the gradient corrected to second order",
    "Cai 2025, arXiv:2501.06261",
    one_layer_params,
    {.is_signed = true, .linear = true, .scale_invariant = true},
    [](const nn::Graph& graph, const Params& params) -> std::unique_ptr<Explainer> {
      return std::make_unique<ShapleyCam>(graph, params);
    },
    "none, or behind a softmax 5 forward and backward from the layer on"};

}  // namespace arcadecam::explain
