#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "checkpoint/onnx/onnx_passes.h"

/// Small drafts for the tests of the passes.
namespace arcadecam::test::drafts {

using namespace checkpoint::onnx;

inline nn::Weights tensor(const Shape& shape, std::vector<float> values) {
  return std::make_shared<const Tensor>(shape, std::move(values));
}
inline nn::Weights numbers(std::vector<float> values) {
  const auto count = static_cast<std::int64_t>(values.size());
  return tensor({count}, std::move(values));
}
/// A linear layer without bias whose weight counts up from 1.
inline nn::Linear linear(std::int64_t outputs, std::int64_t inputs) {
  std::vector<float> values;
  for (std::int64_t i = 0; i < outputs * inputs; ++i)
    values.push_back(static_cast<float>(values.size() + 1));
  return {tensor({outputs, inputs}, std::move(values)), nullptr};
}

/// Node 0 is an input of `shape`; add() names the nodes n1, n2, …
class Small {
 public:
  explicit Small(const Shape& shape) { draft.append({"x", nn::Input{shape}, {}, "Input"}); }

  int add(DraftOp op, std::vector<int> inputs) {
    const std::string name = "n" + std::to_string(draft.size());
    return draft.append({name, std::move(op), std::move(inputs), "Some of node '" + name + "'"});
  }

  Draft draft;
};

}  // namespace arcadecam::test::drafts
