#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "sweep/plan.h"

namespace arcadecam::sweep {

/// Values over training: run → step → value. Runs are what a training's random seed differs in.
using History = std::map<std::string, std::map<std::int64_t, double>>;

/// What a trajectory is about.
struct TrackedQuantity {
  std::string game, method;  ///< no method: the score
  std::string object;        ///< no object: the score
  /// "share": the map's share on the object; "effect": the mean size of the change of the action's
  /// advantage when the object is taken away; "score".
  std::string name;

  friend auto operator<=>(const TrackedQuantity&,
                          const TrackedQuantity&) = default;  // NOLINT(modernize-use-nullptr)
};

/// Reads the records of all units with a step; several seeds of evaluation of one checkpoint are
/// averaged. A run that the path does not name is called "".
std::map<TrackedQuantity, History> read_histories(const std::filesystem::path& folder,
                                                  const SweepPlan& plan);

/// A point of a trajectory: the mean over runs, with the 95 % interval of a bootstrap over runs
/// (measure::bootstrap(); none with one run).
struct TrajectoryPoint {
  std::int64_t step = 0, runs = 0;
  double mean = 0, low = 0, high = 0;
};

std::vector<TrajectoryPoint> points_of(const History& history, std::uint64_t seed);

/// Where the mean of a series changes: binary segmentation (Vostrikova 1981). The place that
/// lessens the sum of squares most is taken where a shuffled series lessens it as much in at most
/// `alpha` of 999 shuffles; then both sides are looked at. Sides have three points at least.
struct ChangePoint {
  std::size_t at = 0;  ///< the first point after it
  double before = 0, after = 0, p = 1;
};

std::vector<ChangePoint> change_points(const std::vector<double>& series, std::uint64_t seed,
                                       double alpha = 0.05);

/// Whether changes of one history come before those of another: Pearson's correlation of the
/// differences between successive steps, shifted against each other by up to `most` steps, averaged
/// over runs.
struct LeadLag {
  /// The shift of the largest |correlation|, in checkpoints: above 0, the first comes before the
  /// second.
  int lead = 0;
  double correlation = 0;
  /// That of a largest |correlation| as large when the differences of the first history are put
  /// into random order within each run (999 times); 1 where there is too little to tell.
  double p = 1;
  std::int64_t runs = 0;  ///< with at least `most` + 4 differences on common steps
};

LeadLag lead_lag(const History& first, const History& second, int most, std::uint64_t seed);

}  // namespace arcadecam::sweep
