#pragma once

#include <memory>

#include "arcadecam/nn/engine.h"

namespace arcadecam::nn {

/// Runs two engines on everything and compares what they leave on their tapes; what `used` left is
/// what one gets. Throws Error, naming the node and the largest difference, where they differ by
/// more than rounding explains. Both must be of the same graph.
std::unique_ptr<Engine> make_compared_engine(std::unique_ptr<Engine> used,
                                             std::unique_ptr<Engine> compared);

}  // namespace arcadecam::nn
