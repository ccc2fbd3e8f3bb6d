#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "arcadecam/core/tensor.h"
#include "arcadecam/explain/method.h"
#include "game/environment.h"

namespace arcadecam::evaluate {

/// The step that led to a state, and the action of the step before it, which the game would have
/// gone on with where actions are sticky.
struct LastStep {
  game::Snapshot before;
  int action = 0, repeated = 0;
};

/// One decision of a recorded run that methods are measured on.
struct State {
  std::int64_t index = 0;              ///< among the states of one agent, from 0
  std::int64_t episode = 0, step = 0;  ///< its place in the recorded run, both from 0
  std::int64_t rank = 0;               ///< among the states of its episode, from 0
  int action = 0;                      ///< the one that was taken
  ByteTensor observation;              ///< stack×84×84, oldest plane first
  /// What a recurrent network remembered when it saw the observation (a sample's
  /// nn::Observations::memory); empty for others, and for zeros.
  std::vector<float> memory;
  /// The observations one step before and after; empty at the ends of an episode.
  ByteTensor previous, next;
  /// The environment when the decision was due; none where states are not of a game.
  std::optional<game::Snapshot> snapshot;
  /// None at an episode's first two states, and where states are not of a game.
  std::optional<LastStep> last_step;
  /// What is on the observation; none where the game's objects are not known.
  std::vector<game::ObservedObject> observed;
  /// The same for methods that ask.
  std::vector<explain::Object> objects;
};

}  // namespace arcadecam::evaluate
