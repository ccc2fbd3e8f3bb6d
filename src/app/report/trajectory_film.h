#pragma once

#include <filesystem>
#include <functional>
#include <vector>

#include "agent/agent.h"
#include "app/report/trajectory_page.h"
#include "arcadecam/core/tensor.h"

namespace arcadecam::app {

/// The agent of a unit's checkpoint.
using LoadUnit = std::function<agent::Agent(const sweep::PlannedUnit&)>;

/// One film for each game of a plan: of the run with the most steps, each checkpoint's map of one
/// state for the action that it would take there, drawn on the state's newest plane. `state`: C×H×W
/// bytes; where it is empty, the one after kFilmedStep greedy steps of the last checkpoint. Also
/// writes film-GAME.gif into `folder`. `game_of`: the games of the units that are done, by id;
/// others have no frame. `go_on` returns false to end early.
std::vector<TrajectoryFilm> trajectory_films(const sweep::SweepPlan& plan,
                                             const std::map<std::string, std::string>& game_of,
                                             const std::string& method, const ByteTensor& state,
                                             const std::filesystem::path& folder,
                                             const LoadUnit& load,
                                             const std::function<bool()>& go_on);

inline constexpr int kFilmedStep = 60;

}  // namespace arcadecam::app
