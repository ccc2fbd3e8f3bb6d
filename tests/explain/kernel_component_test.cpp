#include "explain/kernel_component.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>

#include "arcadecam/core/random.h"

namespace arcadecam::explain {
namespace {

using Vector = std::vector<double>;
using KernelFunction = std::function<double(const Vector&, const Vector&)>;

double product(const Vector& a, const Vector& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
  return sum;
}

/// The centred kernel of the positions of channels×area values, written out.
std::vector<Vector> centred_kernel(std::vector<float> values, std::size_t channels,
                                   std::size_t area, const KernelFunction& kernel) {
  std::vector<Vector> x(area, Vector(channels)), k(area, Vector(area)), centred = k;
  for (std::size_t c = 0; c < channels; ++c) {
    double mean = 0;
    for (std::size_t i = 0; i < area; ++i) mean += values[c * area + i] / static_cast<double>(area);
    for (std::size_t i = 0; i < area; ++i) x[i][c] = values[c * area + i] - mean;
  }
  for (std::size_t i = 0; i < area; ++i) {
    for (std::size_t j = 0; j < area; ++j) k[i][j] = kernel(x[i], x[j]);
  }
  const auto n = static_cast<double>(area);
  for (std::size_t i = 0; i < area; ++i) {
    for (std::size_t j = 0; j < area; ++j) {
      double row = 0, column = 0, all = 0;
      for (std::size_t l = 0; l < area; ++l) {
        row += k[i][l] / n;
        column += k[l][j] / n;
        for (std::size_t m = 0; m < area; ++m) all += k[l][m] / (n * n);
      }
      centred[i][j] = k[i][j] - row - column + all;
    }
  }
  return centred;
}

/// √λ·u of the largest eigenvalue by many rounds of the power method, on a matrix whose spectrum is
/// moved above zero.
Vector by_power_method(std::vector<Vector> matrix) {
  double shift = 0;
  for (const Vector& row : matrix) {
    double sum = 0;
    for (const double value : row) sum += std::abs(value);
    shift = std::max(shift, sum);
  }
  for (std::size_t i = 0; i < matrix.size(); ++i) matrix[i][i] += shift;
  Vector v(matrix.size());
  for (std::size_t i = 0; i < v.size(); ++i) v[i] = std::sin(static_cast<double>(3 * i + 1));
  double length = 0;
  for (int round = 0; round < 20000; ++round) {
    Vector image(v.size());
    for (std::size_t i = 0; i < v.size(); ++i) image[i] = product(matrix[i], v);
    length = std::sqrt(product(image, image));
    for (std::size_t i = 0; i < v.size(); ++i) v[i] = image[i] / length;
  }
  const auto largest = std::ranges::max_element(v, {}, [](double x) { return std::abs(x); });
  const double scale = std::sqrt(length - shift) * (*largest < 0 ? -1 : 1);
  for (double& value : v) value *= scale;
  return v;
}

TEST(KernelComponentTest, EqualsTheKernelWrittenOutForEveryKernel) {
  constexpr std::size_t kChannels = 5, kArea = 12;
  Random random(3);
  std::vector<float> values(kChannels * kArea);
  for (float& value : values) value = static_cast<float>(4 * random.uniform() - 1);
  using enum KernelComponent::Kernel;
  const double gamma = 0.3;
  const std::vector<std::pair<KernelComponent::Kernel, KernelFunction>> kernels{
      {kSigmoid,
       [&](const Vector& a, const Vector& b) { return std::tanh(gamma * product(a, b) + 1); }},
      {kRbf,
       [&](const Vector& a, const Vector& b) {
         double square = 0;
         for (std::size_t i = 0; i < a.size(); ++i) square += (a[i] - b[i]) * (a[i] - b[i]);
         return std::exp(-gamma * square);
       }},
      {kPoly,
       [&](const Vector& a, const Vector& b) { return std::pow(gamma * product(a, b) + 1, 3); }},
      {kLinear, [&](const Vector& a, const Vector& b) { return product(a, b); }},
      {kCosine, [&](const Vector& a, const Vector& b) {
         return product(a, b) / std::sqrt(product(a, a) * product(b, b));
       }}};
  for (const auto& [kernel, function] : kernels) {
    std::vector<float> projection(kArea);
    KernelComponent(kernel, gamma).project(values.data(), kChannels, kArea, projection.data());
    const Vector expected = by_power_method(centred_kernel(values, kChannels, kArea, function));
    const double largest = *std::ranges::max_element(expected);
    ASSERT_GT(largest, 0.1);
    for (std::size_t i = 0; i < kArea; ++i)
      EXPECT_NEAR(projection[i], expected[i], 1e-5 * largest) << static_cast<int>(kernel);
  }
}

TEST(KernelComponentTest, GammaIsOneOverTheChannelsByDefault) {
  const std::vector<float> values{0, 1, 2, 3, 6, 4, 2, 0, 5, 1, 5, 5, 1, 2, 4, 8};
  std::vector<float> by_default(4), given(4);
  KernelComponent(KernelComponent::Kernel::kRbf, 0).project(values.data(), 4, 4, by_default.data());
  KernelComponent(KernelComponent::Kernel::kRbf, 0.25).project(values.data(), 4, 4, given.data());
  EXPECT_EQ(by_default, given);
  EXPECT_GT(*std::ranges::max_element(given), 0.1F);
}

TEST(KernelComponentTest, NothingThatVariesGivesZeros) {
  const std::vector<float> values(12, 2.5F);
  std::vector<float> projection(4, 9.0F);
  KernelComponent(KernelComponent::Kernel::kSigmoid, 0)
      .project(values.data(), 3, 4, projection.data());
  EXPECT_EQ(projection, std::vector<float>(4, 0.0F));
}

}  // namespace
}  // namespace arcadecam::explain
