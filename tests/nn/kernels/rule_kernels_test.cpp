#include "nn/kernels/rule_kernels.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "arcadecam/core/random.h"

namespace arcadecam::nn {
namespace {

/// Numbers of both signs, some of them zero.
std::vector<float> rule_values(std::size_t count, std::uint64_t seed) {
  Random random(seed);
  std::vector<float> result(count);
  for (float& value : result)
    value = random.uniform() < 0.2 ? 0.0F : static_cast<float>(random.uniform()) - 0.5F;
  return result;
}

struct Sides {
  std::vector<float> x, from, gy, start;
};

Sides sides(std::size_t count) {
  Sides result{rule_values(count, 1), rule_values(count, 2), rule_values(count, 3),
               rule_values(count, 4)};
  // Some that do not differ, or hardly.
  for (std::size_t i = 0; i < count; i += 3)
    result.x[i] = i % 2 == 0 ? result.from[i] : result.from[i] + 1e-11F;
  return result;
}

/// Compares run(accumulate, gx) with Σ expected(i), written and added, for lengths that fill no
/// register too.
template <typename Run, typename Expected>
void expect_rule(const Run& run, const Expected& expected) {
  for (const std::size_t count : {1U, 7U, 8U, 100U}) {
    const Sides s = sides(count);
    for (const bool accumulate : {false, true}) {
      std::vector<float> gx = s.start;
      run(s, static_cast<std::int64_t>(count), accumulate, gx.data());
      for (std::size_t i = 0; i < count; ++i) {
        const double there = accumulate ? static_cast<double>(s.start[i]) : 0.0;
        ASSERT_NEAR(gx[i], there + expected(s, i), 1e-6) << count << " values, number " << i;
      }
    }
  }
}

TEST(RuleKernels, GuidedPassesWhatIsPositiveOnBothSides) {
  expect_rule(
      [](const Sides& s, std::int64_t count, bool accumulate, float* gx) {
        rule_kernels().guided(s.x.data(), s.gy.data(), count, accumulate, gx);
      },
      [](const Sides& s, std::size_t i) {
        return s.x[i] > 0 && s.gy[i] > 0 ? static_cast<double>(s.gy[i]) : 0.0;
      });
}

TEST(RuleKernels, DeconvolutionPassesWhatArrivesPositive) {
  expect_rule([](const Sides& s, std::int64_t count, bool accumulate,
                 float* gx) { rule_kernels().deconvolution(s.gy.data(), count, accumulate, gx); },
              [](const Sides& s, std::size_t i) {
                return s.gy[i] > 0 ? static_cast<double>(s.gy[i]) : 0.0;
              });
}

TEST(RuleKernels, RescaleTakesTheSlopeBetweenTheValues) {
  expect_rule(
      [](const Sides& s, std::int64_t count, bool accumulate, float* gx) {
        rule_kernels().rescale(s.x.data(), s.from.data(), s.gy.data(), count, accumulate, gx);
      },
      [](const Sides& s, std::size_t i) {
        const double x = s.x[i], from = s.from[i], gy = s.gy[i];
        if (std::abs(x - from) < 1e-10) return x > 0 ? gy : 0.0;
        return gy * (std::max(x, 0.0) - std::max(from, 0.0)) / (x - from);
      });
}

TEST(RuleKernels, WhatIsNoNumberPassesNowhere) {
  const float x[] = {1, std::nanf(""), 1}, gy[] = {std::nanf(""), 1, 2};
  float gx[3];
  rule_kernels().guided(x, gy, 3, false, gx);
  EXPECT_EQ(std::vector<float>(gx, gx + 3), (std::vector<float>{0, 0, 2}));
  rule_kernels().deconvolution(gy, 3, false, gx);
  EXPECT_EQ(std::vector<float>(gx, gx + 3), (std::vector<float>{0, 1, 2}));
}

}  // namespace
}  // namespace arcadecam::nn
