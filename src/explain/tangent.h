#pragma once

#include <vector>

#include "arcadecam/nn/engine.h"

namespace arcadecam::explain {

/// Whether tangent() knows the operation's derivative.
bool has_tangent(const nn::Op& op);

/// The activations that tangent() reads: of every node that a ReLU behind `node` takes.
std::vector<int> tangent_needs(const nn::Graph& graph, int node);

/// How a node's output changes, to first order, when that of an earlier node moves along
/// `direction` (forward-mode differentiation, exact: units stay on their side of their ReLU). The
/// tape holds tangent_needs() of sample `sample`. Throws Error when an operation
/// between the two has_tangent() not.
std::vector<float> tangent(const nn::Graph& graph, const nn::Tape& tape, std::int64_t sample,
                           int from, std::span<const float> direction, int to);

}  // namespace arcadecam::explain
