#include <algorithm>
#include <cmath>
#include <optional>

#include "app/bench/bench.h"
#include "arcadecam/explain/session.h"
#include "measure/similarity.h"

namespace arcadecam::app {
namespace {

/// Maps that are everywhere the same have none: as good as equal where both are.
double agreement(std::span<const float> a, std::span<const float> b) {
  const auto correlation = measure::rank_correlation(a, b);
  if (correlation) return *correlation;
  return measure::rank_correlation(b, a) ? 0 : 1;
}

}  // namespace

std::vector<PrecisionRow> bench_precision(const agent::Agent& agent, const ByteTensor& states,
                                          const BenchPlan& plan) {
  const auto exact = nn::make_engine(plan.engine, agent.graph),
             rounded = nn::make_engine(plan.engine, agent.graph, {1, nn::Precision::kBf16});
  std::vector<PrecisionRow> rows;
  for (const explain::MethodSpec& method : plan.methods) {
    explain::Session a(*exact, std::array{method}), b(*rounded, std::array{method});
    PrecisionRow& row = rows.emplace_back();
    row.method = method.text();
    for (std::int64_t n = 0; n < states.shape()[0]; ++n) {
      const ByteTensorView state(states[n].data(), states.shape().inner().batch_of(1));
      // The same action's value, whichever seems best after rounding.
      const auto target = explain::Target::action(explain::argmax(a.forward(state).values()));
      b.forward(state);
      a.explain(std::array{target});
      b.explain(std::array{target});
      const auto x = a.result(0, 0).map.values(), y = b.result(0, 0).map.values();
      row.correlations.rounds.push_back(agreement(x, y));
      double largest = 0;
      for (std::size_t i = 0; i < x.size(); ++i)
        largest = std::max(largest, std::abs(static_cast<double>(x[i]) - y[i]));
      row.differences.rounds.push_back(largest);
    }
  }
  return rows;
}

}  // namespace arcadecam::app
