#include "checkpoint/building/weight_algebra.h"
#include "checkpoint/onnx/onnx_passes.h"

namespace arcadecam::checkpoint::onnx {

void fuse_quantiles(Draft& draft) {
  for (int at = 0; at < draft.size(); ++at) {
    const auto* mean = draft.as<GroupMean>(at);
    if (mean == nullptr) continue;
    const int from = draft.input(at);
    const auto* head = draft.as<nn::Linear>(from);
    if (head == nullptr) continue;
    draft.replace(at, mean_of_quantiles(*head, mean->groups, mean->outermost),
                  draft.node(from).inputs, draft.node(from).name);
  }
}

}  // namespace arcadecam::checkpoint::onnx
