#pragma once

#include <initializer_list>
#include <set>
#include <string>
#include <string_view>

#include "arcadecam/nn/graph.h"
#include "checkpoint/convention.h"

namespace arcadecam::checkpoint {

/// Takes tensors out of a state dict by name and shape, and notices what is left.
class TensorTaker {
 public:
  /// Stands for any extent of at least 1.
  static constexpr std::int64_t kAny = -1;

  explicit TensorTaker(const StateDict& state) : state_(state) {}

  /// The tensor `name`; throws Error when it is missing or its shape is another one.
  nn::Weights take(const std::string& name, std::initializer_list<std::int64_t> shape);
  /// The same, or null when it is missing.
  nn::Weights take_if_present(const std::string& name, std::initializer_list<std::int64_t> shape);
  [[nodiscard]] bool has(std::string_view name) const { return state_.find(name) != nullptr; }
  /// Leaves out every tensor whose name starts so: a target network, another head.
  void ignore(std::string_view prefix);
  /// Throws Error when the state dict holds a tensor that was not taken.
  void finish() const;

 private:
  const StateDict& state_;
  std::set<std::string, std::less<>> taken_;
};

/// Whether some tensor's name starts with `prefix`.
bool has_prefix(const StateDict& state, std::string_view prefix);

}  // namespace arcadecam::checkpoint
