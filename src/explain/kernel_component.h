#pragma once

#include <cstdint>
#include <vector>

#include "explain/largest_eigenvector.h"

namespace arcadecam::explain {

/// The first component of a layer by kernel principal component analysis (Schölkopf et al. 1998, as
/// scikit-learn's KernelPCA computes it): with the channels' means removed, x_i is position i's
/// vector of channels, K_ij = k(x_i, x_j), centred in its rows and columns; with its largest
/// eigenvalue λ and eigenvector u, the projection is √λ·u, one number a position. Its largest size
/// is positive (the first of equals). Buffers are reused; the same layer gives the same bytes.
class KernelComponent {
 public:
  enum class Kernel {
    kSigmoid,  ///< tanh(γ·x·y + 1)
    kRbf,      ///< exp(−γ·|x − y|²)
    kPoly,     ///< (γ·x·y + 1)³
    kLinear,   ///< x·y: the principal component
    kCosine,   ///< x·y / (|x|·|y|)
  };

  /// gamma = 0: 1 / channels.
  KernelComponent(Kernel kernel, double gamma) : kernel_(kernel), gamma_(gamma) {}
  /// `values`: channels×area. Writes `area` numbers; all zero where no channel varies, or where no
  /// eigenvalue is above zero.
  void project(const float* values, std::int64_t channels, std::int64_t area, float* projection);

 private:
  using Vector = std::vector<double>;

  /// positions_ ← the vectors of channels, one after the other. Whether they differ.
  bool read(const float* values, std::int64_t channels, std::int64_t area);
  void fill_kernel(std::int64_t channels, std::int64_t area);
  void centre(std::int64_t area);

  Kernel kernel_;
  double gamma_;
  Vector positions_, squares_, matrix_, means_;
  LargestEigenvector largest_;
};

}  // namespace arcadecam::explain
