// oneDNN for the program: the same names as in the library, which the linker finds here first, so
// that the library's own sources of them, and oneDNN itself, stay out of the program's file.
#include "core/module.h"
#include "nn/onednn_module.h"

namespace arcadecam::nn {
namespace {

const OnednnModule& opened() {
  static const auto& table = module_table<OnednnModule>("onednn", "oneDNN's kernels");
  return table;
}

}  // namespace

std::unique_ptr<Engine> make_onednn_engine(std::shared_ptr<const Graph> graph,
                                           const EngineOptions& options) {
  return opened().make_engine(std::move(graph), options);
}

std::vector<BareKernel> bare_kernels(const Graph& graph, std::int64_t batch, int threads) {
  return opened().bare_kernels(graph, batch, threads);
}

}  // namespace arcadecam::nn
