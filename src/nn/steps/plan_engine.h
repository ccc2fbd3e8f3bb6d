#pragma once

#include <memory>

#include "arcadecam/nn/engine.h"
#include "nn/steps/context.h"

namespace arcadecam::nn::steps {

/// An engine that runs plans. `library`: null where our own steps are all.
std::unique_ptr<Engine> make_plan_engine(std::shared_ptr<const Graph> graph,
                                         const EngineOptions& options,
                                         std::unique_ptr<Library> library);

}  // namespace arcadecam::nn::steps
