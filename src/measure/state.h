#pragma once

#include <cstdint>
#include <vector>

#include "arcadecam/core/tensor.h"
#include "arcadecam/explain/method.h"

namespace arcadecam::measure {

/// One decision that methods are measured on. Only `observation` must be given.
struct State {
  std::int64_t index = 0;              ///< among the states of one network, from 0
  std::int64_t episode = 0, step = 0;  ///< its place in the recorded run, both from 0
  std::int64_t rank = 0;               ///< among the states of its episode, from 0
  int action = 0;                      ///< the one that was taken
  ByteTensor observation;              ///< the network's input: C×H×W, oldest plane first
  /// What a recurrent network remembered when it saw the observation (a sample's
  /// nn::Observations::memory); empty for others, and for zeros.
  std::vector<float> memory;
  /// The observations one step before and after; empty at the ends of an episode.
  ByteTensor previous, next;
  /// What would have been observed had the last step been played with the action of the step before
  /// it, as sticky actions would have; empty where that is not known or was the same action.
  ByteTensor repeated;
  /// What is on the observation; none where that is not known.
  std::vector<explain::Object> objects;
};

}  // namespace arcadecam::measure
