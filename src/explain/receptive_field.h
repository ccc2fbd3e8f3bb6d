#pragma once

#include <string>
#include <string_view>

#include "arcadecam/explain/map_algebra.h"
#include "arcadecam/explain/params.h"
#include "arcadecam/nn/graph.h"

namespace arcadecam::explain {

/// Where a layer's positions look: the middles of their receptive fields, in pixels of the
/// observation. `node` is a C×H×W one that only convolutions and operations on single positions
/// lead to (where a sum joins several ways, its first input's). Throws Error (usage) otherwise.
///
/// A convolution of kernel k, stride s and padding p on samples at first + i·step gives samples at
/// first + (i·s − p + (k−1)/2)·step. Without padding they keep away from the picture's border,
/// which a resize over the whole picture overlooks: the outermost of a Nature network's third
/// convolution lie 17.5 pixels inside, where that resize puts them at 5.5.
Placement receptive_fields(const nn::Graph& graph, int node);

/// The parameter "place" of methods that show layers.
constexpr Param place_param(std::string_view default_value) {
  return {
      "place", default_value,
      "where a layer's positions are shown: stretched (the layer over the whole picture, as the "
      "references do) or aligned (each in the middle of its receptive field)"};
}
bool is_aligned(const Params& params);

/// A layer that a method shows: its node, the node's name and shape, and how its map comes onto the
/// picture.
struct ShownLayer {
  int node;
  std::string name;
  Shape shape;  ///< channels×height×width
  BilinearResize resize;
};

/// A node as a shown layer, placed on the picture as "place" says.
ShownLayer shown_layer(const nn::Graph& graph, int node, const Params& params);

}  // namespace arcadecam::explain
