#pragma once

#include <cstdint>
#include <vector>

namespace arcadecam::explain {

/// The first principal component of a layer: with the channels' means removed, X is the matrix
/// positions×channels, v its first right singular vector, and the projection X·v is one number a
/// position. The sign of v is arbitrary; here the projection's largest size is positive (the first
/// of equals; Chung & Ying 2025, eq. 13). Buffers are reused.
///
/// Lanczos' method with full re-orthogonalisation on XᵀX from a fixed start, so the same layer
/// gives the same bytes; it ends when the vector is right to about ten digits (or with all
/// dimensions).
class PrincipalComponent {
 public:
  /// `values`: channels×area. Writes `area` numbers; all zero where no channel varies.
  void project(const float* values, std::int64_t channels, std::int64_t area, float* projection);

 private:
  using Vector = std::vector<double>;

  /// image_ ← X·v.
  void multiply(const double* v);
  /// ritz_ ← the eigenvector of the tridiagonal matrix's largest eigenvalue, which is returned.
  double largest_of_tridiagonal();

  std::int64_t channels_ = 0, area_ = 0;
  Vector centred_, image_, basis_, next_, diagonal_, off_diagonal_, ritz_, work_;
};

}  // namespace arcadecam::explain
