#pragma once

#include <vector>

#include "checkpoint/building/network_builder.h"

namespace arcadecam::checkpoint {

// Kaixhin's Rainbow (after Hessel et al. 2018): noisy dueling C51, whose releases differ in the
// names and the padding of their convolutions.

/// Whether the streams have their names.
bool has_kaixhin_streams(const StateDict& state);

/// The network on these convolutions, by its mean weights, without noise. Throws Error as
/// NetworkBuilder does.
BuiltNetwork build_kaixhin(const StateDict& state,
                           const std::vector<PlainConvolution>& convolutions, float divisor);

/// The sequence `convs`, canonical or data-efficient (van Hasselt et al. 2019), its first
/// convolution padded with `padding`.
std::vector<PlainConvolution> kaixhin_sequence(const StateDict& state, int padding);

}  // namespace arcadecam::checkpoint
