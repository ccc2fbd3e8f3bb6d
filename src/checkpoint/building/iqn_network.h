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

/// The network, with quantile_midpoints() many quantiles. Every other tensor must be ignored by
/// `taker` already. Throws Error as NodeList does.
nn::Graph build_iqn(StateTaker& taker, const IqnNames& names, float divisor);

/// "noisy dueling implicit quantile network, the mean of 32 quantiles at their midpoints", once it
/// is built.
std::string title_of_iqn(const StateDict& state, const IqnNames& names);

}  // namespace arcadecam::checkpoint
