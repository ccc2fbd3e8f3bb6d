#pragma once

#include <span>

#include "arcadecam/explain/target.h"
#include "arcadecam/nn/engine.h"

namespace arcadecam::explain {

/// The gradient of a batch's targets, each where it enters the network. Buffers are reused.
class TargetGradient {
 public:
  explicit TargetGradient(const nn::Graph& graph);

  /// One target per sample of the tape's last pass. The result is valid until the next call.
  nn::OutputGradient of(const nn::Tape& tape, std::span<const Target> targets);

 private:
  const nn::Graph& graph_;
  int node_;  ///< target_node()
  Tensor output_, inner_;
};

}  // namespace arcadecam::explain
