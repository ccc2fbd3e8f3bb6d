#include <utility>

#include "checkpoint/onnx/onnx_passes.h"

namespace arcadecam::checkpoint::onnx {
namespace {

// What node `at` is the mean of, or −1.
int averaged(const Draft& draft, int at) {
  return draft.is<Mean>(at) ? draft.input(at) : -1;
}

// Of A − mean A: the node of A; else −1.
int centred(const Draft& draft, int at) {
  if (!draft.is<SubtractNumber>(at)) return -1;
  const int from = draft.input(at, 0);
  return averaged(draft, draft.input(at, 1)) == from ? from : -1;
}

// V and A of the dueling head that node `at` puts out; −1 where it is none.
std::pair<int, int> streams_of(const Draft& draft, int at) {
  constexpr std::pair<int, int> kNone{-1, -1};
  const bool difference = draft.is<SubtractNumber>(at);
  const int sum = difference ? draft.input(at) : at;
  if (!draft.is<AddNumber>(sum) && !draft.is<nn::Add>(sum)) return kNone;
  const int a = draft.input(sum, 0), b = draft.input(sum, 1);
  for (const auto& [value, other] : {std::pair(a, b), std::pair(b, a)}) {
    if (draft.shape(value) != Shape{1}) continue;
    if (difference && averaged(draft, draft.input(at, 1)) == other) return {value, other};
    if (const int advantages = centred(draft, other); !difference && advantages >= 0)
      return {value, advantages};
  }
  return kNone;
}

}  // namespace

void fuse_dueling(Draft& draft) {
  for (int at = 0; at < draft.size(); ++at) {
    const auto [value, advantages] = streams_of(draft, at);
    if (value >= 0) draft.replace(at, nn::Dueling{}, {value, advantages});
  }
}

}  // namespace arcadecam::checkpoint::onnx
