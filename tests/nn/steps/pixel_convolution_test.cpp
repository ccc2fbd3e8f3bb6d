#include "nn/steps/pixel_convolution.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>

#include "arcadecam/core/random.h"
#include "support/networks.h"

namespace arcadecam::nn::steps {
namespace {

struct PixelConvolutionCase {
  Shape input;  ///< channels, height, width
  std::int64_t outputs, height, width;
  int stride;
};

const std::vector<PixelConvolutionCase> kCases{
    {{8, 9, 9}, 16, 3, 3, 1},    {{32, 20, 20}, 64, 4, 4, 2}, {{64, 7, 5}, 8, 2, 2, 1},
    {{16, 11, 10}, 24, 3, 2, 2}, {{8, 10, 10}, 8, 2, 2, 3},   {{72, 4, 4}, 32, 4, 4, 1}};

Tensor random_tensor(const Shape& shape, double zeros, std::uint64_t seed) {
  Random random(seed);
  Tensor result(shape);
  for (float& value : result.values()) {
    const bool zero = random.uniform() < zeros;
    value = zero ? 0.0F : static_cast<float>(random.uniform()) - 0.5F;
  }
  return result;
}

Conv2d convolution(const PixelConvolutionCase& c) {
  return {std::make_shared<Tensor>(random_tensor({c.outputs, c.input[0], c.height, c.width}, 0, 1)),
          std::make_shared<Tensor>(random_tensor({c.outputs}, 0, 2)), c.stride, 0};
}

Shape output_of(const PixelConvolutionCase& c) {
  return {c.outputs, (c.input[1] - c.height) / c.stride + 1, (c.input[2] - c.width) / c.stride + 1};
}

/// Visits every product: visit(input element, weight, output element), channels innermost.
template <typename F>
void for_each_product(const PixelConvolutionCase& c, const Tensor& weight, const F& visit) {
  const Shape out = output_of(c);
  for (std::int64_t y = 0; y < out[1]; ++y) {
    for (std::int64_t x = 0; x < out[2]; ++x) {
      for (std::int64_t ky = 0; ky < c.height; ++ky) {
        for (std::int64_t kx = 0; kx < c.width; ++kx) {
          const std::int64_t from = (y * c.stride + ky) * c.input[2] + x * c.stride + kx;
          for (std::int64_t i = 0; i < c.input[0]; ++i) {
            for (std::int64_t o = 0; o < c.outputs; ++o) {
              const std::int64_t w = ((o * c.input[0] + i) * c.height + ky) * c.width + kx;
              visit(from * c.input[0] + i, weight.data()[w], (y * out[2] + x) * c.outputs + o);
            }
          }
        }
      }
    }
  }
}

/// `count` samples, pixel by pixel.
Tensor pixels(const Shape& shape, std::int64_t count, std::uint64_t seed) {
  return random_tensor({count, shape[1] * shape[2], shape[0]}, 0.5, seed);
}

TEST(PixelConvolution, ForwardIsTheSumOfTheProducts) {
  for (const PixelConvolutionCase& c : kCases) {
    const Conv2d op = convolution(c);
    ASSERT_TRUE(PixelConvolution::fits(op, c.input));
    PixelConvolution layer(op, c.input, output_of(c));
    const Tensor x = pixels(c.input, 2, 3);
    PixelMasks masks;
    masks.look(x.data(), 2 * c.input[1] * c.input[2], c.input[0]);
    Tensor y(output_of(c).batch_of(2));
    EXPECT_EQ(layer.forward(masks, nullptr, 2, y.data()), nullptr);
    for (std::int64_t n = 0; n < 2; ++n) {
      std::vector<double> expected;
      for (std::int64_t i = 0; i < y[n].size(); ++i)
        expected.push_back(op.bias->data()[i % c.outputs]);
      for_each_product(c, *op.weight, [&](std::int64_t from, float weight, std::int64_t to) {
        expected[static_cast<std::size_t>(to)] += static_cast<double>(x[n].data()[from]) * weight;
      });
      for (std::size_t i = 0; i < expected.size(); ++i)
        ASSERT_NEAR(y[n].values()[i], expected[i], 1e-4);
    }
  }
}

TEST(PixelConvolution, BackwardCarriesEveryProductBack) {
  for (const PixelConvolutionCase& c : kCases) {
    const Conv2d op = convolution(c);
    PixelConvolution layer(op, c.input, output_of(c));
    for (const std::int64_t count : {1, 3, 2}) {
      const Tensor g = pixels(output_of(c), count, 4);
      PixelMasks masks;
      masks.look(g.data(), count * output_of(c)[1] * output_of(c)[2], c.outputs);
      for (const bool accumulate : {false, true}) {
        Tensor gx(c.input.batch_of(count));
        std::ranges::fill(gx.values(), 1.0F);
        layer.backward(masks, count, accumulate, gx.data());
        for (std::int64_t n = 0; n < count; ++n) {
          std::vector<double> expected(static_cast<std::size_t>(gx[n].size()),
                                       accumulate ? 1.0 : 0.0);
          for_each_product(c, *op.weight, [&](std::int64_t from, float weight, std::int64_t to) {
            expected[static_cast<std::size_t>(from)] +=
                static_cast<double>(g[n].data()[to]) * weight;
          });
          for (std::size_t i = 0; i < expected.size(); ++i)
            ASSERT_NEAR(gx[n].values()[i], expected[i], 1e-4);
        }
      }
    }
  }
}

TEST(PixelConvolution, ListsOfWhatIsNotZeroChangeNoBit) {
  for (const PixelConvolutionCase& c : kCases) {
    const Conv2d op = convolution(c);
    PixelConvolution layer(op, c.input, output_of(c));
    const std::int64_t there = output_of(c)[1] * output_of(c)[2], here = c.input[1] * c.input[2];
    const Tensor g = pixels(output_of(c), 3, 4), x = pixels(c.input, 3, 5);
    PixelMasks masks;
    Tensor gx(c.input.batch_of(3)), listed_gx(c.input.batch_of(3));
    masks.look(g.data(), 3 * there, c.outputs);
    layer.backward(masks, 3, false, gx.data());
    EXPECT_EQ(masks.pixels().lists, nullptr);
    masks.list();
    EXPECT_EQ(masks.pixels().lists != nullptr, pixel_kernels().reads_lists);
    layer.backward(masks, 3, false, listed_gx.data());
    EXPECT_TRUE(std::ranges::equal(gx.values(), listed_gx.values()));
    Tensor y(output_of(c).batch_of(3)), listed_y(output_of(c).batch_of(3));
    masks.look(x.data(), 3 * here, c.input[0]);
    layer.forward(masks, nullptr, 3, y.data());
    masks.list();
    layer.forward(masks, nullptr, 3, listed_y.data());
    EXPECT_TRUE(std::ranges::equal(y.values(), listed_y.values()));
  }
}

TEST(PixelMasks, ListWhatIsNotZeroWhereNeighboursDiffer) {
  PixelMasks masks;
  const Tensor mixed = random_tensor({30, 72}, 0.5, 6), full = random_tensor({30, 72}, 0, 7);
  masks.look(full.data(), 30, 72);
  masks.list();
  EXPECT_EQ(masks.pixels().lists, nullptr);  // neighbours have the same channels: all
  masks.look(mixed.data(), 30, 72);
  masks.list();
  const ActivePixels pixels = masks.pixels();
  ASSERT_EQ(pixels.lists != nullptr, pixel_kernels().reads_lists);
  if (pixels.lists == nullptr) return;
  for (std::int64_t p = 0; p < 30; ++p) {
    std::int64_t found = 0;
    for (std::int64_t c = 0; c < 72; ++c) {
      const float value = mixed.data()[p * 72 + c];
      if (value == 0) continue;
      const ActiveRow& entry = pixels.lists[p * 72 + found++];
      ASSERT_EQ(entry.row, c);
      ASSERT_EQ(entry.factor, value);
    }
    ASSERT_EQ(pixels.counts[p], found);
    for (std::int64_t i = found; i < 72; ++i) ASSERT_EQ(pixels.lists[p * 72 + i].factor, 0.0F);
  }
}

TEST(PixelConvolution, AnUpdatedSampleHasTheBitsOfOneComputedAlone) {
  for (const PixelConvolutionCase& c : kCases) {
    PixelConvolution layer(convolution(c), c.input, output_of(c));
    const std::int64_t area = c.input[1] * c.input[2];
    Tensor x = pixels(c.input, 1, 5), before(output_of(c)), updated = before, alone = before;
    PixelMasks masks;
    masks.look(x.data(), area, c.input[0]);
    layer.forward(masks, nullptr, 1, before.data());
    std::vector<std::uint8_t> changed(static_cast<std::size_t>(area));
    for (const std::int64_t pixel : {area / 2, area - 1}) {
      changed[static_cast<std::size_t>(pixel)] = 1;
      for (std::int64_t i = 0; i < c.input[0]; i += 3) x.data()[pixel * c.input[0] + i] += 0.25F;
    }
    masks.look_at(layer.compare(changed), x.data(), area, c.input[0]);
    const auto differ = *layer.update(masks, before.data(), updated.data());
    masks.look(x.data(), area, c.input[0]);
    layer.forward(masks, nullptr, 1, alone.data());
    EXPECT_TRUE(std::ranges::equal(updated.values(), alone.values()));
    Tensor in_place = before;
    masks.look_at(layer.compare(changed), x.data(), area, c.input[0]);
    layer.update(masks, in_place.data(), in_place.data());
    EXPECT_TRUE(std::ranges::equal(in_place.values(), alone.values()));
    for (std::int64_t i = 0; i < alone.size(); ++i) {
      if (differ[static_cast<std::size_t>(i / c.outputs)] != 0) continue;
      ASSERT_EQ(alone.data()[i], before.data()[i]);
    }
  }
}

TEST(PixelConvolution, FitsWhatTheKernelsCanRun) {
  const Conv2d op = convolution(kCases[0]);
  EXPECT_TRUE(PixelConvolution::fits(op, {8, 9, 9}));
  EXPECT_TRUE(PixelConvolution::fits({op.weight, op.bias, 1, 1}, {8, 9, 9}));
  const auto odd = std::make_shared<Tensor>(Shape{12, 8, 3, 3});
  EXPECT_FALSE(PixelConvolution::fits({odd, nullptr, 1, 0}, {8, 9, 9}));
  EXPECT_FALSE(PixelConvolution::fits({std::make_shared<Tensor>(Shape{16, 4, 3, 3}), nullptr, 1, 0},
                                      {4, 9, 9}));
}

/// Games of which the states of a batch are alike but for some places, in every mixture of equal,
/// nearly equal and different neighbours.
TEST(PixelConvolution, AStateIsTheSameBitsWhateverCameBeforeIt) {
  const auto graph = test::golden_graph("trained_pong");
  const auto engine = make_engine("cpu", graph);
  constexpr std::int64_t kCount = 9;
  ByteTensor bytes(graph->shape(0).batch_of(kCount));
  Random random(7);
  for (std::int64_t n = 0; n < kCount; ++n) {
    if (n % 4 != 0) std::ranges::copy(bytes[n - 1].values(), bytes[n].data());
    const std::int64_t changes = n % 4 == 0 ? bytes[n].size() : 40 * (n % 4 - 1);
    for (std::int64_t i = 0; i < changes; ++i) {
      const auto at = static_cast<std::int64_t>(random.below(900)) + 3000 * n;
      bytes[n].data()[n % 4 == 0 ? i : at % bytes[n].size()] =
          static_cast<std::uint8_t>(random.below(n == 4 ? 2 : 256));
    }
  }
  Tensor floats(bytes.shape());
  std::ranges::copy(bytes.values(), floats.data());
  const auto layers = graph->spatial_layers();
  const Watch watch{{layers.begin(), layers.end()}, {layers.begin(), layers.end()}};
  const auto check = [&](const auto& states) {
    Tape batch, alone;
    Pass pass = engine->forward(states.view(), watch, batch);
    Tensor gradient(batch.output().shape());
    std::ranges::fill(gradient.values(), 1.0F);
    pass.backward(gradient.view(), batch);
    for (std::int64_t n = 0; n < kCount; ++n) {
      const auto view = states[n];
      using View = std::remove_cvref_t<decltype(view)>;
      Pass single = engine->forward(View(view.data(), view.shape().batch_of(1)), watch, alone);
      single.backward(TensorView(gradient[n].data(), gradient[n].shape().batch_of(1)), alone);
      EXPECT_TRUE(std::ranges::equal(alone.output().values(), batch.output()[n].values())) << n;
      for (const int node : layers) {
        EXPECT_TRUE(
            std::ranges::equal(alone.activation(node).values(), batch.activation(node)[n].values()))
            << n << ", node " << node;
        EXPECT_TRUE(
            std::ranges::equal(alone.gradient(node).values(), batch.gradient(node)[n].values()))
            << n << ", node " << node;
      }
    }
  };
  check(bytes);
  check(floats);
}

}  // namespace
}  // namespace arcadecam::nn::steps
