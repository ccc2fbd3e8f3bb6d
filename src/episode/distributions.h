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
  /// Computes the softmax over the atoms for the tape's first so many samples.
  void read(const nn::Tape& tape, std::int64_t samples);
  /// Those of one sample of the last read(), actions×atoms; valid until the next. Empty for other
  /// networks.
  [[nodiscard]] TensorView of(std::int64_t sample) const;

 private:
  nn::Watch watch_;
  std::vector<float> atoms_;
  std::int64_t actions_;
  Tensor probabilities_;  ///< samples×actions×atoms
};

}  // namespace arcadecam::episode
