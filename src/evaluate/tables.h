#pragma once

#include <filesystem>

#include "evaluate/evaluation.h"
#include "evaluate/store.h"
#include "evaluate/summary.h"

namespace arcadecam::evaluate {

/// The results as CSV files (RFC 4180, but lines end in \n), each whole or not at all. Numbers are
/// the shortest text that reads back as the same double; an undefined one is an empty field.

/// results.csv: agent, method, measure, statistic, episode, step, value; one row per number. The
/// step is empty where the number is about a whole episode. Returns the number of rows.
std::int64_t write_results(const std::filesystem::path& file, const Evaluation& evaluation,
                           const Store& store);
/// summary.csv: agent, measure, statistic, direction, unit, method, mean, low, high, n, episodes,
/// rank, minus_random, effect, p.
void write_summary(const std::filesystem::path& file, const EvaluationSummary& summary);
/// pairs.csv: agent, measure, statistic, direction, first, second, n, difference, low, high,
/// effect, p, p_holm.
void write_pairs(const std::filesystem::path& file, const EvaluationSummary& summary);
/// curves.csv: agent, method, measure, curve, at, mean, low, high, n.
void write_curves(const std::filesystem::path& file, const EvaluationSummary& summary);
/// objects.csv: agent, method, measure, episode, step, object, statistic, value; what measures
/// found about single objects, in the order of results.csv.
void write_objects(const std::filesystem::path& file, const Evaluation& evaluation,
                   const Store& store);
/// costs.csv: agent, method, what, milliseconds a state, states. Differs from run to run.
void write_costs(const std::filesystem::path& file, const Store& store);

}  // namespace arcadecam::evaluate
