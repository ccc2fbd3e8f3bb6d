#pragma once

#include <cstdint>
#include <vector>

#include "arcadecam/core/error.h"
#include "arcadecam/core/tensor.h"

namespace arcadecam::nn {

/// Which intermediate values a pass keeps, as node indices of one graph.
struct Watch {
  std::vector<int> activations;
  std::vector<int> gradients;  ///< node 0 (the Input) gives the input gradient
  /// Backward passes by rules will follow. The engine must keep every activation for them, though
  /// not on the tape.
  bool rules = false;

  /// Adds what `other` asks for, without duplicates.
  void merge(const Watch& other);
  friend bool operator==(const Watch&, const Watch&) = default;
};

/// Identifies a forward pass: the memory that it ran in, and its number among the passes that ran
/// there (from 1).
struct PassId {
  const void* workspace = nullptr;
  std::int64_t number = 0;
  friend bool operator==(const PassId&, const PassId&) = default;
};

/// The results of one pass: the output, and the activations and gradients of the watched nodes.
/// Buffers are reused from pass to pass. All arrays are N×(shape of a sample), in C order.
class Tape {
 public:
  Tape() = default;
  /// A second tape for the same forward pass: further backward passes leave their gradients here.
  /// It shows the output and the activations of `forward`, which must outlive it.
  explicit Tape(const Tape* forward) : forward_(forward) {}

  /// How many samples the last forward pass held.
  [[nodiscard]] std::int64_t batch() const noexcept { return source().batch_; }
  /// The network's output, N×actions.
  [[nodiscard]] TensorView output() const { return source().output_.view(); }
  /// Throws Error when the node was not watched in the last pass.
  [[nodiscard]] TensorView activation(int node) const {
    return get(source().activations_, node, "activation");
  }
  /// Gradient of the last backward pass's target with respect to the node's output.
  [[nodiscard]] TensorView gradient(int node) const { return get(gradients_, node, "gradient"); }
  [[nodiscard]] bool has_gradient(int node) const noexcept {
    return find(gradients_, node) != nullptr;
  }
  /// How many forward and backward passes have filled this tape so far. A call counts once for a
  /// batch of any size.
  [[nodiscard]] std::int64_t forward_passes() const noexcept { return forward_passes_; }
  [[nodiscard]] std::int64_t backward_passes() const noexcept { return backward_passes_; }
  /// The forward pass whose values it shows.
  [[nodiscard]] const PassId& pass() const noexcept { return source().pass_; }

  // For engines.
  Tensor& begin_forward(std::int64_t batch, const Shape& output);
  void set_pass(const PassId& pass) noexcept { pass_ = pass; }
  void begin_backward();
  Tensor& store_activation(int node, const Shape& sample) {
    return put(activations_, node, sample);
  }
  Tensor& store_gradient(int node, const Shape& sample) { return put(gradients_, node, sample); }

 private:
  /// The tape whose forward passes this one shows.
  [[nodiscard]] const Tape& source() const noexcept {
    return forward_ == nullptr ? *this : *forward_;
  }

  struct Slot {
    int node;
    std::int64_t pass;
    Tensor values;
  };

  [[nodiscard]] const Slot* find(const std::vector<Slot>& slots, int node) const noexcept;
  [[nodiscard]] TensorView get(const std::vector<Slot>& slots, int node, const char* what) const;
  Tensor& put(std::vector<Slot>& slots, int node, const Shape& sample);

  const Tape* forward_ = nullptr;
  std::int64_t batch_ = 0, forward_passes_ = 0, backward_passes_ = 0;
  PassId pass_;
  Tensor output_;
  std::vector<Slot> activations_, gradients_;
};

}  // namespace arcadecam::nn
