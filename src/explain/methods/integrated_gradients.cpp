// Integrated gradients: (x − b) times the mean gradient on the way from a baseline b to x
// (Sundararajan et al. 2017, eq. 1).
#include <algorithm>
#include <array>

#include "arcadecam/core/error.h"
#include "explain/completeness.h"
#include "explain/input_attribution.h"
#include "explain/path_gradients.h"

namespace arcadecam::explain {
namespace {

constexpr std::array<std::string_view, 2> kIntegratedGradientsRules{"gauss-legendre",
                                                                    "riemann-trapezoid"};

std::vector<PathPoint> quadrature(const Params& params) {
  constexpr std::int64_t kMost = 10000;
  const std::int64_t steps = params.integer("steps", 2, kMost);
  if (params.choice("rule", kIntegratedGradientsRules) == 0) return gauss_legendre(steps);
  std::vector<PathPoint> points;
  const auto last = static_cast<double>(steps - 1);
  for (std::int64_t i = 0; i < steps; ++i) {
    // Captum's weights: of a rectangle rule, halved at the ends; they sum to 1 − 1/steps.
    const double share = 1 / static_cast<double>(steps);
    points.push_back(
        {static_cast<double>(i) / last, i == 0 || i == steps - 1 ? share / 2 : share, 0});
  }
  return points;
}

class IntegratedGradients final : public Explainer {
 public:
  IntegratedGradients(const nn::Graph& graph, const Params& params)
      : points_(quadrature(params)), baseline_(read_baselines(params, graph.shape(0))) {
    if (baseline_.shape()[0] != 1)
      throw bad_usage("baseline: integrated gradients take one, found {}", baseline_.shape()[0]);
    probes_ = true;
  }

  void explain(const Query& query, Attribution& result) override {
    path_gradients(query, baseline_.view(), points_, result.planes);
    sum_planes(result);
    result.layers.clear();
    const auto at_baseline = query.probe.values(query, {1}, [&](std::int64_t, std::span<float> to) {
      std::ranges::copy(baseline_.values(), to.begin());
    });
    result.completeness = completeness_of_difference(query, at_baseline[0], result);
  }

 private:
  std::vector<PathPoint> points_;
  Tensor baseline_;
};

std::span<const Param> integrated_gradients_params() {
  static constexpr std::array<Param, 3> kParams{
      {{"steps", "50", "points on the way from the baseline to the observation"},
       {"rule", "gauss-legendre", "their places and weights: gauss-legendre or riemann-trapezoid"},
       {"baseline", "0", "where the way begins: a grey value 0…255, or a .npy file"}}};
  return kParams;
}

}  // namespace

extern constinit const Method integrated_gradients_entry{
    "integrated-gradients",
    "integrated gradients: gradients on the way from a baseline, times the difference to it",
    "Sundararajan et al. 2017, arXiv:1703.01365",
    integrated_gradients_params,
    {.is_signed = true, .complete = true, .linear = true, .scale_invariant = true},
    [](const nn::Graph& graph, const Params& params) -> std::unique_ptr<Explainer> {
      return std::make_unique<IntegratedGradients>(graph, params);
    },
    "50 forward and backward, 3 forward"};

}  // namespace arcadecam::explain
