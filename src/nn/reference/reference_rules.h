#pragma once

#include "arcadecam/nn/rules.h"
#include "nn/reference/reference_context.h"

namespace arcadecam::nn {

/// Adds what arrived at the node, carried by its rule, to what arrives at its inputs, in plain
/// loops. False where the chain rule holds.
template <typename T>
bool carried_by_rule(const ReferenceContext<T>& context, const RuleMap& rules);

/// The same in a pass of relevance; `bias`: RuleMap's.
template <typename T>
void carry_relevance(const ReferenceContext<T>& context, const Rule& rule, bool bias);

}  // namespace arcadecam::nn
