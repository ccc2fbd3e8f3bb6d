#include "explain/principal_component.h"

#include <algorithm>
#include <cmath>

namespace arcadecam::explain {
namespace {

double dot(const double* a, const double* b, std::int64_t count) {
  double sum = 0;
#pragma omp simd reduction(+ : sum)
  for (std::int64_t i = 0; i < count; ++i) sum += a[i] * b[i];
  return sum;
}

void add(double factor, const double* x, std::int64_t count, double* y) {
#pragma omp simd
  for (std::int64_t i = 0; i < count; ++i) y[i] += factor * x[i];
}

}  // namespace

void PrincipalComponent::multiply(const double* v) {
  std::ranges::fill(image_, 0.0);
  for (std::int64_t c = 0; c < channels_; ++c)
    add(v[c], centred_.data() + c * area_, area_, image_.data());
}

double PrincipalComponent::largest_of_tridiagonal() {
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

void PrincipalComponent::project(const float* values, std::int64_t channels, std::int64_t area,
                                 float* projection) {
  channels_ = channels;
  area_ = area;
  std::fill_n(projection, area, 0.0F);
  centred_.resize(static_cast<std::size_t>(channels * area));
  image_.resize(static_cast<std::size_t>(area));
  next_.resize(static_cast<std::size_t>(channels));
  double size = 0;
  for (std::int64_t c = 0; c < channels; ++c) {
    const float* from = values + c * area;
    double mean = 0;
    for (std::int64_t i = 0; i < area; ++i) mean += from[i];
    mean /= static_cast<double>(area);
    double* to = centred_.data() + c * area;
    for (std::int64_t i = 0; i < area; ++i) to[i] = from[i] - mean;
    const double square = dot(to, to, area);
    size += square;
    // A start that leans towards the channels that vary most, and is orthogonal to nothing.
    next_[static_cast<std::size_t>(c)] =
        std::sqrt(square) * (1 + 0.1 * std::sin(static_cast<double>(c)));
  }
  if (!(size > 0)) return;

  const std::int64_t most = std::min(channels, area);
  basis_.clear();
  diagonal_.clear();
  off_diagonal_.clear();
  double length = std::sqrt(dot(next_.data(), next_.data(), channels));
  for (std::int64_t k = 1; k <= most; ++k) {
    for (double& value : next_) value /= length;
    basis_.insert(basis_.end(), next_.begin(), next_.end());
    const double* v = basis_.data() + (k - 1) * channels;
    multiply(v);
    for (std::int64_t c = 0; c < channels; ++c)
      next_[static_cast<std::size_t>(c)] = dot(centred_.data() + c * area, image_.data(), area);
    diagonal_.push_back(dot(v, next_.data(), channels));
    // Twice is enough (Parlett): against all vectors so far.
    for (int round = 0; round < 2; ++round) {
      for (std::int64_t j = 0; j < k; ++j) {
        const double* u = basis_.data() + j * channels;
        add(-dot(u, next_.data(), channels), u, channels, next_.data());
      }
    }
    length = std::sqrt(dot(next_.data(), next_.data(), channels));
    constexpr double kAccuracy = 1e-10;
    constexpr std::int64_t kCheckEvery = 4;
    const bool exhausted = k == most || length <= 1e-14 * size;
    if (exhausted || k % kCheckEvery == 0) {
      const double value = largest_of_tridiagonal();
      if (exhausted || length * std::abs(ritz_.back()) <= kAccuracy * value) break;
    }
    off_diagonal_.push_back(length);
  }
  std::ranges::fill(next_, 0.0);
  for (std::size_t k = 0; k < ritz_.size(); ++k)
    add(ritz_[k], basis_.data() + static_cast<std::int64_t>(k) * channels, channels, next_.data());
  multiply(next_.data());
  const auto largest = std::ranges::max_element(image_, {}, [](double x) { return std::abs(x); });
  const double sign = *largest < 0 ? -1 : 1;
  std::ranges::transform(image_, projection,
                         [sign](double x) { return static_cast<float>(sign * x); });
}

}  // namespace arcadecam::explain
