// FullGrad++: Grad-CAM++ on every convolution and normalisation layer, averaged with the layers'
// activations as weights.
#include <algorithm>
#include <array>
#include <optional>

#include "explain/gradcam_plus_plus_weights.h"
#include "explain/layers.h"
#include "explain/one_layer_cam.h"

namespace arcadecam::explain {
namespace {

constexpr std::array<std::string_view, 2> kVariants{"code", "writeup"};
constexpr std::array<std::string_view, 4> kWeights{"", "sum", "mean", "equal"};
enum Weighting : std::size_t { kByVariant, kSum, kMean, kEqual };

class FullGradPlusPlus final : public Explainer {
 public:
  FullGradPlusPlus(const nn::Graph& graph, const Params& params)
      : writeup_(params.choice("variant", kVariants) == 1),
        weighting_(params.choice("weights", kWeights)),
        plane_(plane_of(graph.shape(0))) {
    if (weighting_ == kByVariant) weighting_ = writeup_ ? kMean : kSum;
    for (const int node : find_layers(graph, params.list("layers"))) {
      layers_.push_back(
          {node, graph.node(node).name, graph.shape(node),
           BilinearResize(plane_of(graph.shape(node)), plane_, Alignment::kHalfPixel)});
      watch_.activations.push_back(node);
      watch_.gradients.push_back(node);
    }
  }

  void explain(const Query& query, Attribution& result) override {
    result.raw.resize(plane_);
    std::ranges::fill(result.raw.values(), 0.0F);
    result.layers.clear();
    double total = 0;
    for (Layer& layer : layers_) {
      rectify(query.tape.activation(layer.node)[query.sample].values());
      const float* gradient = query.tape.gradient(layer.node)[query.sample].data();
      const double sum = writeup_ ? layer_map_writeup(layer.shape, gradient)
                                  : layer_map_code(layer.shape, gradient);
      const auto channels = static_cast<double>(layer.shape[0]);
      const auto area = static_cast<double>(layer.shape[1] * layer.shape[2]);
      const double weight =
          weighting_ == kEqual ? 1.0 : sum / channels / (weighting_ == kMean ? area : 1.0);
      result.layers.push_back({layer.name, weight});
      total += weight;
      layer.resize.add(map_.data(), static_cast<float>(weight), result.raw.data());
    }
    if (total > 0) {
      for (float& value : result.raw.values()) value /= static_cast<float>(total);
    }
    result.map = result.raw;
  }

 private:
  struct Layer {
    int node;
    std::string name;
    Shape shape;
    BilinearResize resize;
  };

  void rectify(std::span<const float> activation) {
    rectified_.resize(activation.size());
    std::ranges::transform(activation, rectified_.begin(),
                           [](float a) { return std::max(a, 0.0F); });
  }

  /// map_ ← minmax(max(Σ_c w_c·A_c, 0)); returns Σ A over the layer.
  double layer_map_code(const Shape& shape, const float* gradient) {
    constexpr float kEpsilon = 1e-7F;
    const std::int64_t area = shape[1] * shape[2];
    clear_map(shape);
    double total = 0;
    for (std::int64_t c = 0; c < shape[0]; ++c) {
      const float* a = rectified_.data() + c * area;
      float sum = 0;
#pragma omp simd reduction(+ : sum)
      for (std::int64_t i = 0; i < area; ++i) sum += a[i];
      total += sum;
      const float weight = gradcam_plus_plus_weight(gradient + c * area, area, sum, kEpsilon);
      for (std::int64_t i = 0; i < area; ++i) map_.data()[i] += weight * a[i];
    }
    // No ReLU: weights and rectified activations are not negative… unless 2g² + S·g³ + ε is, for g
    // < 0, whose terms max(g, 0) removes.
    minmax(map_.values());
    return total;
  }

  /// map_ ← max(Σ_c α_c·A_c, 0) with α at every position; returns Σ A over the layer.
  double layer_map_writeup(const Shape& shape, const float* gradient) {
    constexpr float kEpsilon = 1e-7F;
    const std::int64_t area = shape[1] * shape[2];
    clear_map(shape);
    double total = 0;
    for (std::int64_t i = 0; i < shape.count(); ++i) {
      const float a = rectified_[static_cast<std::size_t>(i)], g = gradient[i], square = g * g;
      total += a;
      map_.data()[i % area] += a * square / (2 * square + a * square * g + kEpsilon);
    }
    for (float& value : map_.values()) value = std::max(value, 0.0F);
    return total;
  }

  void clear_map(const Shape& shape) {
    map_.resize(plane_of(shape));
    std::ranges::fill(map_.values(), 0.0F);
  }

  bool writeup_;
  std::size_t weighting_;
  Shape plane_;
  std::vector<Layer> layers_;
  std::vector<float> rectified_;
  Tensor map_;
};

std::span<const Param> fullgrad_plus_plus_params() {
  static constexpr std::array<Param, 3> kParams{
      {{"variant", "code",
        "code: the reference implementation's channel weights and scaled layer maps; writeup: its "
        "published "
        "formula, α at every position"},
       {"weights", "",
        "a layer's weight: sum, mean (over the layer) of its activation, or equal; default: sum "
        "for code, "
        "mean for writeup"},
       {"layers", "",
        "layers to use, separated by '/'; default: all convolution and normalisation layers"}}};
  return kParams;
}

}  // namespace

extern constinit const Method fullgrad_plus_plus_entry{
    "fullgrad++",
    "FullGrad++: Grad-CAM++ on every layer, averaged by activation",
    "Bikineyev & Sadreddinov 2025, sadjava/fullgradpp_xai",
    fullgrad_plus_plus_params,
    {},
    [](const nn::Graph& graph, const Params& params) -> std::unique_ptr<Explainer> {
      return std::make_unique<FullGradPlusPlus>(graph, params);
    }};

}  // namespace arcadecam::explain
