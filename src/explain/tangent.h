#pragma once

#include <vector>

#include "arcadecam/nn/engine.h"

namespace arcadecam::explain {

/// The activations that tangent() reads: of every node that a ReLU behind `node` takes.
std::vector<int> tangent_needs(const nn::Graph& graph, int node);

/// How a node's output changes, to first order, when that of an earlier node moves along
/// `direction` (forward-mode differentiation, exact: units stay on their side of their ReLU). The
/// tape holds tangent_needs() of sample `sample`. Nothing before `to` may be a softmax; throws
/// Error otherwise.
std::vector<float> tangent(const nn::Graph& graph, const nn::Tape& tape, std::int64_t sample,
                           int from, std::span<const float> direction, int to);

}  // namespace arcadecam::explain
