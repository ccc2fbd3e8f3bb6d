#include "checkpoint/onnx/onnx_passes.h"

namespace arcadecam::checkpoint::onnx {

void fuse_c51(Draft& draft) {
  for (int at = 0; at < draft.size(); ++at) {
    const auto* sum = draft.as<RowSum>(at);
    if (sum == nullptr) continue;
    const int product = draft.input(at);
    const auto* weighted = draft.as<RowScale>(product);
    if (weighted == nullptr || weighted->factors->size() != sum->length) continue;
    const int softmax = draft.input(product);
    const auto* probabilities = draft.as<RowSoftmax>(softmax);
    if (probabilities == nullptr || probabilities->length != sum->length) continue;
    draft.replace(at, nn::ExpectedValue{weighted->factors}, {draft.input(softmax)});
  }
}

}  // namespace arcadecam::checkpoint::onnx
