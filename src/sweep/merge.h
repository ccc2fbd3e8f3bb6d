#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>

#include "sweep/plan.h"
#include "sweep/record.h"

namespace arcadecam::sweep {

/// How many units of a plan are where.
struct Counts {
  std::int64_t units = 0, done = 0, failed = 0;

  [[nodiscard]] std::int64_t missing() const { return units - done - failed; }
};

Counts count_outcomes(const SweepPlan& plan, const std::map<std::string, UnitOutcome>& outcomes);

/// The files that merge() writes, by name.
inline constexpr const char *kUnitsTable = "units.csv", *kSummaryTable = "summary.csv",
                            *kObjectsTable = "objects.csv", *kScoresTable = "scores.csv",
                            *kSweepDatabase = "sweep.sqlite";

/// Puts the records of a plan's units into `folder`/merged: CSV files and one SQLite file of the
/// same tables, each whole or not at all. The same records give the same bytes, in whatever order
/// and by whom they were made; those of a plan that is not finished are merged as far as they are.
/// `progress` is told how many units are merged; false stops, and leaves the files as they were.
Counts merge(const std::filesystem::path& folder, const SweepPlan& plan,
             const std::function<bool(std::int64_t done, std::int64_t total)>& progress = {});

/// Shows every unit of a plan, in its order, with its record where there is one. A record is read
/// once where several files are the same unit. `take` returns false to stop.
void visit_records(const std::filesystem::path& folder, const SweepPlan& plan,
                   const std::function<bool(const PlannedUnit& unit, UnitOutcome outcome,
                                            const Record& record, bool first)>& take);

}  // namespace arcadecam::sweep
