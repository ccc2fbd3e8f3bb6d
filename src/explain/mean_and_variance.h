#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace arcadecam::explain {

/// Mean and variance of arrays of one length, in double.
class MeanAndVariance {
 public:
  void clear();
  void add(std::span<const float> values);
  [[nodiscard]] std::size_t size() const noexcept { return sums_.size(); }
  /// Σ/n, or Σx²/n − (Σx/n)², into `to` (size() values).
  void write(bool variance, std::span<float> to) const;

 private:
  std::int64_t count_ = 0;
  std::vector<double> sums_, squares_;
};

}  // namespace arcadecam::explain
