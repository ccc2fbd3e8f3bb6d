#pragma once

#include <cstdint>
#include <span>

#include "arcadecam/nn/graph.h"

namespace arcadecam::nn {

/// The mean of ∂Q/∂logit on the straight line between two vectors of logits (as many as the support
/// has atoms), so that Σ mean·(to − from) = Q(to) − Q(from). Simpson's rule, 64 intervals.
void mean_derivative(const ExpectedValue& op, const float* from, const float* to,
                     std::span<double> mean);

}  // namespace arcadecam::nn
