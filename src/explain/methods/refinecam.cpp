// RefineCAM: the product of one CAM's maps of several layers (Domeniconi et al. 2026, as
// pytorch-grad-cam computes it).
#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "explain/base_cam.h"
#include "explain/input_attribution.h"
#include "explain/layers.h"
#include "explain/receptive_field.h"

namespace arcadecam::explain {
namespace {

constexpr std::array<std::string_view, 2> kRefinedHooks{"pre", "post"};

class RefineCam final : public Explainer {
 public:
  RefineCam(const nn::Graph& graph, const Params& params) : plane_(plane_of(graph.shape(0))) {
    const bool after = params.choice("at", kRefinedHooks) == 1;
    std::vector<int> hooks;
    for (const int layer : find_layers(graph, params.list("layers"))) {
      const int hook = after ? activation_after(graph, layer) : layer;
      // A convolution and its normalisation share the activation function after them.
      if (std::ranges::find(hooks, hook) != hooks.end()) continue;
      hooks.push_back(hook);
      names_.push_back(graph.node(hook).name);
      // By index: a node's name may be a number too.
      const auto all = graph.spatial_layers();
      bases_.push_back(
          make_base(graph, params, std::to_string(std::ranges::find(all, layer) - all.begin())));
      watch_.merge(bases_.back()->watch());
    }
  }

  void explain(const Query& query, Attribution& result) override {
    result.raw.resize(plane_);
    std::ranges::fill(result.raw.values(), 1.0F);
    result.layers.clear();
    for (std::size_t l = 0; l < bases_.size(); ++l) {
      const Tensor& map = finished_map(*bases_[l], query, part_);
      for (std::int64_t i = 0; i < map.size(); ++i) result.raw.data()[i] *= map.data()[i];
      result.layers.push_back({names_[l], 1.0});
    }
    raw_as_map(result);
  }

 private:
  Shape plane_;
  std::vector<std::string> names_;
  std::vector<std::unique_ptr<Explainer>> bases_;  ///< one a layer
  Attribution part_;
};

std::span<const Param> refinecam_params() {
  static constexpr std::array<Param, 4> kParams{
      {base_param("gradcam++"),
       {"layers", "",
        "layers whose maps are multiplied, separated by '/'; default: all convolution and "
        "normalisation layers"},
       {"at", "pre", "hook before (pre) or after (post) a layer's activation function"},
       place_param("stretched")}};
  return kParams;
}

}  // namespace

extern constinit const Method refinecam_entry{
    "refinecam",
    "RefineCAM: the product of one CAM's maps of all layers",
    "Domeniconi et al. 2026, arXiv:2605.14641; pytorch-grad-cam 1.5.7",
    refinecam_params,
    {},
    [](const nn::Graph& graph, const Params& params) -> std::unique_ptr<Explainer> {
      return std::make_unique<RefineCam>(graph, params);
    }};

}  // namespace arcadecam::explain
