#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "agent/agent.h"
#include "evaluate/game_context.h"
#include "evaluate/store.h"

namespace arcadecam::evaluate {

/// An agent, the decisions of its that are explained, and by which methods.
struct Contestants {
  const agent::Agent* agent;  ///< borrowed
  std::vector<measure::State> states;
  std::vector<explain::MethodSpec> methods;
  std::vector<game::Snapshot> snapshots{};  ///< of each state (GameContext)
};

/// What is measured on what.
struct Evaluation {
  std::vector<Contestants> agents;
  std::vector<measure::BoundMeasure> measures;
  measure::Question question;
  /// Episodes that measures play which play (Needs::plays).
  std::int64_t played_episodes = 5;
};

/// How it is done; results do not depend on it.
struct Work {
  int jobs = 1;  ///< threads
  /// Told, one call at a time, how much work is done and what was done last; false ends early.
  std::function<bool(std::int64_t done, std::int64_t total, const std::string& what)> progress;
};

/// States explained in one batch and recorded as one unit, at most; all of one episode. Measures
/// that compare all states (Needs::all_states) record one unit.
inline constexpr std::size_t kStatesOfPart = 16;

/// A measure on the maps of a method that ended with an Error, in one unit of the work or in more:
/// these are not recorded, and a later evaluation tries them again.
struct Unmeasured {
  std::string agent, method, measure;
  std::string why;  ///< of the first of the units
};

/// How it ended. Which failures there are, and their order, does not depend on Work::jobs.
struct Outcome {
  bool ended_early = false;
  std::vector<Unmeasured> failures;  ///< in the order of agents, methods and measures
};

/// Does what the store does not hold yet. An Error of a method or measure takes its own numbers
/// away and nothing else. Throws Error where the store fails; what is recorded stays.
Outcome evaluate(const Evaluation& evaluation, Store& store, const Work& work);

}  // namespace arcadecam::evaluate
