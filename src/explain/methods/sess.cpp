// SESS: one CAM's maps of windows on the enlarged picture, joined (Tursun et al. 2022, as
// pytorch-grad-cam computes it).
#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <string>
#include <vector>

#include "explain/base_cam.h"
#include "explain/input_attribution.h"
#include "explain/layers.h"
#include "explain/receptive_field.h"
#include "explain/scaled_windows.h"

namespace arcadecam::explain {
namespace {

constexpr std::array<std::string_view, 2> kPools{"mean", "max"}, kSessScores{"softmax", "value"},
    kBlurs{"on", "off"};

/// The reference's last step: a Gaussian of deviation 5 cut to 11×11 pixels, mirrored at the edges
/// without the edge itself (c b a | b c d), as OpenCV's GaussianBlur.
void blur_by_eleven(Tensor& map) {
  constexpr std::int64_t kReach = 5;
  std::array<double, 2 * kReach + 1> weights{};
  for (std::int64_t i = -kReach; i <= kReach; ++i) {
    weights[static_cast<std::size_t>(i + kReach)] =
        std::exp(-0.5 * static_cast<double>(i * i) / (kReach * kReach));
  }
  const double sum = std::accumulate(weights.begin(), weights.end(), 0.0);
  const auto mirrored = [](std::int64_t at, std::int64_t length) {
    if (length == 1) return std::int64_t{0};
    while (at < 0 || at >= length) at = at < 0 ? -at : 2 * (length - 1) - at;
    return at;
  };
  const std::int64_t height = map.shape()[0], width = map.shape()[1];
  std::vector<double> rows(static_cast<std::size_t>(map.size()));
  for (std::int64_t i = 0; i < map.size(); ++i) {
    for (std::int64_t k = -kReach; k <= kReach; ++k) {
      rows[static_cast<std::size_t>(i)] +=
          weights[static_cast<std::size_t>(k + kReach)] / sum *
          map.data()[i / width * width + mirrored(i % width + k, width)];
    }
  }
  for (std::int64_t i = 0; i < map.size(); ++i) {
    double value = 0;
    for (std::int64_t k = -kReach; k <= kReach; ++k) {
      value += weights[static_cast<std::size_t>(k + kReach)] / sum *
               rows[static_cast<std::size_t>(mirrored(i / width + k, height) * width + i % width)];
    }
    map.data()[i] = static_cast<float>(value);
  }
}

class Sess final : public Explainer {
 public:
  Sess(const nn::Graph& graph, const Params& params)
      : base_(make_base(graph, params, params.text("layer"))),
        plane_(plane_of(graph.shape(0))),
        windows_(plane_, params.integer("sizes", 1, 32), params.number("growth", 0, 2)),
        left_out_(params.number("filter", 0, 0.99)),
        theta_(params.number("theta", 0, 1)),
        takes_most_(params.choice("pool", kPools) == 1),
        softmax_(params.choice("scores", kSessScores) == 0),
        blurs_(params.choice("blur", kBlurs) == 0),
        layer_(graph.node(base_->watch().activations.front()).name) {
    probes_ = true;
  }

  void explain(const Query& query, Attribution& result) override {
    observation_.resize(query.graph.shape(0));
    read_observation(query, observation_.view());
    windows_.forget();
    const auto count = std::ssize(windows_.windows());
    maps_.resize(plane_.batch_of(count));
    scores_.assign(static_cast<std::size_t>(count), 0.0);
    query.probe.run(
        query, {count, base_->watch()},
        [&](std::int64_t index, std::span<float> values) {
          windows_.cut(observation_.view(), static_cast<std::size_t>(index), values);
        },
        [&](std::int64_t index, const Query& probed) {
          std::ranges::copy(finished_map(*base_, probed, part_).values(), maps_[index].data());
          scores_[static_cast<std::size_t>(index)] = score(probed);
        });
    join(result);
    if (blurs_) blur_by_eleven(result.raw);
    raw_as_map(result);
    result.layers.assign(1, {layer_, 1.0});
  }

