#pragma once

#include <string>

#include "checkpoint/building/implicit_quantiles.h"
#include "checkpoint/building/network_builder.h"

namespace arcadecam::checkpoint {

/// Where the layers of an implicit quantile network in PyTorch are, on Nature's convolutions.
struct IqnNames {
  std::string convolutions;  ///< the prefix of 0, 2 and 4
  std::string embedding;     ///< the linear layer behind the cosines
  std::string hidden, head;
  std::string value_hidden{}, value_head{};  ///< the other stream of a dueling one, or empty
};

/// The network, with quantile_midpoints() many quantiles, called for example "noisy dueling
/// implicit quantile network, the mean of 32 quantiles at their midpoints". Every other tensor must
/// be ignored by `taker` already. Throws Error as NetworkBuilder does.
BuiltNetwork build_iqn(TensorTaker& taker, const IqnNames& names, float divisor);

}  // namespace arcadecam::checkpoint
