#include <algorithm>

#include "checkpoint/onnx/onnx_passes.h"

namespace arcadecam::checkpoint::onnx {
namespace {

// Whether nothing but scales and offsets lies between it and the observation.
bool is_observation(const Draft& draft, int at) {
  while (draft.is<nn::Scale>(at) || draft.is<nn::Affine>(at)) at = draft.input(at);
  return draft.is<nn::Input>(at);
}

}  // namespace

void fuse_offset(Draft& draft) {
  for (int at = 0; at < draft.size(); ++at) {
    const auto* added = draft.as<AddConstant>(at);
    if (added == nullptr || added->numbers->size() != 1 ||
        !is_observation(draft, draft.input(at))) {
      continue;
    }
    const auto filled = [&](float value) {
      auto tensor = std::make_shared<Tensor>(draft.shape(at));
      std::ranges::fill(tensor->values(), value);
      return tensor;
    };
    draft.replace(at, nn::Affine{filled(1), filled(added->numbers->values()[0])},
                  draft.node(at).inputs, "standardised");
  }
}

}  // namespace arcadecam::checkpoint::onnx
