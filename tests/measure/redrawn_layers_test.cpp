#include "measure/redrawn_layers.h"

#include <gtest/gtest.h>

#include "nn/randomize_weights.h"
#include "support/networks.h"

namespace arcadecam::measure {
namespace {

const Tensor& weight(const nn::Graph& graph, int node) {
  return *nn::weights_of(graph.node(node).op).front().tensor;
}

TEST(RedrawnLayers, AreThoseThatLearnAndNoOthersChange) {
  // What standardises the observation, and a distribution's atoms, were not learned.
  const std::shared_ptr<const Tensor> ones = test::random_weights({1, 3, 3}, 1);
  const nn::Graph graph({{"input", nn::Input{{1, 3, 3}}, {}},
                         {"standardised", nn::Affine{ones, ones}, {0}},
                         {"conv", nn::Conv2d{test::random_weights({2, 1, 2, 2}, 2), nullptr}, {1}},
                         {"flat", nn::Flatten{}, {2}},
                         {"hidden", nn::Linear{test::random_weights({5, 8}, 3), nullptr}, {3}},
                         {"logits", nn::Linear{test::random_weights({6, 5}, 4), nullptr}, {4}},
                         {"value", nn::ExpectedValue{test::random_weights({3}, 5)}, {5}}});
  EXPECT_EQ(layers_with_weights(graph), (std::vector<int>{2, 4, 5}));
  const nn::Graph redrawn = nn::randomize_weights(graph, 1);
  const nn::Graph changed = with_layers_of(graph, redrawn, {1, 2});
  for (const int node : {1, 2, 4, 5, 6}) {
    const nn::Graph& expected = node == 4 ? redrawn : graph;
    EXPECT_EQ(&weight(changed, node), &weight(expected, node)) << node;
  }
  EXPECT_NE(&weight(redrawn, 4), &weight(graph, 4));
}

}  // namespace
}  // namespace arcadecam::measure
