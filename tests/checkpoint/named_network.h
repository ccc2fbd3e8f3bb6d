#pragma once

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>

#include "arcadecam/core/error.h"
#include "checkpoint/convention.h"
#include "checkpoint/formats/archives.h"

namespace arcadecam::checkpoint::test_names {

/// A state dict of names and shapes (the numbers are none of it), read by the convention `id`.
class Network {
 public:
  explicit Network(std::string_view id) {
    const auto found = std::ranges::find(conventions(), id, &Convention::id);
    if (found == conventions().end()) throw bad_input("no convention {}", id);
    convention_ = *found;
  }

  void add(const std::string& name, const Shape& shape) {
    state_.tensors.push_back({name, std::make_shared<const Tensor>(shape)});
  }
  void layer(const std::string& name, const Shape& shape) {
    add(name + ".weight", shape);
    add(name + ".bias", {shape[0]});
  }
  void noisy(const std::string& name, const Shape& shape) {
    for (const char* part : {"mu", "sigma", "epsilon"}) {
      add(name + ".weight_" + part, shape);
      add(name + ".bias_" + part, {shape[0]});
    }
  }
  /// The Nature convolutions with 2 channels each: 98 features.
  void nature(const std::string& prefix) {
    layer(prefix + "0", {2, 4, 8, 8});
    layer(prefix + "2", {2, 2, 4, 4});
    layer(prefix + "4", {2, 2, 3, 3});
  }
  void remove(const std::string& name) {
    std::erase_if(state_.tensors, [&](const auto& tensor) { return tensor.name == name; });
  }

  [[nodiscard]] bool recognised(std::string_view by) const {
    const Hints hints;
    return !Network(by).convention_->recognise(state_, hints).evidence.empty();
  }
  [[nodiscard]] nn::Graph build() const { return built().graph; }
  [[nodiscard]] std::string refusal() const {
    return test::error_of([&] { static_cast<void>(build()); });
  }
  [[nodiscard]] Description description() const { return built().description; }

 private:
  [[nodiscard]] BuiltNetwork built() const {
    const Hints hints;
    return convention_->recognise(state_, hints).build();
  }

  const Convention* convention_;
  StateDict state_;
};

inline bool says(const std::string& message, std::string_view part) {
  return message.find(part) != std::string::npos;
}

}  // namespace arcadecam::checkpoint::test_names
