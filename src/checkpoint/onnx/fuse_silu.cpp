#include <utility>

#include "checkpoint/onnx/onnx_passes.h"

namespace arcadecam::checkpoint::onnx {

void fuse_silu(Draft& draft) {
  for (int at = 0; at < draft.size(); ++at) {
    if (!draft.is<Product>(at) && !draft.is<nn::Gate>(at)) continue;
    const int a = draft.input(at, 0), b = draft.input(at, 1);
    for (const auto& [x, gate] : {std::pair(a, b), std::pair(b, a)}) {
      const auto* activation = draft.as<nn::Activation>(gate);
      if (activation == nullptr || activation->kind != nn::Activation::Kind::kSigmoid ||
          draft.input(gate) != x) {
        continue;
      }
      draft.replace(at, nn::Activation{nn::Activation::Kind::kSilu}, {x});
      break;
    }
  }
}

}  // namespace arcadecam::checkpoint::onnx
