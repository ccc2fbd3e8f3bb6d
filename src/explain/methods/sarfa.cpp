// SARFA: a place is salient when blurring it lowers the action's probability (specific) and leaves
// those of the others among themselves as they were (relevant) (Puri et al. 2020, eq. 2 to 4).
#include <algorithm>
#include <cmath>
#include <vector>

#include "core/softmax.h"
#include "explain/local_blur.h"

namespace arcadecam::explain {
namespace {

/// Softmax of the outputs; with `except` ≥ 0 over the other actions.
std::vector<double> probabilities(std::span<const float> outputs, int except) {
  std::vector<double> result;
  for (int a = 0; a < std::ssize(outputs); ++a) {
    if (a != except) result.push_back(static_cast<double>(outputs[static_cast<std::size_t>(a)]));
  }
  if (result.empty()) return result;
  softmax(result.data(), result.size(), result.data());
  return result;
}

class Sarfa final : public Explainer {
 public:
  Sarfa(const nn::Graph& graph, const Params& params) : blur_(graph.shape(0), params) {
    probes_ = true;
  }

  void explain(const Query& query, Attribution& result) override {
    const auto action = static_cast<std::size_t>(query.action);
    const auto before = query.outputs().values();
    const double probability = probabilities(before, -1)[action];
    const auto others = probabilities(before, query.action);
    blur_.score(
        query, {},
        [&](const Query& probed) {
          const auto after = probed.outputs().values();
          const double drop = probability - probabilities(after, -1)[action];
          if (drop <= 0) return 0.0;
          const auto others_after = probabilities(after, query.action);
          double divergence = 0;  // KL(before ‖ after)
          for (std::size_t a = 0; a < others.size(); ++a) {
            if (others[a] > 0) divergence += others[a] * std::log(others[a] / others_after[a]);
          }
          const double relevance = 1 / (1 + divergence);
          return 2 * relevance * drop / (relevance + drop);
        },
        result);
  }

 private:
  LocalBlur blur_;
};

}  // namespace

extern constinit const Method sarfa_entry{
    "sarfa",
    "SARFA: where blurring lowers the action's probability and spares the others' proportions",
    "Puri et al. 2020, arXiv:1912.12191",
    []() -> std::span<const Param> { return kLocalBlurParams; },
    {.vanishes = false},
    [](const nn::Graph& graph, const Params& params) -> std::unique_ptr<Explainer> {
      return std::make_unique<Sarfa>(graph, params);
    },
    "289 forward"};

}  // namespace arcadecam::explain
