#pragma once

#include "checkpoint/onnx/onnx_draft.h"

namespace arcadecam::checkpoint::onnx {

// Passes over a draft. Each makes one of the graph's operations of several operators of ONNX: it
// replaces the last of them and leaves the others, which nothing may need from then on.

/// A MatMul and the constant that is added to it: a linear layer with a bias.
void fuse_bias(Draft& draft);
/// A number that is added to the pixels: Affine.
void fuse_offset(Draft& draft);
/// The normalisation of a vector: into the linear layer in front of it, or a linear layer itself.
void fuse_batch_norm(Draft& draft);
/// The mean over the quantiles that a linear layer gives (Dabney et al. 2018): a linear layer.
void fuse_quantiles(Draft& draft);
/// The sum of a distribution's atoms times their probabilities (Bellemare et al. 2017):
/// ExpectedValue.
void fuse_c51(Draft& draft);
/// x/2 · (1 + erf(x/√2)), in whatever order: GELU.
void fuse_gelu(Draft& draft);
/// x · sigmoid x: SiLU.
void fuse_silu(Draft& draft);
/// V + A − mean A (Wang et al. 2016), in whatever order: Dueling.
void fuse_dueling(Draft& draft);

/// x − log Σ exp x: LogSoftmax, of which a softmax is x's own and the largest is taken as it is.
void fuse_log_softmax(Draft& draft);

/// All of them, in this order: linear layers first, which the others look for.
void run_passes(Draft& draft);

}  // namespace arcadecam::checkpoint::onnx
