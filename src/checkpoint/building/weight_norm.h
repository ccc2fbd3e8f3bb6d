#pragma once

#include <string>
#include <vector>

#include "checkpoint/convention.h"

namespace arcadecam::checkpoint {

/// Makes plain weights of those under weight normalisation (Salimans and Kingma 2016), which
/// PyTorch keeps as a length per output and a direction: NAME.parametrizations.weight.original0 and
/// original1, before 2.0 NAME.weight_g and NAME.weight_v. Returns the names of the weights. What
/// has other shapes, or a direction of length 0, stays as it is.
std::vector<std::string> undo_weight_norm(StateDict& state);

}  // namespace arcadecam::checkpoint
