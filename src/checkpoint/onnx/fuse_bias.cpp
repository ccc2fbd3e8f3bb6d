#include <utility>

#include "checkpoint/onnx/onnx_passes.h"

namespace arcadecam::checkpoint::onnx {

void fuse_bias(Draft& draft) {
  for (int at = 0; at < draft.size(); ++at) {
    const auto* added = draft.as<AddConstant>(at);
    if (added == nullptr) continue;
    const int from = draft.input(at);
    const auto* conv = draft.as<nn::Conv2d>(from);
    if (conv != nullptr && conv->bias == nullptr &&
        added->numbers->size() == conv->weight->shape()[0]) {
      nn::Conv2d whole = *conv;
      whole.bias = added->numbers;
      draft.replace(at, std::move(whole), draft.node(from).inputs, draft.node(from).name);
      continue;
    }
    const auto* linear = draft.as<nn::Linear>(from);
    if (linear == nullptr || linear->bias != nullptr ||
        added->numbers->size() != linear->weight->shape()[0]) {
      continue;
    }
    draft.replace(at, nn::Linear{linear->weight, added->numbers}, draft.node(from).inputs,
                  draft.node(from).name);
  }
}

}  // namespace arcadecam::checkpoint::onnx
