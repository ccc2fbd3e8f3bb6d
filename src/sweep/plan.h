#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "sweep/digests.h"
#include "sweep/spec.h"

namespace arcadecam::sweep {

/// One checkpoint that is evaluated with one seed: what a unit of work is asked for.
struct PlannedUnit {
  /// The first 20 digits of a SHA-256 over what the numbers depend on: the checkpoint's content,
  /// game, seed, methods, measures, states, options and the program's version; never a path. Two
  /// files of the same content are one unit.
  std::string id;
  std::string checkpoint;  ///< absolute path
  std::string sha256;      ///< of the checkpoint
  std::string game;        ///< empty: the checkpoint says it
  std::uint64_t seed = 0;
  std::string run, step;  ///< what the path says of the training; empty where it does not

  friend bool operator==(const PlannedUnit&, const PlannedUnit&) = default;
};

struct SweepPlan {
  using Settings = std::vector<std::pair<std::string, std::string>>;

  Settings settings;  ///< what all units share, "version" first
  std::vector<PlannedUnit> units;

  /// The value of a setting; empty where there is none.
  [[nodiscard]] const std::string& setting(const std::string& name) const;
  /// Units whose ids differ from those before, in their order: what there is to do.
  [[nodiscard]] std::vector<const PlannedUnit*> distinct() const;

  friend bool operator==(const SweepPlan&, const SweepPlan&) = default;
};

/// The plan's version of the program.
std::string program_version();

/// Finds the checkpoints of a spec; units in the order of path, game, seed. Throws Error where no
/// file is found. `progress` is told how many digests of how many are known. If it returns false,
/// the search stops and the plan has no units.
SweepPlan make_plan(
    const Spec& spec, DigestCache& digests,
    const std::function<bool(std::int64_t done, std::int64_t total)>& progress = {});

/// DIR/plan.csv.
std::filesystem::path plan_file(const std::filesystem::path& folder);
/// Throws Error where the folder holds no plan, or one of another version of the program.
SweepPlan read_plan(const std::filesystem::path& folder);
/// The same for a plan of any version.
SweepPlan read_any_plan(const std::filesystem::path& folder);
/// Writes the plan where it differs from what is there. Throws Error (usage) where the folder holds
/// a plan with other settings, naming the first: its records are of those.
void write_plan(const std::filesystem::path& folder, const SweepPlan& plan);

}  // namespace arcadecam::sweep
