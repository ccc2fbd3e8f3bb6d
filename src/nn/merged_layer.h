#pragma once

#include "arcadecam/nn/graph.h"

namespace arcadecam::nn {

/// The batch normalisation that relevance rules merge into a convolution: the one that alone reads
/// it. −1 for none.
int merged_norm(const Graph& graph, int layer);

/// Whether a batch normalisation is merged into the convolution before it.
bool is_merged(const Graph& graph, int norm);

/// Weight and bias (may be null) of a convolution or linear layer with what is merged into it.
struct MergedLayer {
  Weights weight, bias;
};
MergedLayer merged_layer(const Graph& graph, int layer);

}  // namespace arcadecam::nn
