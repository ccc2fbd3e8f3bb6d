// What every layer contributes to the decision, each position where it looks, all layers joined:
// our own method (docs/methods.md has the search that led to it, and its ablation).
#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "arcadecam/core/error.h"
#include "arcadecam/explain/method.h"
#include "explain/gradient_activation.h"
#include "explain/input_attribution.h"
#include "explain/layers.h"
#include "explain/receptive_field.h"
#include "explain/reference_picture.h"

namespace arcadecam::explain {
namespace {

constexpr std::array<std::string_view, 2> kJoins{"mean", "least"};
constexpr std::array<std::string_view, 2> kContributionHooks{"pre", "post"};
constexpr std::int64_t kLargestRadius = 100;

/// The nodes that "layers" and "at" choose.
std::vector<int> contributing_nodes(const nn::Graph& graph, const Params& params) {
  std::vector<int> nodes = find_layers(graph, params.list("layers"));
  if (params.choice("at", kContributionHooks) == 1) {
    for (int& node : nodes) node = activation_after(graph, node);
    // A convolution and its normalisation share the activation function after them.
    nodes.erase(std::unique(nodes.begin(), nodes.end()), nodes.end());
  }
  return nodes;
}

std::vector<Reference> read_references(const Params& params) {
  std::vector<Reference> references;
  for (const std::string& name : params.list("reference")) {
    const auto at = std::ranges::find(kReferences, name);
    const auto reference = static_cast<Reference>(at - kReferences.begin());
    if (at == kReferences.end() || std::ranges::find(references, reference) != references.end()) {
      throw bad_usage(
          "method layer-contributions: reference={}: expected zero, median and stack, each at "
          "most once, separated by '/'",
          params.text("reference"));
    }
    references.push_back(reference);
  }
  if (references.empty())
    throw bad_usage(
        "method layer-contributions: reference is empty: expected zero, median and stack");
  return references;
}

class LayerContributions final : public Explainer {
 public:
  LayerContributions(const nn::Graph& graph, const Params& params)
      : least_(params.choice("join", kJoins) == 1),
        references_(read_references(params)),
        radius_(params.integer("radius", 1, kLargestRadius)),
        plane_(plane_of(graph.shape(0))) {
    for (const int node : contributing_nodes(graph, params)) {
      layers_.push_back(shown_layer(graph, node, params));
      watch_.activations.push_back(node);
      watch_.gradients.push_back(node);
    }
    probes_ = references_ != std::vector{Reference::kZero};
  }

  void explain(const Query& query, Attribution& result) override {
    for (Tensor* map : {&result.raw, &result.map, &resized_}) map->resize(plane_);
    std::ranges::fill(result.raw.values(), 0.0F);
    result.layers.clear();
    for (const ShownLayer& layer : layers_) result.layers.push_back({layer.name, 0.0});
    std::int64_t joined = 0;
    const auto add = [&](std::size_t l) {
      std::ranges::fill(resized_.values(), 0.0F);
      layers_[l].resize.add(small_.data(), 1.0F, resized_.data());
      double mass = 0;
      for (const float value : resized_.values()) mass += std::abs(value);
      if (mass == 0) return;
      join(static_cast<float>(static_cast<double>(resized_.size()) / mass), joined++, result.raw);
      result.layers[l].weight += 1 / static_cast<double>(references_.size());
    };
    if (std::ranges::find(references_, Reference::kZero) != references_.end()) {
      for (std::size_t l = 0; l < layers_.size(); ++l) {
        contributions(layers_[l], query, activation(layers_[l], query));
        add(l);
      }
    }
    compare(query, add);
    if (!least_ && joined > 0) {
      for (float& value : result.raw.values()) value /= static_cast<float>(joined);
    }
    std::ranges::transform(result.raw.values(), result.map.data(),
                           [](float value) { return std::max(value, 0.0F); });
  }

 private:
  static TensorView activation(const ShownLayer& layer, const Query& query) {
    return query.tape.activation(layer.node)[query.sample];
  }

