#pragma once

#include "arcadecam/nn/rules.h"
#include "nn/onednn/context.h"

namespace arcadecam::nn::onednn {

/// Adds what arrived at the site's node, carried by its rule, to what arrives at its input. False
/// where the chain rule holds: the node's own step carries it then.
bool carried_by_rule(const StepSite& site, const RuleMap& rules);

}  // namespace arcadecam::nn::onednn
