#pragma once

#include "arcadecam/nn/engine.h"

namespace arcadecam::nn {

/// What every engine checks before it computes; throws Error naming what was expected and found.
void check_observations(const Graph& graph, const Observations& observations);
void check_output_gradient(const Graph& graph, std::int64_t batch, const OutputGradient& gradient);
void check_watch(const Graph& graph, const Watch& watch);
/// `announced`: the forward pass's Watch::rules.
void check_rules(const Graph& graph, const RulePass& pass, bool announced);

/// Whether a forward pass has to compute each node: what the output and the watched activations
/// depend on. A gradient that is watched elsewhere is zero.
std::vector<bool> needed_nodes(const Graph& graph, const Watch& watch);

/// The nodes that forward_from() computes, in the graph's order: all that output and watched nodes
/// need and that is not given. Throws Error when something needed does not follow from given nodes,
/// or the given values do not fit.
std::vector<int> nodes_to_compute(const Graph& graph, std::span<const Given> given,
                                  const Watch& watch);

}  // namespace arcadecam::nn
