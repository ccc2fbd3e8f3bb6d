#include "explain/fullgrad_layers.h"

#include <gtest/gtest.h>

#include <numeric>

#include "arcadecam/core/error.h"
#include "arcadecam/explain/session.h"
#include "support/networks.h"

namespace arcadecam::explain {
namespace {

class FullGradFamily : public testing::Test {
 protected:
  std::shared_ptr<const nn::Graph> graph_ = test::small_graph();
  std::unique_ptr<nn::Engine> engine_ = nn::make_engine("reference", graph_);
  ByteTensor states_ = test::random_observations(*graph_, 1);

  Attribution explain(const std::string& method) {
    Session session(*engine_, parse_methods(method));
    session.forward(states_.view());
    session.explain(std::vector{Target::action(1)});
    return session.result(0, 0);
  }
};

double sum(const Tensor& map) {
  return std::accumulate(map.values().begin(), map.values().end(), 0.0);
}

TEST_F(FullGradFamily, LayersAloneAddUpToTheWholeAndWeighWhatTheyAdd) {
  for (const std::string method : {"fullgrad", "fullgrad:variant=channel-scaled", "simple-fullgrad",
                                   "smooth-fullgrad:draws=3"}) {
    const Attribution whole = explain(method);
    ASSERT_GE(whole.layers.size(), 3U) << method;
    EXPECT_EQ(whole.layers[0].layer, "input");
    std::vector<double> total(static_cast<std::size_t>(whole.raw.size()));
    double weights = 0;
    for (const LayerWeight& layer : whole.layers) {
      const Attribution alone = explain(method + ":layers=" + layer.layer);
      ASSERT_EQ(alone.layers.size(), 1U);
      EXPECT_NEAR(alone.layers[0].weight, sum(alone.raw), 1e-4 * sum(whole.raw));
      EXPECT_NEAR(alone.layers[0].weight, layer.weight, 1e-4 * sum(whole.raw))
          << method << " " << layer.layer;
      for (std::size_t i = 0; i < total.size(); ++i)
        total[i] += static_cast<double>(alone.raw.data()[i]);
      weights += layer.weight;
      if (whole.completeness) {
        EXPECT_NEAR(alone.completeness->sum(), whole.completeness->sum(), 1e-5)
            << "completeness counts every layer";
      }
    }
    for (std::size_t i = 0; i < total.size(); ++i)
      EXPECT_NEAR(total[i], whole.raw.data()[i], 1e-4) << method;
    EXPECT_NEAR(weights, sum(whole.raw), 1e-4 * weights) << method;
  }
}

TEST_F(FullGradFamily, RefusesLayersThatCannotBe) {
  for (const char* wrong : {"fullgrad:layers=input/input", "fullgrad:layers=7",
                            "simple-fullgrad:layers=input/0/0", "smooth-fullgrad:layers=0/"})
    EXPECT_THROW(explain(wrong), Error) << wrong;
}

TEST(FullGradLayers, ALayerWithoutABiasAddsNothing) {
  const auto graph = test::small_graph();
  for (const int node : graph->spatial_layers()) {
    const auto* conv = std::get_if<nn::Conv2d>(&graph->node(node).op);
    if (conv == nullptr || conv->bias) continue;
    EXPECT_THROW(fullgrad_layers(*graph, {graph->node(node).name}, true), Error);
    EXPECT_EQ(fullgrad_layers(*graph, {graph->node(node).name}, false).layers, std::vector{node});
  }
}

}  // namespace
}  // namespace arcadecam::explain
