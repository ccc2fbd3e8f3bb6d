#include "nn/check_engine.h"

#include <gtest/gtest.h>

#include <string>

#include "arcadecam/core/error.h"
#include "support/networks.h"

namespace arcadecam {
namespace {

TEST(CheckEngine, GivesWhatTheEngineGives) {
  const auto graph = test::small_graph();
  const auto check = nn::make_engine("check", graph), onednn = nn::make_engine("cpu", graph);
  EXPECT_EQ(test::compare_engines(*check, *onednn, test::random_observations(*graph, 3).view()), 0);
}

TEST(CheckEngine, SaysWhereTheEnginesDiffer) {
  // Two networks of one structure and different weights stand for an engine that is wrong.
  const auto graph = test::small_graph(1), other = test::small_graph(2);
  const auto check =
      nn::make_check_engine(nn::make_engine("cpu", graph), nn::make_engine("reference", other));
  nn::Tape tape;
  try {
    check->forward(test::random_observations(*graph, 2).view(), {}, tape);
    FAIL() << "no difference was noticed";
  } catch (const Error& error) {
    const std::string text = error.what();
    EXPECT_NE(text.find("'" + graph->node(graph->output()).name + "'"), std::string::npos) << text;
    EXPECT_NE(text.find("output by up to "), std::string::npos) << text;
  }
}

}  // namespace
}  // namespace arcadecam
