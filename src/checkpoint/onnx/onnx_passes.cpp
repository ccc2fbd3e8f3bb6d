#include "checkpoint/onnx/onnx_passes.h"

namespace arcadecam::checkpoint::onnx {

void run_passes(Draft& draft) {
  fuse_bias(draft);
  fuse_offset(draft);
  fuse_batch_norm(draft);
  fuse_quantiles(draft);
  fuse_c51(draft);
  fuse_gelu(draft);
  fuse_silu(draft);
  fuse_dueling(draft);
  fuse_log_softmax(draft);
}

}  // namespace arcadecam::checkpoint::onnx
