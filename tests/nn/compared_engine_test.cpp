#include "nn/compared_engine.h"

#include <gtest/gtest.h>

#include <string>

#include "arcadecam/core/error.h"
#include "support/networks.h"

namespace arcadecam {
namespace {

TEST(ComparedEngine, GivesWhatTheEngineGives) {
  const auto graph = test::small_graph();
  const auto compared = nn::make_engine("compared", graph), cpu = nn::make_engine("cpu", graph);
  EXPECT_EQ(test::compare_engines(*compared, *cpu, test::random_observations(*graph, 3).view()), 0);
}

TEST(ComparedEngine, SaysWhereTheEnginesDiffer) {
  // Two networks of one structure and different weights stand for an engine that is wrong.
  const auto graph = test::small_graph(1), other = test::small_graph(2);
  const auto compared =
      nn::make_compared_engine(nn::make_engine("cpu", graph), nn::make_engine("reference", other));
  nn::Tape tape;
  try {
    compared->forward(test::random_observations(*graph, 2).view(), {}, tape);
    FAIL() << "no difference was noticed";
  } catch (const Error& error) {
    const std::string text = error.what();
    EXPECT_NE(text.find("'" + graph->node(graph->output()).name + "'"), std::string::npos) << text;
    EXPECT_NE(text.find("output by up to "), std::string::npos) << text;
  }
}

}  // namespace
}  // namespace arcadecam
