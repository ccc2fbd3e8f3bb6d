#pragma once

#include <string>
#include <vector>

#include "checkpoint/convention.h"

namespace arcadecam::checkpoint {

/// Makes plain weights of those under spectral normalisation (Miyato et al. 2018), as the network
/// has them when it plays: the weight divided by uᵀ W v. PyTorch keeps the weight and both vectors:
/// NAME.parametrizations.weight.original, ….0._u and ….0._v, by its older function
/// NAME.weight_orig, NAME.weight_u and NAME.weight_v. Returns the names of the weights. What has
/// other shapes stays as it is.
std::vector<std::string> undo_spectral_norm(StateDict& state);

/// The same of weights that torch.nn.utils.prune cuts: NAME.weight_orig times NAME.weight_mask.
std::vector<std::string> undo_pruning(StateDict& state);

}  // namespace arcadecam::checkpoint
