#include "explain/largest_eigenvector.h"

#include <algorithm>
#include <cmath>

namespace arcadecam::explain {

double dot(const double* a, const double* b, std::int64_t count) {
  double sum = 0;
#pragma omp simd reduction(+ : sum)
  for (std::int64_t i = 0; i < count; ++i) sum += a[i] * b[i];
  return sum;
}

void add_scaled(double factor, const double* x, std::int64_t count, double* y) {
#pragma omp simd
  for (std::int64_t i = 0; i < count; ++i) y[i] += factor * x[i];
}

double LargestEigenvector::largest_of_tridiagonal() {
  const std::size_t size = diagonal_.size();
  // Bisection: above the largest eigenvalue every pivot of T − μ is negative (Sturm's sequence).
  double low = 0, high = 0;
  for (std::size_t i = 0; i < size; ++i) {
    const double radius = (i > 0 ? std::abs(off_diagonal_[i - 1]) : 0) +
                          (i + 1 < size ? std::abs(off_diagonal_[i]) : 0);
    high = std::max(high, diagonal_[i] + radius);
    low = std::max(low, diagonal_[i]);
  }
  high *= 1 + 1e-12;
  const auto is_above = [&](double mu) {
    double pivot = diagonal_[0] - mu;
    for (std::size_t i = 1; i < size && pivot < 0; ++i)
      pivot = diagonal_[i] - mu - off_diagonal_[i - 1] * off_diagonal_[i - 1] / pivot;
    return pivot < 0;
  };
  while (high - low > 1e-14 * high) {
    const double middle = (low + high) / 2;
    if (middle <= low || middle >= high) break;
    (is_above(middle) ? high : low) = middle;
  }
  // Inverse iteration: T − high is negative definite, so elimination needs no pivoting.
  ritz_.assign(size, 1.0);
  work_.resize(size);
  for (int round = 0; round < 3; ++round) {
    double pivot = diagonal_[0] - high;
    ritz_[0] /= pivot;
    for (std::size_t i = 1; i < size; ++i) {
      work_[i] = off_diagonal_[i - 1] / pivot;
      pivot = diagonal_[i] - high - off_diagonal_[i - 1] * work_[i];
      ritz_[i] = (ritz_[i] - off_diagonal_[i - 1] * ritz_[i - 1]) / pivot;
    }
    for (std::size_t i = size - 1; i > 0; --i) ritz_[i - 1] -= work_[i] * ritz_[i];
    const double length =
        std::sqrt(dot(ritz_.data(), ritz_.data(), static_cast<std::int64_t>(size)));
    for (double& value : ritz_) value /= length;
  }
  return high;
}

void LargestEigenvector::begin(std::span<const double> start) {
  dimensions_ = std::ssize(start);
  diagonal_.clear();
  off_diagonal_.clear();
  next_.resize(start.size());
  basis_.assign(start.begin(), start.end());
  const double length = std::sqrt(dot(basis_.data(), basis_.data(), dimensions_));
  for (double& value : basis_) value /= length;
}

const double* LargestEigenvector::step(double size, std::int64_t most) {
  const auto k = static_cast<std::int64_t>(diagonal_.size()) + 1;
  diagonal_.push_back(dot(newest(), next_.data(), dimensions_));
  // Twice is enough (Parlett): against all vectors so far.
  for (int round = 0; round < 2; ++round) {
    for (std::int64_t j = 0; j < k; ++j) {
      const double* u = basis_.data() + j * dimensions_;
      add_scaled(-dot(u, next_.data(), dimensions_), u, dimensions_, next_.data());
    }
  }
  const double length = std::sqrt(dot(next_.data(), next_.data(), dimensions_));
  constexpr double kAccuracy = 1e-10;
  constexpr std::int64_t kCheckEvery = 4;
  const bool exhausted = k == most || length <= 1e-14 * size;
  if (exhausted || k % kCheckEvery == 0) {
    value_ = largest_of_tridiagonal();
    if (exhausted || length * std::abs(ritz_.back()) <= kAccuracy * value_) {
      vector_.assign(static_cast<std::size_t>(dimensions_), 0.0);
      for (std::size_t i = 0; i < ritz_.size(); ++i)
        add_scaled(ritz_[i], basis_.data() + static_cast<std::int64_t>(i) * dimensions_,
                   dimensions_, vector_.data());
      return &value_;
    }
  }
  off_diagonal_.push_back(length);
  for (double& value : next_) value /= length;
  basis_.insert(basis_.end(), next_.begin(), next_.end());
  return nullptr;
}

}  // namespace arcadecam::explain
