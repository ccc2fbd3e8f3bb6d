#include "checkpoint/building/tensor_taker.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <vector>

#include "arcadecam/core/error.h"

namespace arcadecam::checkpoint {
namespace {

std::string expected(std::initializer_list<std::int64_t> shape) {
  std::vector<std::string> extents;
  for (const std::int64_t extent : shape) {
    extents.push_back(extent == TensorTaker::kAny ? "n" : fmt::format("{}", extent));
  }
  return fmt::format("{}", fmt::join(extents, "×"));
}

bool fits(const Shape& shape, std::initializer_list<std::int64_t> wanted) {
  return std::equal(shape.begin(), shape.end(), wanted.begin(), wanted.end(),
                    [](std::int64_t have, std::int64_t want) {
                      return want == TensorTaker::kAny ? have >= 1 : have == want;
                    });
}

}  // namespace

nn::Weights TensorTaker::take(const std::string& name, std::initializer_list<std::int64_t> shape) {
  nn::Weights tensor = take_if_present(name, shape);
  if (tensor == nullptr) {
    throw bad_input("the tensor '{}' is missing from the state dict; expected one of shape {}",
                    name, expected(shape));
  }
  return tensor;
}

nn::Weights TensorTaker::take_if_present(const std::string& name,
                                         std::initializer_list<std::int64_t> shape) {
  nn::Weights tensor = state_.find(name);
  if (tensor == nullptr) return nullptr;
  if (!fits(tensor->shape(), shape)) {
    throw bad_input("the tensor '{}' has shape {}; expected {}", name, to_string(tensor->shape()),
                    expected(shape));
  }
  taken_.insert(name);
  return tensor;
}

void TensorTaker::ignore(std::string_view prefix) {
  for (const auto& tensor : state_.tensors) {
    if (tensor.name.starts_with(prefix)) taken_.insert(tensor.name);
  }
}

void TensorTaker::finish() const {
  std::vector<std::string> left;
  for (const auto& tensor : state_.tensors) {
    if (taken_.contains(tensor.name)) continue;
    left.push_back(fmt::format("'{}' ({})", tensor.name, to_string(tensor.tensor->shape())));
  }
  if (left.empty()) return;
  const std::size_t more = left.size() > 3 ? left.size() - 3 : 0;
  left.resize(left.size() - more);
  throw bad_input("the state dict holds tensors that this network does not have: {}{}",
                  fmt::join(left, ", "), more == 0 ? "" : fmt::format(" and {} more", more));
}

bool has_prefix(const StateDict& state, std::string_view prefix) {
  return std::any_of(state.tensors.begin(), state.tensors.end(),
                     [&](const auto& tensor) { return tensor.name.starts_with(prefix); });
}

}  // namespace arcadecam::checkpoint
