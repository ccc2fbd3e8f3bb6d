#pragma once

#include <string_view>

#include "arcadecam/nn/graph.h"

namespace arcadecam::checkpoint {

/// The activation function of this name, one of activation_names(); throws a usage error for any
/// other.
nn::Op activation_named(std::string_view name);

}  // namespace arcadecam::checkpoint
