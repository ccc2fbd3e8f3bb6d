#include "core/module.h"
#include "nn/onednn_module.h"

namespace arcadecam::nn {
extern constinit const EngineKind onednn_entry;
namespace {

constexpr OnednnModule kTable{&onednn_entry, bare_kernels};

}  // namespace
}  // namespace arcadecam::nn

extern "C" __attribute__((visibility("default"))) arcadecam::ModuleEntry arcadecam_module() {
  return {ARCADECAM_VERSION, &arcadecam::nn::kTable};
}