 private:
  /// How much the target is worth in a window: below zero counts as nothing.
  [[nodiscard]] double score(const Query& probed) const {
    if (!softmax_) return std::max(probed.value(), 0.0);
    const Target probability = Target::parse("probability:" + std::to_string(probed.action));
    return probability.value_of(probed.outputs());
  }

  /// The windows that count, those of the lowest scores left out.
  [[nodiscard]] std::vector<std::size_t> kept() const {
    std::vector<std::size_t> order(scores_.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::stable_sort(order, {}, [&](std::size_t i) { return scores_[i]; });
    const auto first = static_cast<std::ptrdiff_t>(left_out_ * static_cast<double>(order.size()));
    order.erase(order.begin(), order.begin() + first);
    return order;
  }

  void join(Attribution& result) {
    result.raw.resize(plane_);
    placed_.resize(plane_);
    std::ranges::fill(result.raw.values(), 0.0F);
    counts_.assign(static_cast<std::size_t>(plane_.count()), 0.0F);
    const double highest = *std::ranges::max_element(scores_);
    for (const std::size_t index : kept()) {
      MutableTensorView map = maps_[static_cast<std::int64_t>(index)];
      const auto weight = static_cast<float>(highest > 0 ? scores_[index] / highest : 1.0);
      for (float& value : map.values()) value *= weight;
      windows_.paste(map, index, placed_.view());
      for (std::int64_t i = 0; i < placed_.size(); ++i) {
        const float value = placed_.data()[i];
        float& joined = result.raw.data()[i];
        if (takes_most_) {
          joined = std::max(joined, value);
        } else if (value > theta_) {
          joined += value;
          counts_[static_cast<std::size_t>(i)] += 1;
        }
      }
    }
    if (takes_most_) return;
    for (std::int64_t i = 0; i < placed_.size(); ++i) {
      const float covered = counts_[static_cast<std::size_t>(i)];
      if (covered > 0) result.raw.data()[i] /= covered;
    }
  }

  std::unique_ptr<Explainer> base_;
  Shape plane_;
  ScaledWindows windows_;
  double left_out_, theta_;
  bool takes_most_, softmax_, blurs_;
  std::string layer_;
  Tensor observation_, maps_, placed_;
  std::vector<double> scores_;
  std::vector<float> counts_;
  Attribution part_;
};

std::span<const Param> sess_params() {
  static constexpr std::array<Param, 11> kParams{
      {base_param("gradcam"),
       {"layer", "",
        "index among convolution and normalisation layers from 0, or a node's name; default: the "
        "last convolution"},
       {"at", "pre", "hook before (pre) or after (post) the layer's activation function"},
       {"sizes", "12", "to how many sizes the picture is enlarged, its own among them, 1 to 32"},
       {"growth", "0.285714", "by what share of the picture each size is larger, 0 to 2"},
       {"pool", "mean",
        "how the windows' maps are joined: mean (over those that show something there) or max"},
       {"scores", "softmax",
        "what a window's map is multiplied by: softmax (probability of the action there) or value "
        "(what is explained, where above 0), relative to the highest"},
       {"filter", "0", "the share of windows of the lowest scores that are left out, 0 to 0.99"},
       {"theta", "0.0001",
        "what a map must exceed to take part in the mean, 0 to 1; at 0, as in the reference, "
        "rounding takes part"},
       {"blur", "on", "the reference's last Gaussian of 5 pixels, cut to 11: on or off"},
       place_param("stretched")}};
  return kParams;
}

}  // namespace

extern constinit const Method sess_entry{
    "sess",
    "SESS: one CAM's maps of windows on the picture at several sizes, joined",
    "Tursun et al. 2022, arXiv:2207.01769; pytorch-grad-cam 1.5.7",
    sess_params,
    {},
    [](const nn::Graph& graph, const Params& params) -> std::unique_ptr<Explainer> {
      return std::make_unique<Sess>(graph, params);
    },
    "1 forward and backward per window (122)"};

}  // namespace arcadecam::explain
