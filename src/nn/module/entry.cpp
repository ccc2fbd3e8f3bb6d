#include "core/module.h"
#include "nn/onednn_module.h"

namespace arcadecam::nn {
namespace {

constexpr OnednnModule kTable{make_onednn_engine, bare_kernels};

}  // namespace
}  // namespace arcadecam::nn

extern "C" __attribute__((visibility("default"))) arcadecam::ModuleEntry arcadecam_module() {
  return {ARCADECAM_VERSION, &arcadecam::nn::kTable};
}
