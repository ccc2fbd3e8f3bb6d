// What stands for oneDNN in a build that has not found it.
#include "arcadecam/core/error.h"
#include "nn/onednn_module.h"

namespace arcadecam::nn {

std::unique_ptr<Engine> make_onednn_engine(std::shared_ptr<const Graph> /*graph*/,
                                           const EngineOptions& options) {
  throw bad_usage(
      "{} needs oneDNN, which this build has not: install libdnnl-dev and configure again, or use "
      "{}",
      options.precision == Precision::kBf16 ? "precision bf16" : "engine onednn",
      options.precision == Precision::kBf16 ? "f32" : "cpu");
}

std::vector<BareKernel> bare_kernels(const Graph& /*graph*/, std::int64_t /*batch*/,
                                     int /*threads*/) {
  return {};
}

}  // namespace arcadecam::nn
