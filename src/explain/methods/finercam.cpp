// Finer-CAM: Grad-CAM of a target that sets the action against those of nearest value.
#include <algorithm>
#include <array>
#include <vector>

#include "explain/input_attribution.h"
#include "explain/one_layer_cam.h"

namespace arcadecam::explain {
namespace {

constexpr Param kAlpha{"alpha", "1", "how strongly similar actions are subtracted"};

/// The node from which all the others follow: one of them, else the input.
int first_of(const nn::Graph& graph, const std::vector<int>& nodes) {
  const int first = *std::ranges::min_element(nodes);
  const bool all_follow = std::ranges::all_of(nodes, [&](int node) {
    const std::vector<bool> before = graph.ancestors_of(std::array{node});
    return static_cast<bool>(before[static_cast<std::size_t>(first)]);
  });
  return all_follow ? first : 0;
}

class FinerCam final : public Explainer {
 public:
  FinerCam(const nn::Graph& graph, const Params& params)
      : gradcam_(find_method("gradcam").make(graph, params)),
        first_(first_of(graph, gradcam_->watch().activations)),
        alpha_(params.number("alpha")) {
    probes_ = true;
    raw_place_ = gradcam_->raw_place();
    // The other target's gradient needs a pass of its own: of what follows from the first layer.
    if (first_ != 0) watch_.merge({nn::cut_at(graph, first_), {}});
  }

  void explain(const Query& query, Attribution& result) override {
    const Target finer = Target::finer(query.action, alpha_);
    const Query asked{query.graph,  query.tape, query.observations, query.sample,
                      query.action, finer,      query.probe};
    query.probe.run(
        asked, {1, gradcam_->watch(), first_},
        [&](std::int64_t, std::span<float> values) {
          if (first_ == 0) return read_observation(query, {values.data(), query.graph.shape(0)});
          std::ranges::copy(query.tape.activation(first_)[query.sample].values(), values.begin());
        },
        [&](std::int64_t, const Query& probed) { gradcam_->explain(probed, result); });
  }

 private:
  std::unique_ptr<Explainer> gradcam_;
  int first_;  ///< from which the layers follow that Grad-CAM reads
  double alpha_;
};

std::span<const Param> finercam_params() {
  static const std::vector<Param> params = [] {
    std::vector<Param> all(one_layer_params().begin(), one_layer_params().end());
    all.push_back(kAlpha);
    return all;
  }();
  return params;
}

}  // namespace

extern constinit const Method finercam_entry{
    "finercam",
    "Finer-CAM: Grad-CAM of the action against the actions of nearest value",
    "Zhang et al. 2025, arXiv:2501.11309; pytorch-grad-cam 1.5.7",
    finercam_params,
    {.is_signed = true, .vanishes = false},
    [](const nn::Graph& graph, const Params& params) -> std::unique_ptr<Explainer> {
      return std::make_unique<FinerCam>(graph, params);
    },
    "1 forward and backward from the layer on"};

}  // namespace arcadecam::explain
