#pragma once

#include <memory>
#include <vector>

#include "arcadecam/nn/engine.h"
#include "nn/bare_kernels.h"

namespace arcadecam::nn {

/// The engine "onednn". Throws Error (usage) in a build without oneDNN.
std::unique_ptr<Engine> make_onednn_engine(std::shared_ptr<const Graph> graph,
                                           const EngineOptions& options);

/// What the program's module "onednn" offers (core/module.h): the functions above and in
/// bare_kernels.h. The library links oneDNN; the program, which mostly does without, opens the
/// module when one of them is called.
struct OnednnModule {
  std::unique_ptr<Engine> (*make_engine)(std::shared_ptr<const Graph> graph,
                                         const EngineOptions& options);
  std::vector<BareKernel> (*bare_kernels)(const Graph& graph, std::int64_t batch, int threads);
};

}  // namespace arcadecam::nn
