#pragma once

#include <cstdint>
#include <mutex>
#include <unordered_map>
#include <vector>

#include "arcadecam/nn/engine.h"

namespace arcadecam::nn {

/// A matrix in C order: in half precision where that holds every element exactly (as of checkpoints
/// that were saved so) and the CPU reads it, because reading it is what a small batch waits for;
/// else in single precision.
struct Rows {
  Tensor single;
  std::vector<std::uint16_t> half;

  [[nodiscard]] bool empty() const { return single.empty() && half.empty(); }
};

/// Matrices as fully connected layers read them: each made once, then kept. Any thread may ask.
class WeightLayouts {
 public:
  /// A matrix, or its transpose, as strips of kStrip columns, each strip's rows side by side, the
  /// last padded with zeros.
  const Tensor& strips(const Weights& matrix, bool transposed);
  /// A matrix, or its transpose, for reading rows.
  const Rows& rows(const Weights& matrix, bool transposed);
  /// Whether rows() are in half precision.
  bool halves(const Weights& matrix);

 private:
  std::mutex mutex_;
  // The keys keep their tensors alive: an address is never taken for another tensor's. What is
  // referred to stays where it is when others come.
  std::unordered_map<Weights, Tensor> strips_, transposed_strips_;
  std::unordered_map<Weights, Rows> rows_, transposed_rows_;
  std::unordered_map<Weights, bool> halves_;
};

}  // namespace arcadecam::nn
