#include "explain/mean_and_variance.h"

#include <algorithm>

namespace arcadecam::explain {

void MeanAndVariance::clear() {
  count_ = 0;
  sums_.clear();
  squares_.clear();
}

void MeanAndVariance::add(std::span<const float> values) {
  ++count_;
  sums_.resize(values.size());
  squares_.resize(values.size());
  for (std::size_t i = 0; i < values.size(); ++i) {
    const auto value = static_cast<double>(values[i]);
    sums_[i] += value;
    squares_[i] += value * value;
  }
}

void MeanAndVariance::write(bool variance, std::span<float> to) const {
  const auto count = static_cast<double>(count_);
  for (std::size_t i = 0; i < sums_.size(); ++i) {
    const double mean = sums_[i] / count;
    to[i] = static_cast<float>(variance ? std::max(0.0, squares_[i] / count - mean * mean) : mean);
  }
}

}  // namespace arcadecam::explain
