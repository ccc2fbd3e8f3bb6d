// The default engine under the eyes of the reference: for tests, for fuzzing, and for a network
// whose maps one does not trust.
#include "nn/compared_engine.h"

namespace arcadecam::nn {

extern constinit const EngineKind compared_entry{
    "compared", "cpu, compared in every pass with reference: stops and says where they differ",
    [](std::shared_ptr<const Graph> graph,
       const EngineOptions& options) -> std::unique_ptr<Engine> {
      return make_compared_engine(make_engine("cpu", graph, options),
                                  make_engine("reference", graph, options));
    }};

}  // namespace arcadecam::nn
