#pragma once

#include <vector>

#include "arcadecam/core/tensor.h"
#include "arcadecam/nn/engine.h"

namespace arcadecam::episode {

/// The return distributions of a network that ends in an expectation over atoms (C51, Bellemare et
/// al. 2017), read from a tape.
class Distributions {
 public:
  explicit Distributions(const nn::Graph& graph);

  /// What the tape must hold; nothing for other networks.
  [[nodiscard]] const nn::Watch& watch() const noexcept { return watch_; }
  /// actions×atoms, or empty for other networks.
  [[nodiscard]] Shape shape() const;
  /// The returns that the atoms stand for.
  [[nodiscard]] const std::vector<float>& atoms() const noexcept { return atoms_; }
  /// softmax over the atoms of the tape's first sample, actions×atoms; valid until the next call.
  /// Empty for other networks.
  TensorView read(const nn::Tape& tape);

 private:
  nn::Watch watch_;
  std::vector<float> atoms_;
  Tensor probabilities_;
};

}  // namespace arcadecam::episode
