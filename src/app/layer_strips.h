#pragma once

#include <optional>
#include <vector>

#include "arcadecam/explain/params.h"
#include "arcadecam/explain/target.h"
#include "arcadecam/nn/graph.h"
#include "episode/moments_sink.h"
#include "render/layers_grid.h"

namespace arcadecam::app {

/// Which methods give the maps of single layers.
struct LayerMethods {
  std::vector<explain::MethodSpec> methods;
  std::vector<render::LayerStrip> strips;
};

/// Every method whose maps join several layers and that can be asked for one layer alone (by its
/// parameter "layers" or "layer"), once per layer. `about`: what is explained. `moment`:
/// with these methods' maps.
LayerMethods layer_methods(const std::vector<explain::MethodSpec>& methods,
                           const episode::Moment& moment, const nn::Graph& graph,
                           const explain::Target& about);

}  // namespace arcadecam::app
