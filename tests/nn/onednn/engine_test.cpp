// oneDNN in place of our own steps: built where it is found.
#include "arcadecam/nn/engine.h"

#include <gtest/gtest.h>

#include "support/networks.h"

namespace arcadecam::nn {
namespace {

TEST(OnednnEngine, AgreesWithOurOwnKernelsAndWithTheReference) {
  for (const std::string& name : test::golden_networks()) {
    const auto graph = test::golden_graph(name);
    const auto onednn = make_engine("onednn", graph), ours = make_engine("cpu", graph);
    const ByteTensor states = test::random_observations(*graph, 3);
    EXPECT_LT(test::compare_engines(*onednn, *ours, states.view()), 1e-4) << name;
  }
  const auto graph = test::small_graph();
  const auto onednn = make_engine("onednn", graph), plain = make_engine("reference", graph);
  EXPECT_LT(test::compare_engines(*onednn, *plain, test::random_observations(*graph, 3).view()),
            1e-4);
}

TEST(OnednnEngine, MultipliesMatricesOfLargeBatches) {
  const auto graph = test::golden_graph("trained_pong");
  const auto onednn = make_engine("onednn", graph), ours = make_engine("cpu", graph);
  const ByteTensor states = test::random_observations(*graph, 65);
  EXPECT_LT(test::compare_engines(*onednn, *ours, states.view()), 1e-4);
}

}  // namespace
}  // namespace arcadecam::nn