  /// small_ ← Σ_c g·(what is given)
  void contributions(const ShownLayer& layer, const Query& query, TensorView given) {
    small_.resize(plane_of(layer.shape));
    std::ranges::fill(small_.values(), 0.0F);
    add_gradient_times_activation(query.tape.gradient(layer.node)[query.sample].data(),
                                  given.data(), given.size() / small_.size(), small_.size(),
                                  small_.data());
  }

  /// Calls add(layer) with small_ = Σ_c g·(A − A′) for every reference that is a picture.
  template <typename Add>
  void compare(const Query& query, const Add& add) {
    if (!probes_) return;
    observation_.resize(query.graph.shape(0));
    read_observation(query, observation_.view());
    std::vector<Tensor> pictures;
    for (const Reference reference : references_) {
      if (reference == Reference::kZero) continue;
      Tensor picture = reference_picture(reference, observation_, radius_, query.frame_planes);
      // Nothing stands out from it.
      if (std::ranges::equal(picture.values(), observation_.values())) continue;
      pictures.push_back(std::move(picture));
    }
    query.probe.run(
        query, {std::ssize(pictures), {watch_.activations, {}}},
        [&](std::int64_t index, std::span<float> values) {
          std::ranges::copy(pictures[static_cast<std::size_t>(index)].values(), values.begin());
        },
        [&](std::int64_t, const Query& probed) {
          for (std::size_t l = 0; l < layers_.size(); ++l) {
            subtract(activation(layers_[l], query), activation(layers_[l], probed));
            contributions(layers_[l], query, std::as_const(difference_).view());
            add(l);
          }
        });
  }

  /// difference_ ← a − b, zero where that is no more than rounding: the passes are of different
  /// batches.
  void subtract(TensorView a, TensorView b) {
    constexpr float kRounding = 1e-5F;
    float largest = 0;
    for (const float value : a.values()) largest = std::max(largest, std::abs(value));
    difference_.resize(a.shape());
    std::ranges::transform(a.values(), b.values(), difference_.data(), [&](float x, float y) {
      return std::abs(x - y) <= kRounding * largest ? 0.0F : x - y;
    });
  }

  /// raw ← raw joined with scale · resized_, the `index`-th that is joined.
  void join(float scale, std::int64_t index, Tensor& raw) const {
    const float* from = resized_.data();
    float* to = raw.data();
    for (std::int64_t i = 0; i < raw.size(); ++i) {
      const float value = scale * from[i];
      if (!least_ || index == 0) {
        to[i] += value;
      } else if (to[i] * value <= 0) {
        to[i] = 0;
      } else if (std::abs(value) < std::abs(to[i])) {
        to[i] = value;
      }
    }
  }

  bool least_;
  std::vector<Reference> references_;
  std::int64_t radius_;
  Shape plane_;
  std::vector<ShownLayer> layers_;
  Tensor observation_, difference_, small_, resized_;
};

std::span<const Param> layer_contributions_params() {
  static constexpr std::array<Param, 6> kParams{
      {{"layers", "",
        "layers to use, separated by '/'; default: all convolution and normalisation layers"},
       place_param("aligned"),
       {"join", "mean",
        "the layers' mean, or the least of them where all have the same sign (least), else 0"},
       {"at", "pre", "read before (pre) or after (post) the layer's activation function"},
       {"reference", "zero",
        "what activations are compared with, several separated by '/': zero, median (of what "
        "surrounds each pixel), stack (median over the stacked frames)"},
       {"radius", "8", "of reference=median: windows of 2·radius + 1 pixels"}}};
  return kParams;
}

}  // namespace

extern constinit const Method layer_contributions_entry{
    "layer-contributions",
    "gradient times activation of every layer, where its receptive fields lie, joined with sign",
    "this project; gradient times activation at a position: Draelos & Carin 2020, "
    "arXiv:2011.08891; reference pictures: Shrikumar, Greenside & Kundaje 2017, "
    "arXiv:1704.02685; their mean: Erion et al. 2021, doi:10.1038/s42256-021-00343-w",
    layer_contributions_params,
    {.is_signed = true, .scale_invariant = true},
    [](const nn::Graph& graph, const Params& params) -> std::unique_ptr<Explainer> {
      return std::make_unique<LayerContributions>(graph, params);
    }};

}  // namespace arcadecam::explain
