#include "explain/kernel_component.h"

#include <algorithm>
#include <cmath>

#include "explain/principal_component.h"

namespace arcadecam::explain {

bool KernelComponent::read(const float* values, std::int64_t channels, std::int64_t area) {
  positions_.resize(static_cast<std::size_t>(channels * area));
  bool differ = false;
  for (std::int64_t c = 0; c < channels; ++c) {
    const float* from = values + c * area;
    double mean = 0;
    for (std::int64_t i = 0; i < area; ++i) {
      mean += from[i];
      differ = differ || from[i] != from[0];
    }
    mean /= static_cast<double>(area);
    for (std::int64_t i = 0; i < area; ++i)
      positions_[static_cast<std::size_t>(i * channels + c)] = from[i] - mean;
  }
  squares_.resize(static_cast<std::size_t>(area));
  for (std::int64_t i = 0; i < area; ++i) {
    const double* x = positions_.data() + i * channels;
    squares_[static_cast<std::size_t>(i)] = dot(x, x, channels);
  }
  return differ;
}

void KernelComponent::fill_kernel(std::int64_t channels, std::int64_t area) {
  const double gamma = gamma_ > 0 ? gamma_ : 1 / static_cast<double>(channels);
  const auto of = [&](double product, double square, double other) {
    switch (kernel_) {
      case Kernel::kSigmoid:
        return std::tanh(gamma * product + 1);
      case Kernel::kRbf:
        return std::exp(-gamma * std::max(square + other - 2 * product, 0.0));
      case Kernel::kPoly:
        return std::pow(gamma * product + 1, 3);
      case Kernel::kLinear:
        return product;
      case Kernel::kCosine:
        break;
    }
    const double lengths = std::sqrt(square * other);
    return lengths > 0 ? product / lengths : 0.0;
  };
  matrix_.resize(static_cast<std::size_t>(area * area));
  for (std::int64_t i = 0; i < area; ++i) {
    for (std::int64_t j = 0; j <= i; ++j) {
      const double product =
          dot(positions_.data() + i * channels, positions_.data() + j * channels, channels);
      const double value =
          of(product, squares_[static_cast<std::size_t>(i)], squares_[static_cast<std::size_t>(j)]);
      matrix_[static_cast<std::size_t>(i * area + j)] = value;
      matrix_[static_cast<std::size_t>(j * area + i)] = value;
    }
  }
}

void KernelComponent::centre(std::int64_t area) {
  means_.resize(static_cast<std::size_t>(area));
  double all = 0;
  for (std::int64_t i = 0; i < area; ++i) {
    double sum = 0;
    for (std::int64_t j = 0; j < area; ++j) sum += matrix_[static_cast<std::size_t>(i * area + j)];
    means_[static_cast<std::size_t>(i)] = sum / static_cast<double>(area);
    all += means_[static_cast<std::size_t>(i)] / static_cast<double>(area);
  }
  for (std::int64_t i = 0; i < area; ++i) {
    for (std::int64_t j = 0; j < area; ++j)
      matrix_[static_cast<std::size_t>(i * area + j)] +=
          all - means_[static_cast<std::size_t>(i)] - means_[static_cast<std::size_t>(j)];
  }
}

void KernelComponent::project(const float* values, std::int64_t channels, std::int64_t area,
                              float* projection) {
  std::fill_n(projection, area, 0.0F);
  if (!read(values, channels, area)) return;
  fill_kernel(channels, area);
  centre(area);
  const auto multiply = [&](const double* v, double* image) {
    for (std::int64_t i = 0; i < area; ++i) image[i] = dot(matrix_.data() + i * area, v, area);
  };
  // The matrix takes the ones to zero; a start that leans towards what varies is not among them.
  std::vector<double> lean(static_cast<std::size_t>(area)), start(static_cast<std::size_t>(area));
  double size = 0;
  for (std::int64_t i = 0; i < area; ++i) {
    const double* row = matrix_.data() + i * area;
    size += std::sqrt(dot(row, row, area));
    lean[static_cast<std::size_t>(i)] =
        std::sqrt(std::abs(row[i])) * (1 + 0.1 * std::sin(static_cast<double>(i)));
  }
  multiply(lean.data(), start.data());
  if (!(dot(start.data(), start.data(), area) > 0)) return;
  const double value = largest_.find(start, size, area, multiply);
  // What is left of eigenvalues that are zero or below is rounding.
  if (!(value > 1e-12 * size)) return;
  std::vector<double> scaled(largest_.vector().begin(), largest_.vector().end());
  for (double& number : scaled) number *= std::sqrt(value);
  with_largest_positive(scaled, projection);
}

}  // namespace arcadecam::explain
