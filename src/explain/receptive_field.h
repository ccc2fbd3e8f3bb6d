#pragma once

#include "arcadecam/explain/map_algebra.h"
#include "arcadecam/nn/graph.h"

namespace arcadecam::explain {

/// Where a layer's positions look: the middles of their receptive fields, in pixels of the
/// observation.
struct ReceptiveFields {
  Samples rows, columns;
};

/// Of a C×H×W node that only convolutions and operations on single positions lead to (where a sum
/// joins several ways, its first input's). Throws Error (usage) otherwise.
///
/// A convolution of kernel k, stride s and padding p on samples at first + i·step gives samples at
/// first + (i·s − p + (k−1)/2)·step. Without padding they keep away from the picture's border,
/// which a resize over the whole picture overlooks: the outermost of a Nature network's third
/// convolution lie 17.5 pixels inside, where that resize puts them at 5.5.
ReceptiveFields receptive_fields(const nn::Graph& graph, int node);

}  // namespace arcadecam::explain
