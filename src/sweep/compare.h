#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "sweep/plan.h"

namespace arcadecam::sweep {

/// One number of agents that differ in nothing but seeds, held against the same number of a
/// baseline.
struct Compared {
  std::string game, step;  ///< step: empty where the sweeps have none in common
  std::string measure, method, object, statistic;
  std::int64_t baseline_n = 0, n = 0;  ///< units, each with one value
  double baseline_mean = 0, mean = 0;
  /// Student's t of the difference of means with the variance of both sides, and its two-sided p.
  double t = 0, p = 1;
  double corrected = 1;  ///< by Holm, over all
};

/// Compares what two sweeps measured: every statistic of evaluate's summary and, of single objects,
/// the map's share and the size of what the removal changes. Units of one game (and of one step,
/// where both sweeps have such) are repetitions of each other, whatever their seeds and runs. A
/// number that the baseline has fewer than two values of is left out. Throws Error (usage) where
/// methods, measures or states of the plans differ, and Error where nothing can be compared.
std::vector<Compared> compare_sweeps(const std::filesystem::path& baseline,
                                     const SweepPlan& baseline_plan,
                                     const std::filesystem::path& folder, const SweepPlan& plan);

/// Student's t of two samples; p is 1 for equal means, and 0 for others of samples that do not
/// vary.
void test_difference(const std::vector<double>& baseline, const std::vector<double>& values,
                     Compared& result);

/// "pong, step 100, causal (gradcam), ball, mass: 0.2 (2 units), baseline 0.1 (5 units), p 0.001".
std::string words_of(const Compared& one);

/// A row a number: game, step, measure, method, object, statistic, baseline_n, baseline_mean, n,
/// mean, t, p, p_holm. An infinite t is empty.
void write_compared(const std::filesystem::path& file, const std::vector<Compared>& compared);

}  // namespace arcadecam::sweep
