#include <algorithm>
#include <cmath>
#include <numeric>

#include "app/bench/bench.h"
#include "arcadecam/explain/session.h"

namespace arcadecam::app {
namespace {

/// Places in the order of the values, from 0; equal values share their mean place.
std::vector<double> ranks(std::span<const float> values) {
  std::vector<std::size_t> order(values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::sort(order, {}, [&](std::size_t i) { return values[i]; });
  std::vector<double> result(values.size());
  for (std::size_t first = 0, end = 0; first < order.size(); first = end) {
    while (end < order.size() && values[order[end]] == values[order[first]]) ++end;
    const double mean = static_cast<double>(first + end - 1) / 2;
    for (std::size_t i = first; i < end; ++i) result[order[i]] = mean;
  }
  return result;
}

}  // namespace

double rank_correlation(std::span<const float> a, std::span<const float> b) {
  const std::vector<double> x = ranks(a), y = ranks(b);
  const double middle = (static_cast<double>(a.size()) - 1) / 2;
  double xy = 0, xx = 0, yy = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    xy += (x[i] - middle) * (y[i] - middle);
    xx += (x[i] - middle) * (x[i] - middle);
    yy += (y[i] - middle) * (y[i] - middle);
  }
  if (xx == 0 || yy == 0) return xx == yy ? 1 : 0;
  return xy / std::sqrt(xx * yy);
}

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
      row.correlations.rounds.push_back(rank_correlation(x, y));
      double largest = 0;
      for (std::size_t i = 0; i < x.size(); ++i)
        largest = std::max(largest, std::abs(static_cast<double>(x[i]) - y[i]));
      row.differences.rounds.push_back(largest);
    }
  }
  return rows;
}

}  // namespace arcadecam::app
