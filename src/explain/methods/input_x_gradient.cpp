// Input × gradient: what every value contributes to first order (Shrikumar et al. 2016).
#include "explain/input_attribution.h"
#include "explain/layers.h"

namespace arcadecam::explain {
namespace {

class InputXGradient final : public Explainer {
 public:
  explicit InputXGradient(const nn::Graph& graph) : input_(graph.shape(0)) {
    plane_of(input_);
    watch_.gradients.push_back(0);
  }

  void explain(const Query& query, Attribution& result) override {
    result.planes.resize(input_);
    read_observation(query, result.planes.view());
    const float* gradient = query.tape.gradient(0)[query.sample].data();
    float* planes = result.planes.data();
#pragma omp simd
    for (std::int64_t i = 0; i < result.planes.size(); ++i) planes[i] *= gradient[i];
    sum_planes(result);
    result.layers.clear();
  }

 private:
  Shape input_;
};

}  // namespace

extern constinit const Method input_x_gradient_entry{
    "input-x-gradient",
    "input × gradient: every value times its gradient",
    "Shrikumar et al. 2016, arXiv:1605.01713",
    []() -> std::span<const Param> { return {}; },
    {.is_signed = true, .linear = true, .scale_invariant = true},
    [](const nn::Graph& graph, const Params&) -> std::unique_ptr<Explainer> {
      return std::make_unique<InputXGradient>(graph);
    }};

}  // namespace arcadecam::explain
