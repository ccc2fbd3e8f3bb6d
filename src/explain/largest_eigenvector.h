#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace arcadecam::explain {

/// Σ a·b
double dot(const double* a, const double* b, std::int64_t count);
/// y += factor·x
void add_scaled(double factor, const double* x, std::int64_t count, double* y);

/// The eigenvector of the largest eigenvalue of a symmetric matrix M that has an eigenvalue ≥ 0,
/// given as a product with vectors: Lanczos' method with full re-orthogonalisation from a given
/// start, so the same matrix gives the same bytes. It ends when the vector is right to about ten
/// digits (or with all dimensions). Buffers are reused.
class LargestEigenvector {
 public:
  /// `start`: not zero, and not orthogonal to what is looked for. `size`: about M's, where M's
  /// images of unit vectors below 1e-14·size are rounding. `most`: M's rank at most. `multiply(v,
  /// image)` writes M·v. Returns the eigenvalue; vector() has unit length.
  template <typename Multiply>
  double find(std::span<const double> start, double size, std::int64_t most, Multiply&& multiply) {
    begin(start);
    while (true) {
      multiply(newest(), next_.data());
      if (const double* value = step(size, most)) return *value;
    }
  }
  [[nodiscard]] std::span<const double> vector() const { return vector_; }

 private:
  using Vector = std::vector<double>;

  void begin(std::span<const double> start);
  [[nodiscard]] const double* newest() const {
    return basis_.data() + basis_.size() - static_cast<std::size_t>(dimensions_);
  }
  /// Takes M·newest() from next_. Null while there is more to do; else vector_ is written.
  const double* step(double size, std::int64_t most);
  /// ritz_ ← the eigenvector of the tridiagonal matrix's largest eigenvalue, which is returned.
  double largest_of_tridiagonal();

  std::int64_t dimensions_ = 0;
  double value_ = 0;
  Vector basis_, next_, diagonal_, off_diagonal_, ritz_, work_, vector_;
};

}  // namespace arcadecam::explain
