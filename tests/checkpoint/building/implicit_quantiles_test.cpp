#include "checkpoint/building/implicit_quantiles.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <vector>

#include "checkpoint/formats/archives.h"

namespace arcadecam::checkpoint {
namespace {

nn::Weights quantile_weights(Shape shape, const std::vector<float>& values) {
  return std::make_shared<const Tensor>(shape, values);
}

TEST(ImplicitQuantiles, AsManyMidpointsAsMemoryAllows) {
  EXPECT_EQ(quantile_midpoints(3136, 512, 18), 32);
  EXPECT_EQ(quantile_midpoints(7744, 512, 18), 16);
  EXPECT_EQ(quantile_midpoints(7744, 1024, 18), 8);
  constexpr std::int64_t kMost = std::int64_t{1} << 23;
  EXPECT_EQ(quantile_midpoints(kMost - 6, 1, 6), 8);
  for (const Shape& size : {Shape{7744, 4096, 18}, Shape{kMost - 6, 1, 7}, Shape{392, 16, kMost}}) {
    const std::string message =
        test::error_of([&] { quantile_midpoints(size[0], size[1], size[2]); });
    EXPECT_NE(message.find("expected at most 8388608 weights"), std::string::npos) << message;
  }
}

TEST(ImplicitQuantiles, TheEmbeddingIsARectifiedSumOfCosines) {
  // Two features of two cosines: 1 + 2 cos πτ − 3 cos 2πτ and −1 + cos πτ, which is never positive.
  const nn::Weights weight = quantile_weights({2, 2}, {2, -3, 1, 0});
  const nn::Weights bias = quantile_weights({2}, {1, -1});
  const Tensor found = midpoint_embeddings({weight, bias}, 4);
  ASSERT_EQ(found.shape(), (Shape{4, 2}));
  for (int i = 0; i < 4; ++i) {
    const double angle = std::numbers::pi * (i + 0.5) / 4;
    EXPECT_NEAR(found.data()[2 * i],
                std::max(1 + 2 * std::cos(angle) - 3 * std::cos(2 * angle), 0.0), 1e-6);
    EXPECT_EQ(found.data()[2 * i + 1], 0);
  }
}

// Two features, one hidden unit: Q = mean of 3·relu(φ₁ x₁ − φ₂ x₂ + ½) + 2 over two midpoints.
TEST(ImplicitQuantiles, TheMeanOfTheHeadsIsOneStream) {
  const HeadStream stream{{quantile_weights({1, 2}, {1, -1}), quantile_weights({1}, {0.5F})},
                          {quantile_weights({1, 1}, {3}), quantile_weights({1}, {2})}};
  const HeadStream mean = mean_over_midpoints(*quantile_weights({2, 2}, {1, 2, 3, 4}), stream);
  const auto values = [](const nn::Weights& weights) {
    return std::vector<float>(weights->values().begin(), weights->values().end());
  };
  EXPECT_EQ(values(mean.hidden.weight), (std::vector<float>{1, -2, 3, -4}));
  EXPECT_EQ(values(mean.hidden.bias), (std::vector<float>{0.5, 0.5}));
  EXPECT_EQ(values(mean.head.weight), (std::vector<float>{1.5, 1.5}));
  EXPECT_EQ(values(mean.head.bias), (std::vector<float>{2}));
}

}  // namespace
}  // namespace arcadecam::checkpoint
