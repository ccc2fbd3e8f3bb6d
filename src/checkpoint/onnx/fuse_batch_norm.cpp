#include "checkpoint/building/weight_algebra.h"
#include "checkpoint/onnx/onnx_passes.h"

namespace arcadecam::checkpoint::onnx {

void fuse_batch_norm(Draft& draft) {
  for (int at = 0; at < draft.size(); ++at) {
    const auto* flat = draft.as<FlatBatchNorm>(at);
    if (flat == nullptr) continue;
    const int from = draft.input(at);
    if (const auto* linear = draft.as<nn::Linear>(from)) {
      draft.replace(at, normalised(*linear, flat->norm), draft.node(from).inputs);
    } else {
      draft.replace(at, normalised(identity_layer(draft.shape(from)[0]), flat->norm), {from});
    }
  }
}

}  // namespace arcadecam::checkpoint::onnx
