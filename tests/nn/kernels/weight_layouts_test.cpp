#include "nn/kernels/weight_layouts.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <thread>

#include "nn/kernels/kernels.h"
#include "support/networks.h"

namespace arcadecam::nn {
namespace {

TEST(WeightLayouts, RowsAndStripsHoldTheMatrixOrItsTranspose) {
  const std::int64_t height = 5, width = kStrip + 3;
  const Weights matrix = test::random_weights({height, width}, 1);
  WeightLayouts layouts;
  for (const bool transposed : {false, true}) {
    const std::int64_t rows = transposed ? width : height, columns = transposed ? height : width;
    const Rows& plain = layouts.rows(matrix, transposed);
    const Tensor& strips = layouts.strips(matrix, transposed);
    ASSERT_TRUE(plain.half.empty());  // random values have more bits
    ASSERT_EQ(strips.shape(), (Shape{(columns + kStrip - 1) / kStrip, rows, kStrip}));
    for (std::int64_t r = 0; r < rows; ++r) {
      for (std::int64_t c = 0; c < strips.shape()[0] * kStrip; ++c) {
        const float expected =
            c >= columns ? 0 : matrix->data()[transposed ? c * width + r : r * width + c];
        EXPECT_EQ(strips.data()[(c / kStrip * rows + r) * kStrip + c % kStrip], expected);
        if (c < columns) {
          EXPECT_EQ(plain.single.data()[r * columns + c], expected);
        }
      }
    }
  }
}

TEST(WeightLayouts, AreMadeOnceWhoeverAsks) {
  const Weights matrix = test::random_weights({300, 40}, 1),
                other = test::random_weights({2, 2}, 2);
  WeightLayouts layouts;
  std::vector<const Rows*> rows(4);
  std::vector<const Tensor*> strips(4);
  {
    std::vector<std::jthread> threads;
    for (std::size_t i = 0; i < 4; ++i) {
      threads.emplace_back([&, i] {
        rows[i] = &layouts.rows(matrix, true);
        (void)layouts.rows(other, i % 2 == 0);
        strips[i] = &layouts.strips(matrix, true);
      });
    }
  }
  EXPECT_EQ(std::ranges::count(rows, rows[0]), 4);
  EXPECT_EQ(std::ranges::count(strips, strips[0]), 4);
  EXPECT_NE(rows[0], &layouts.rows(matrix, false));
  EXPECT_EQ(rows[0], &layouts.rows(matrix, true));
}

// Engines of a network and of one that has all layers but one in common with it, in batches small
// and large.
TEST(WeightLayouts, SharedByEnginesChangeNoBit) {
  const auto graph = test::small_graph();
  std::vector<Node> nodes(graph->nodes().begin(), graph->nodes().end());
  Linear* last = nullptr;
  for (Node& node : nodes) {
    if (auto* linear = std::get_if<Linear>(&node.op)) last = linear;
  }
  last->weight = test::random_weights(last->weight->shape(), 9);
  const auto changed = std::make_shared<const Graph>(std::move(nodes));
  const auto shared = make_weight_layouts();
  for (const auto& network : {graph, changed, graph}) {
    const auto alone = make_engine("cpu", network),
               together = make_engine("cpu", network, {.layouts = shared});
    for (const std::int64_t batch : {1, 16}) {
      const ByteTensor states = test::random_observations(*network, batch);
      Tensor ask(Shape{batch, network->actions()});
      ask.data()[1] = 1;
      Tape expected, found;
      for (const auto& [engine, tape] :
           {std::pair{alone.get(), &expected}, {together.get(), &found}}) {
        engine->forward(states.view(), {{}, {0}}, *tape).backward(ask.view(), *tape);
      }
      EXPECT_TRUE(std::ranges::equal(expected.output().values(), found.output().values()));
      EXPECT_TRUE(std::ranges::equal(expected.gradient(0).values(), found.gradient(0).values()));
    }
  }
}

}  // namespace
}  // namespace arcadecam::nn
