#pragma once

#include <vector>

#include "arcadecam/nn/engine.h"
#include "nn/onednn/bare_kernels.h"

namespace arcadecam::nn {

/// What the program's module "onednn" offers (core/module.h). The library links oneDNN; the
/// program, most of whose commands run no network, opens it with the first engine.
struct OnednnModule {
  const EngineKind* engine;
  std::vector<BareKernel> (*bare_kernels)(const Graph& graph, std::int64_t batch, int threads);
};

inline constexpr std::string_view kOnednnTitle =
    "oneDNN convolutions, sparse fully connected layers: the default";

}  // namespace arcadecam::nn
