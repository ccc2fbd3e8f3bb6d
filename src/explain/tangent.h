#pragma once

#include <vector>

#include "arcadecam/nn/engine.h"

namespace arcadecam::explain {

/// Whether tangent() knows the operation's derivative.
bool has_tangent(const nn::Op& op);

/// The activations that tangent() reads: the inputs of all ReLUs that depend on `node`.
std::vector<int> tangent_needs(const nn::Graph& graph, int node);

/// How the output of node `to` changes, to first order, when the output of the earlier node `from`
/// moves along `direction`. This is forward-mode differentiation, and exact as long as no ReLU
/// switches on or off. The tape holds tangent_needs() of sample `sample`. Throws Error when
/// has_tangent() is false for an operation between the two.
std::vector<float> tangent(const nn::Graph& graph, const nn::Tape& tape, std::int64_t sample,
                           int from, std::span<const float> direction, int to);

}  // namespace arcadecam::explain
