// DeepLIFT with the rescale rule: how the difference from a baseline's value comes about
// (Shrikumar, Greenside & Kundaje 2017). The baseline's activations are computed once, here.
#include <algorithm>
#include <array>

#include "arcadecam/core/error.h"
#include "arcadecam/core/npy.h"
#include "core/parse_number.h"
#include "explain/completeness.h"
#include "explain/input_attribution.h"
#include "explain/layers.h"
#include "nn/reference/reference_network.h"

namespace arcadecam::explain {
namespace {

/// A number: that value everywhere; else the name of a .npy file of one observation.
Tensor read_baseline(const std::string& text, const Shape& shape) {
  Tensor baseline(shape);
  if (const auto value = parse_number<float>(text)) {
    if (!(*value >= 0 && *value <= 255))
      throw bad_usage("method deeplift: baseline={}: expected 0 to 255 or a .npy file", text);
    std::ranges::fill(baseline.values(), *value);
    return baseline;
  }
  const Tensor file = convert<float>(read_npy(text), text);
  if (file.shape() != shape && file.shape() != shape.batch_of(1)) {
    throw bad_usage("method deeplift: baseline={}: expected one observation of shape {}, found {}",
                    text, to_string(shape), to_string(file.shape()));
  }
  std::ranges::copy(file.values(), baseline.data());
  return baseline;
}

class DeepLift final : public Explainer {
 public:
  DeepLift(const nn::Graph& graph, const Params& params)
      : baseline_(read_baseline(params.text("baseline"), graph.shape(0))) {
    plane_of(graph.shape(0));
    nn::ReferenceNetwork<double> network(std::make_shared<const nn::Graph>(graph));
    network.forward(std::vector<double>(baseline_.values().begin(), baseline_.values().end()));
    auto activations = std::make_shared<nn::Baseline>(static_cast<std::size_t>(graph.size()));
    for (int node = 0; node < graph.size(); ++node) {
      const nn::Op& op = graph.node(node).op;
      if (!nn::is_rescaled(op)) continue;
      for (const int input : graph.node(node).inputs) {
        Tensor& kept = (*activations)[static_cast<std::size_t>(input)];
        kept.resize(graph.shape(input));
        std::ranges::copy(network.activation(input), kept.data());
      }
    }
    std::ranges::copy(network.output(), tape_.begin_forward(1, graph.shape(graph.output())).data());
    if (const int node = target_node(graph); node >= 0) {
      std::ranges::copy(network.activation(node),
                        tape_.store_activation(node, graph.shape(node)).data());
    }
    rules_.push_back({{nn::rule::Rescale{std::move(activations)}, {}}, {0}});
  }

  void explain(const Query& query, Attribution& result) override {
    result.planes.resize(baseline_.shape());
    read_observation(query, result.planes.view());
    const float* multiplier = query.ruled.front()->gradient(0)[query.sample].data();
    for (std::int64_t i = 0; i < baseline_.size(); ++i) {
      float& value = result.planes.data()[i];
      value = (value - baseline_.data()[i]) * multiplier[i];
    }
    sum_planes(result);
    result.layers.clear();
    result.completeness =
        completeness_of_difference(query, query.target.value_of({query.graph, tape_, 0}), result);
  }

 private:
  Tensor baseline_;
  nn::Tape tape_;  ///< the baseline's outputs
};

std::span<const Param> deeplift_params() {
  static constexpr std::array<Param, 1> kParams{
      {{"baseline", "0",
        "what it is compared with: a grey level 0…255 everywhere, or a .npy file of one "
        "observation"}}};
  return kParams;
}

}  // namespace

extern constinit const Method deeplift_entry{
    "deeplift",
    "DeepLIFT (rescale rule): what makes the difference from a baseline",
    "Shrikumar, Greenside & Kundaje 2017, arXiv:1704.02685",
    deeplift_params,
    {.is_signed = true, .complete = true, .linear = true, .scale_invariant = true},
    [](const nn::Graph& graph, const Params& params) -> std::unique_ptr<Explainer> {
      return std::make_unique<DeepLift>(graph, params);
    }};

}  // namespace arcadecam::explain
