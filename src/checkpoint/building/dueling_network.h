#pragma once

#include <string>

#include "checkpoint/building/network_builder.h"

namespace arcadecam::checkpoint {

/// A dueling DQN (Wang et al. 2016) on the Nature DQN's convolutions: PREFIXfeatures.{0,2,4}, and
/// hidden layers of any number in PREFIXvalue and PREFIXadvantage, which end in 1 output and in one
/// an action. Every other tensor must be ignored by `taker` already. Throws Error as NetworkBuilder
/// does.
nn::Graph build_dueling(TensorTaker& taker, const std::string& prefix, const nn::Op& activation,
                        float divisor);

}  // namespace arcadecam::checkpoint
