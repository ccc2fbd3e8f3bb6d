// Smooth FullGrad: FullGrad's terms averaged over noisy observations before their sizes are taken
// (idiap/fullgrad-saliency, SmoothFullGrad).
#include <algorithm>
#include <array>
#include <vector>

#include "explain/bias.h"
#include "explain/fullgrad_layers.h"
#include "explain/fullgrad_sum.h"
#include "explain/input_attribution.h"
#include "explain/layers.h"

namespace arcadecam::explain {
namespace {

class SmoothFullGrad final : public Explainer {
 public:
  SmoothFullGrad(const nn::Graph& graph, const Params& params)
      : input_(graph.shape(0)),
        plane_(plane_of(input_)),
        spread_(params.number("spread", 0, kWidest)),
        draws_(params.integer("draws", 1, kMost)),
        seed_(static_cast<std::uint64_t>(params.integer("seed"))),
        sum_(FullGradSum::Scaling::kLayer),
        input_term_(plane_.batch_of(1)),
        ones_(plane_.batch_of(1)) {
    std::ranges::fill(ones_.values(), 1.0F);
    probes_ = true;
    probed_.gradients.push_back(0);
    const FullGradLayers shown = fullgrad_layers(graph, params.list("layers"), true);
    input_is_shown_ = shown.input;
    for (const int node : shown.layers) {
      std::vector<float> bias = bias_of(graph.node(node).op);
      const Shape& shape = graph.shape(node);
      layers_.push_back(
          {node, graph.node(node).name, std::move(bias), sum_.resize(plane_of(shape), plane_)});
      gradients_.emplace_back(shape);
      probed_.gradients.push_back(node);
    }
  }

  void explain(const Query& query, Attribution& result) override {
    gather(query);
    result.raw.resize(plane_);
    std::ranges::fill(result.raw.values(), 0.0F);
    AddedMass mass(result.raw);
    result.layers.clear();
    if (input_is_shown_) {
      sum_.add(ones_.view(), input_term_.view(), result.raw.data());
      result.layers.push_back({kInputTerm, mass.next()});
    }
    for (std::size_t i = 0; i < layers_.size(); ++i) {
      sum_.add(gradients_[i].view(), layers_[i], result.raw.data());
      result.layers.push_back({layers_[i].name, mass.next()});
    }
    raw_as_map(result);
  }

 private:
  static constexpr double kWidest = 10;
  static constexpr std::int64_t kMost = 100000;
  /// Fills input_term_ and the layers' terms.
  void gather(const Query& query) {
    clean_.resize(input_);
    read_observation(query, clean_.view());
    const auto [low, high] = std::ranges::minmax(clean_.values());
    const double deviation = spread_ * (static_cast<double>(high) - low);
    Random random = Probe::random(query, seed_);
    std::ranges::fill(input_term_.values(), 0.0F);
    for (Tensor& gradients : gradients_) std::ranges::fill(gradients.values(), 0.0F);
    query.probe.run(
        query, {draws_, probed_},
        [&](std::int64_t, std::span<float> values) {
          std::ranges::transform(clean_.values(), values.begin(), [&](float x) {
            return x + static_cast<float>(deviation * random.normal());
          });
        },
        [&](std::int64_t, const Query& probed) { add_terms(probed); });
  }

  void add_terms(const Query& probed) {
    const std::int64_t area = plane_.count();
    const float* g = probed.tape.gradient(0)[probed.sample].data();
    const float* x = std::get<TensorView>(probed.observations.values)[probed.sample].data();
    for (std::int64_t i = 0; i < input_.count(); ++i) input_term_.data()[i % area] += x[i] * g[i];
    for (std::size_t n = 0; n < layers_.size(); ++n) {
      const TensorView gradient = probed.tape.gradient(layers_[n].node)[probed.sample];
      float* to = gradients_[n].data();
      for (std::int64_t i = 0; i < gradient.size(); ++i) to[i] += gradient.data()[i];
    }
  }

  Shape input_, plane_;
  double spread_;
  std::int64_t draws_;
  std::uint64_t seed_;
  FullGradSum sum_;
  bool input_is_shown_ = true;
  nn::Watch probed_;
  Tensor clean_;
  Tensor input_term_, ones_;  ///< 1×H×W: Σ over draws and frames of x·g, and what it is times
  std::vector<FullGradSum::Layer> layers_;
  std::vector<Tensor> gradients_;  ///< of each layer, Σ over draws
};

std::span<const Param> smooth_fullgrad_params() {
  static constexpr std::array<Param, 4> kParams{
      {{"layers", "", kFullGradLayersHelp},
       {"spread", "0.15",
        "the noise's standard deviation as a share of the observation's largest − smallest"},
       {"draws", "25", "noisy observations"},
       {"seed", "0", "another seed, other noise"}}};
  return kParams;
}

}  // namespace

extern constinit const Method smooth_fullgrad_entry{
    "smooth-fullgrad",
    "Smooth FullGrad: FullGrad's terms averaged over noise",
    "Srinivas & Fleuret 2019, arXiv:1905.00780; idiap/fullgrad-saliency, SmoothFullGrad",
    smooth_fullgrad_params,
    {.stochastic = true},
    [](const nn::Graph& graph, const Params& params) -> std::unique_ptr<Explainer> {
      return std::make_unique<SmoothFullGrad>(graph, params);
    },
    "25 forward and backward"};

}  // namespace arcadecam::explain
