// Our own kernels for every layer: the default.
#include "nn/steps/plan_engine.h"

namespace arcadecam::nn {

extern constinit const EngineKind cpu_entry{
    "cpu", "our own kernels, which skip zeros and what looks alike: the default",
    [](std::shared_ptr<const Graph> graph,
       const EngineOptions& options) -> std::unique_ptr<Engine> {
      // They compute in single precision.
      if (options.precision == Precision::kBf16)
        return make_engine("onednn", std::move(graph), options);
      return steps::make_plan_engine(std::move(graph), options, nullptr);
    }};

}  // namespace arcadecam::nn
