// Saliency: the gradient of the input (Simonyan et al. 2014).
#include <algorithm>

#include "explain/input_attribution.h"
#include "explain/layers.h"

namespace arcadecam::explain {
namespace {

class Saliency final : public Explainer {
 public:
  explicit Saliency(const nn::Graph& graph) : input_(graph.shape(0)) {
    plane_of(input_);
    watch_.gradients.push_back(0);
  }

  void explain(const Query& query, Attribution& result) override {
    result.planes.resize(input_);
    std::ranges::copy(query.tape.gradient(0)[query.sample].values(), result.planes.data());
    sum_planes(result);
    result.layers.clear();
  }

 private:
  Shape input_;
};

}  // namespace

extern constinit const Method saliency_entry{
    "saliency",
    "saliency: the size of the input gradient",
    "Simonyan et al. 2014, arXiv:1312.6034",
    []() -> std::span<const Param> { return {}; },
    {.is_signed = true, .linear = true, .scale_invariant = true},
    [](const nn::Graph& graph, const Params&) -> std::unique_ptr<Explainer> {
      return std::make_unique<Saliency>(graph);
    }};

}  // namespace arcadecam::explain
