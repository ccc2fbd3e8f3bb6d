#pragma once

#include <cstdint>

#include "arcadecam/nn/graph.h"

namespace arcadecam::nn {

/// The same graph with all weights and biases of convolutions and linear layers drawn from
/// PyTorch's default initialisation, U(±1/√fan_in), and normalisation layers reset to the identity
/// (the model-randomisation control of Adebayo et al. 2018). The same seed gives the same weights
/// on every platform.
Graph randomize_weights(const Graph& graph, std::uint64_t seed);

}  // namespace arcadecam::nn
