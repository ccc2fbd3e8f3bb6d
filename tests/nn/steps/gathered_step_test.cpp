// Convolutions with padding and with whatever numbers of channels, by our own kernels.
#include <gtest/gtest.h>

#include <algorithm>

#include "arcadecam/core/random.h"
#include "arcadecam/nn/engine.h"
#include "support/networks.h"

namespace arcadecam::nn {
namespace {

struct GatheredCase {
  Shape input;
  std::int64_t outputs, height, width;
  int stride, padding;
};

const std::vector<GatheredCase> kGatheredCases{
    {{4, 12, 12}, 16, 3, 3, 1, 1}, {{3, 9, 7}, 5, 3, 3, 2, 1},   {{8, 8, 8}, 8, 3, 3, 1, 1},
    {{1, 6, 6}, 1, 6, 6, 1, 0},    {{16, 5, 9}, 12, 3, 2, 3, 1}, {{9, 7, 7}, 24, 5, 5, 2, 2},
    {{2, 10, 10}, 8, 2, 2, 3, 0},  {{4, 8, 8}, 8, 1, 1, 2, 1},   {{72, 4, 4}, 65, 3, 3, 1, 2}};

Weights random_weights(const Shape& shape, Random& random) {
  auto weights = std::make_shared<Tensor>(shape);
  for (float& value : weights->values()) value = static_cast<float>(random.uniform()) - 0.5F;
  return weights;
}

/// The convolution, a ReLU, the convolution's like of stride 1 on what that leaves, and three
/// actions.
std::shared_ptr<const Graph> network(const GatheredCase& c, std::uint64_t seed) {
  Random random(seed);
  const std::int64_t out_height = (c.input[1] + 2 * c.padding - c.height) / c.stride + 1;
  const std::int64_t out_width = (c.input[2] + 2 * c.padding - c.width) / c.stride + 1;
  return std::make_shared<const Graph>(Graph({
      {"input", Input{c.input}, {}},
      {"scale", Scale{1 / 255.0F}, {0}},
      {"first",
       Conv2d{random_weights({c.outputs, c.input[0], c.height, c.width}, random),
              random_weights({c.outputs}, random), c.stride, c.padding},
       {1}},
      {"relu", Relu{}, {2}},
      {"second", Conv2d{random_weights({8, c.outputs, 3, 3}, random), nullptr, 1, 1}, {3}},
      {"flatten", Flatten{}, {4}},
      {"actions",
       Linear{random_weights({3, 8 * out_height * out_width}, random), random_weights({3}, random)},
       {5}},
  }));
}

TEST(GatheredStep, AgreesWithTheReferenceOnEveryGeometry) {
  std::uint64_t seed = 1;
  for (const GatheredCase& c : kGatheredCases) {
    const auto graph = network(c, seed++);
    for (const int threads : {1, 2}) {
      const auto ours = make_engine("cpu", graph, {.threads = threads}),
                 plain = make_engine("reference", graph);
      EXPECT_LT(test::compare_engines(*ours, *plain, test::random_observations(*graph, 3).view()),
                1e-5)
          << "case " << seed - 1;
    }
  }
}

TEST(GatheredStep, AStateHasTheSameBitsInEveryBatch) {
  std::uint64_t seed = 21;
  for (const GatheredCase& c : kGatheredCases) {
    const auto graph = network(c, seed++);
    const auto engine = make_engine("cpu", graph);
    const ByteTensor states = test::random_observations(*graph, 5);
    const Watch watch{{2, 4}, {0, 2, 4}};
    Tensor gradient(Shape{5, 3}), one(Shape{1, 3});
    std::ranges::fill(gradient.values(), 1.0F);
    std::ranges::fill(one.values(), 1.0F);
    Tape batch, single;
    engine->forward(states.view(), watch, batch).backward(gradient.view(), batch);
    for (std::int64_t n = 0; n < 5; ++n) {
      const ByteTensorView state(states[n].data(), c.input.batch_of(1));
      engine->forward(state, watch, single).backward(one.view(), single);
      EXPECT_TRUE(std::ranges::equal(batch.output()[n].values(), single.output().values()));
      for (const int node : {2, 4}) {
        EXPECT_TRUE(std::ranges::equal(batch.activation(node)[n].values(),
                                       single.activation(node).values()));
      }
      for (const int node : {0, 2, 4}) {
        EXPECT_TRUE(
            std::ranges::equal(batch.gradient(node)[n].values(), single.gradient(node).values()))
            << "case " << seed - 1 << ", node " << node;
      }
    }
  }
}

}  // namespace
}  // namespace arcadecam::nn
