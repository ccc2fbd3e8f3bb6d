#pragma once

#include <deque>
#include <vector>

#include "episode/moments_sink.h"
#include "render/grid.h"
#include "render/look.h"

namespace arcadecam::render {

/// One method of several layers and where its layers' own maps are.
struct LayerStrip {
  std::size_t method;               ///< of the moments that hold the joined map and the weights
  std::vector<std::size_t> layers;  ///< methods of the moments that hold each layer's map alone
};

/// For each strip: the joined map, then a row per layer with its own map and its share of the
/// weights' sum. Both moments are of the same steps; each has its methods' look.
Grid layers_grid(const episode::RunInfo& info, const std::deque<episode::Moment>& joined,
                 const std::deque<episode::Moment>& apart, const std::vector<LayerStrip>& strips,
                 const Look& look, const Look& layers_look);

}  // namespace arcadecam::render
