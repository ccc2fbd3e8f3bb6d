#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "sweep/plan.h"

namespace arcadecam::sweep {

/// A part of a plan: every `count`-th unit, from the `index`-th on (both from 1).
struct Shard {
  std::int64_t index = 1, count = 1;

  /// "3/8". Throws Error (usage) for anything else and where it does not hold 1 ≤ index ≤ count.
  static Shard parse(const std::string& text);
};

struct RunSettings {
  std::filesystem::path program;  ///< which evaluates
  /// On a local disk: where evaluations stand until they are done, in a folder for each plan.
  std::filesystem::path scratch;
  int jobs = 1;  ///< units at once, each in a process of its own
  Shard shard;
  std::vector<std::string> ids;  ///< only these units; empty: all
  bool again_failed = false;     ///< also those whose record says that they failed
  /// The signal that asks to stop, or 0: units that run are then asked to stop too.
  std::function<int()> stop;
  /// Told after each unit, one call at a time.
  std::function<void(std::int64_t done, std::int64_t total, const std::string& note)> progress;
};

/// What became of the units that were asked for.
struct RunResult {
  std::int64_t done = 0, failed = 0;
  /// Neither: a unit that was stopped, or whose checkpoint is not what was planned or not there.
  std::int64_t unfinished = 0;
  std::string why_unfinished;  ///< of the first that was not merely stopped
};

/// Runs the units of a plan that have no record. Each is `evaluate` of one checkpoint in a store of
/// its own, by the program in a process of its own, whose end by a fault is a recorded failure.
/// Several such calls may work on one plan, on one machine or many: what another process on this
/// machine works on is waited for. Throws Error where work cannot go on at all (no program, a full
/// disk); what is recorded stays.
RunResult run_units(const std::filesystem::path& folder, const SweepPlan& plan,
                    const RunSettings& settings);

/// The arguments of the program for a unit, for which `evaluation` is the output folder.
std::vector<std::string> evaluate_arguments(const SweepPlan& plan, const PlannedUnit& unit,
                                            const std::filesystem::path& evaluation);

}  // namespace arcadecam::sweep
