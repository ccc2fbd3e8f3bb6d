#pragma once

#include <vector>

#include "arcadecam/nn/graph.h"

namespace arcadecam::explain {

/// The bias of an operation as FullGrad counts it: a convolution's or linear layer's own; of batch
/// normalisation the implicit one, beta − mean·gamma/√(variance + epsilon). Empty where there is
/// none.
std::vector<float> bias_of(const nn::Op& op);

}  // namespace arcadecam::explain
