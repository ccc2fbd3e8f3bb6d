#include "checkpoint/onnx/onnx_passes.h"

namespace arcadecam::checkpoint::onnx {

void fuse_log_softmax(Draft& draft) {
  for (int at = 0; at < draft.size(); ++at) {
    if (draft.is<SubtractNumber>(at)) {
      const int x = draft.input(at, 0), normaliser = draft.input(at, 1);
      if (draft.is<LogSumExp>(normaliser) && draft.input(normaliser) == x)
        draft.replace(at, LogSoftmax{}, {x});
    } else if (draft.is<Choice>(at)) {
      // The largest probability is the largest logit's.
      const int softmax = draft.input(at);
      if (draft.is<nn::Softmax>(softmax) && draft.is<LogSoftmax>(draft.input(softmax)))
        draft.replace(at, Choice{}, {draft.input(softmax)});
    }
  }
  for (int at = 0; at < draft.size(); ++at) {
    if (draft.is<nn::Softmax>(at) && draft.is<LogSoftmax>(draft.input(at)))
      draft.replace(at, nn::Softmax{}, {draft.input(draft.input(at))});
  }
}

}  // namespace arcadecam::checkpoint::onnx
