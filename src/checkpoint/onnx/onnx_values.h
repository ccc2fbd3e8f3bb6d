#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "arcadecam/core/tensor.h"
#include "checkpoint/onnx/onnx_model.h"

namespace arcadecam::checkpoint::onnx {

/// A constant: whole numbers (shapes, axes) or real ones (weights).
struct Constant {
  std::vector<std::int64_t> extents;
  std::vector<std::int64_t> integers;               ///< when it holds whole numbers
  std::shared_ptr<const std::vector<float>> reals;  ///< else

  [[nodiscard]] bool is_whole() const { return reals == nullptr; }
  [[nodiscard]] std::size_t size() const { return is_whole() ? integers.size() : reals->size(); }
};

/// Decodes a tensor; throws Error naming it when its numbers do not fit its shape, are of a type
/// that no weight has, lie in another file or are not finite.
Constant constant_of(const TensorData& tensor);

/// Computes the operators that shapes are made with (Shape has been done before): Gather,
/// Unsqueeze, Squeeze, Concat, ConstantOfShape, Cast, Identity, Expand, Add, Sub, Mul, Div, Slice
/// of constants. Nothing when it is none of them. Throws Error for arguments that do not fit.
std::optional<Constant> fold(const Node& node, std::span<const Constant* const> inputs);

}  // namespace arcadecam::checkpoint::onnx
