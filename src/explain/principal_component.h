#pragma once

#include <cstdint>
#include <vector>

#include "explain/largest_eigenvector.h"

namespace arcadecam::explain {

/// The first principal component of a layer: with the channels' means removed, X is the matrix
/// positions×channels, v its first right singular vector, and the projection X·v is one number a
/// position. The sign of v is arbitrary; here the projection's largest size is positive (the first
/// of equals; Chung & Ying 2025, eq. 13). Buffers are reused.
///
/// v is the largest eigenvector of XᵀX, from a fixed start: the same layer gives the same bytes.
class PrincipalComponent {
 public:
  /// `values`: channels×area. Writes `area` numbers; all zero where no channel varies.
  void project(const float* values, std::int64_t channels, std::int64_t area, float* projection);

 private:
  using Vector = std::vector<double>;

  /// image_ ← X·v.
  void multiply(const double* v);

  std::int64_t channels_ = 0, area_ = 0;
  Vector centred_, image_, start_;
  LargestEigenvector largest_;
};

/// `projection` ← `image`, or −`image` where its number of largest size (the first of equals) is
/// negative.
void with_largest_positive(const std::vector<double>& image, float* projection);

}  // namespace arcadecam::explain
