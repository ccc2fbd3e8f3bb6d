#pragma once

#include <string_view>
#include <vector>

#include "arcadecam/explain/params.h"
#include "arcadecam/nn/graph.h"

namespace arcadecam::explain {

/// The convolution or normalisation layer named by `text`: its index among those layers from 0, or
/// its node's name; empty: the last convolution. Throws Error (usage) listing the layers otherwise.
int find_layer(const nn::Graph& graph, std::string_view text);

/// The layers of a '/'-separated list; empty: all convolution and normalisation layers.
std::vector<int> find_layers(const nn::Graph& graph, const std::vector<std::string>& names);

/// The node after `layer`'s activation function: the first ReLU downstream on the way where every
/// node has one consumer (so that of conv → norm → add → ReLU is the ReLU). Throws Error (usage)
/// when there is none.
int activation_after(const nn::Graph& graph, int layer);

/// H×W of a C×H×W node or input.
Shape plane_of(const Shape& shape);

}  // namespace arcadecam::explain
