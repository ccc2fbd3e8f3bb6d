// Expected gradients: integrated gradients with points and baselines drawn at random (Erion et al.
// 2021, eq. 4); Lundberg & Lee's GradientSHAP.
#include <array>

#include "explain/input_attribution.h"
#include "explain/path_gradients.h"

namespace arcadecam::explain {
namespace {

class GradientShap final : public Explainer {
 public:
  GradientShap(const nn::Graph& graph, const Params& params)
      : points_(static_cast<std::size_t>(params.integer("draws", 1, kMost))),
        seed_(static_cast<std::uint64_t>(params.integer("seed"))),
        baselines_(read_baselines(params, graph.shape(0))) {
    probes_ = true;
  }

  void explain(const Query& query, Attribution& result) override {
    Random random = Probe::random(query, seed_);
    for (PathPoint& point : points_) {
      point.position = random.uniform();
      point.weight = 1 / static_cast<double>(points_.size());
      point.baseline = static_cast<std::int64_t>(
          random.below(static_cast<std::uint64_t>(baselines_.shape()[0])));
    }
    path_gradients(query, baselines_.view(), points_, result.planes);
    sum_planes(result);
    result.layers.clear();
  }

 private:
  static constexpr std::int64_t kMost = 100000;

  std::vector<PathPoint> points_;
  std::uint64_t seed_;
  Tensor baselines_;
};

std::span<const Param> gradient_shap_params() {
  static constexpr std::array<Param, 3> kParams{
      {{"draws", "50", "points drawn on ways from the baselines to the observation"},
       {"baseline", "0",
        "where the ways begin: a grey value 0…255, or a .npy file of one or many observations"},
       {"seed", "0", "another seed, other points"}}};
  return kParams;
}

}  // namespace

extern constinit const Method gradient_shap_entry{
    "gradient-shap",
    "expected gradients: gradients at random points between baselines and the observation",
    "Lundberg & Lee 2017, arXiv:1705.07874; Erion et al. 2021, arXiv:1906.10670",
    gradient_shap_params,
    {.is_signed = true, .linear = true, .scale_invariant = true, .stochastic = true},
    [](const nn::Graph& graph, const Params& params) -> std::unique_ptr<Explainer> {
      return std::make_unique<GradientShap>(graph, params);
    },
    "50 forward and backward, 2 forward"};

}  // namespace arcadecam::explain
