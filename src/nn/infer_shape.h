#pragma once

#include <span>

#include "arcadecam/nn/graph.h"

namespace arcadecam::nn {

/// The shape of one sample of a node's output, given its inputs'. Throws Error as Graph does.
Shape infer_shape(const Node& node, std::span<const Shape> inputs);

}  // namespace arcadecam::nn
