#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "sweep/trajectory.h"

namespace arcadecam::app {

/// What a trajectory's page and tables say of one quantity.
struct TrajectoryPart {
  sweep::TrackedQuantity quantity;
  std::vector<sweep::TrajectoryPoint> points;
  std::vector<sweep::ChangePoint> changes;  ///< of the mean over runs
  sweep::LeadLag lead{};                    ///< against the score of the game
  double corrected = 1;                     ///< lead.p by Holm, over the quantities of a game
};

/// A map of the same state at one step of a training.
struct FilmFrame {
  std::int64_t step = 0;
  std::string action, picture;  ///< the picture as a data URI
};

/// A game's film: one run, one state.
struct TrajectoryFilm {
  std::string game, run, method;
  std::vector<FilmFrame> frames;
};

/// The parts in the order of their quantities. `lag`: the largest shift that is looked at.
std::vector<TrajectoryPart> trajectory_parts(
    const std::map<sweep::TrackedQuantity, sweep::History>& histories, int lag, double alpha,
    std::uint64_t seed);

/// trajectory.csv, changes.csv and leads.csv into a folder.
void write_trajectory_tables(const std::filesystem::path& folder,
                             const std::vector<TrajectoryPart>& parts);

/// One page that needs no network and no script, fit for paper.
void write_trajectory_page(const std::filesystem::path& file,
                           const std::vector<TrajectoryPart>& parts,
                           const std::vector<TrajectoryFilm>& films);

}  // namespace arcadecam::app
