// Guided Grad-CAM: guided backpropagation where Grad-CAM is positive (Selvaraju et al. 2017, §3.1).
#include <algorithm>
#include <array>

#include "arcadecam/explain/map_algebra.h"
#include "explain/input_attribution.h"
#include "explain/layers.h"
#include "explain/one_layer_cam.h"

namespace arcadecam::explain {
namespace {

constexpr std::array<std::string_view, 2> kResizes{"bilinear", "nearest"};

class GuidedGradCam final : public Explainer {
 public:
  GuidedGradCam(const nn::Graph& graph, const Params& params)
      : node_(find_layer(graph, params.text("layer"))),
        nearest_(params.choice("resize", kResizes) == 1),
        input_(graph.shape(0)),
        layer_name_(graph.node(node_).name),
        layer_shape_(graph.shape(node_)),
        resize_(plane_of(layer_shape_), plane_of(input_), Alignment::kHalfPixel) {
    watch_ = {{node_}, {node_}};
    rules_.push_back({{nn::rule::Guided{}, {}}, {0}});
  }

  void explain(const Query& query, Attribution& result) override {
    grad_cam(query, result);
    result.planes.resize(input_);
    const TensorView guided = query.ruled.front()->gradient(0)[query.sample];
    for (std::int64_t i = 0; i < result.planes.size(); ++i)
      result.planes.data()[i] = guided.data()[i] * mask_.data()[i % mask_.size()];
    sum_planes(result);
    result.layers = {{layer_name_, 1.0}};
  }

 private:
  /// mask_ ← resize(max(Σ_c mean(g_c)·A_c, 0))
  void grad_cam(const Query& query, Attribution& result) {
    const Shape plane = plane_of(layer_shape_), size = plane_of(input_);
    const std::int64_t area = plane.count();
    const float* gradient = query.tape.gradient(node_)[query.sample].data();
    result.channel_weights.assign(static_cast<std::size_t>(layer_shape_[0]), 0.0F);
    for (float& weight : result.channel_weights) {
      for (std::int64_t i = 0; i < area; ++i) weight += *gradient++;
      weight /= static_cast<float>(area);
    }
    cam_.resize(plane);
    std::ranges::fill(cam_.values(), 0.0F);
    add_weighted_channels(query.tape.activation(node_)[query.sample].data(), result.channel_weights,
                          area, cam_.data());
    for (float& value : cam_.values()) value = std::max(value, 0.0F);
    mask_.resize(size);
    std::ranges::fill(mask_.values(), 0.0F);
    if (!nearest_) return resize_.add(cam_.data(), 1.0F, mask_.data());
    for (std::int64_t y = 0; y < size[0]; ++y) {
      const float* row = cam_.data() + y * plane[0] / size[0] * plane[1];
      for (std::int64_t x = 0; x < size[1]; ++x)
        mask_.data()[y * size[1] + x] = row[x * plane[1] / size[1]];
    }
  }

  int node_;
  bool nearest_;
  Shape input_;
  std::string layer_name_;
  Shape layer_shape_;
  BilinearResize resize_;
  Tensor cam_, mask_;
};

std::span<const Param> guided_gradcam_params() {
  static constexpr std::array<Param, 2> kParams{
      {{"layer", "",
        "Grad-CAM's: index among convolution and normalisation layers from 0, or a node's name; "
        "default: the last convolution"},
       {"resize", "bilinear", "of the Grad-CAM map: bilinear (the paper) or nearest (Captum)"}}};
  return kParams;
}

}  // namespace

extern constinit const Method guided_gradcam_entry{
    "guided-gradcam",
    "guided Grad-CAM: guided backpropagation times the resized Grad-CAM of one layer",
    "Selvaraju et al. 2017, arXiv:1610.02391",
    guided_gradcam_params,
    {.is_signed = true, .scale_invariant = true},
    [](const nn::Graph& graph, const Params& params) -> std::unique_ptr<Explainer> {
      return std::make_unique<GuidedGradCam>(graph, params);
    }};

}  // namespace arcadecam::explain
