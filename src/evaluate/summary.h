#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "evaluate/evaluation.h"
#include "evaluate/store.h"
#include "measure/statistics.h"

namespace arcadecam::evaluate {

/// The method that all others are compared with.
inline constexpr std::string_view kChance = "random";

/// Two methods on the same states: the first minus the second.
struct Comparison {
  std::int64_t n = 0;  ///< states that both have a value for
  double difference = 0;
  measure::Interval interval{};  ///< 95 %
  double effect = 0;             ///< mean difference ÷ standard deviation of the differences
  double p = 1;                  ///< sign_flip_p()
  double corrected = 1;          ///< by Holm, over what it was compared beside
};

/// One statistic of one method.
struct SummaryRow {
  std::string agent, method, measure;
  const measure::Statistic* statistic = nullptr;
  /// The statistic's, of a policy "logit" or "probability" for measure::kActionValue.
  std::string unit;
  double mean = 0;
  measure::Interval interval{};
  std::int64_t n = 0, episodes = 0;
  double rank = 0;              ///< 1: the best of the methods; ties averaged
  bool compared = false;        ///< with kChance
  Comparison against_chance{};  ///< corrected over the methods
};

/// Two methods by one statistic, corrected over all pairs.
struct PairRow {
  std::string agent, measure;
  const measure::Statistic* statistic = nullptr;
  std::string first, second;
  Comparison comparison{};
};

/// A point of a curve, averaged over states.
struct CurveRow {
  std::string agent, method, measure, curve;
  double at = 0, mean = 0;
  measure::Interval interval{};
  std::int64_t n = 0;
};

struct EvaluationSummary {
  std::vector<SummaryRow> rows;
  std::vector<PairRow> pairs;
  std::vector<CurveRow> curves;
};

/// What the store holds of this evaluation, in its order of agents, measures, statistics, methods.
EvaluationSummary summarise(const Evaluation& evaluation, const Store& store);

}  // namespace arcadecam::evaluate
