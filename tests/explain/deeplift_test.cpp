// DeepLIFT from a given baseline; the black one is in golden_test.cpp.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <string>
#include <vector>

#include "arcadecam/core/error.h"
#include "arcadecam/core/npy.h"
#include "arcadecam/explain/session.h"
#include "support/networks.h"

namespace arcadecam::explain {
namespace {

TEST(DeepLift, AnotherStateAsBaselineEqualsCaptum) {
  const auto graph = test::golden_graph("dueling");
  const auto engine = nn::make_engine("onednn", graph);
  const test::GoldenArrays golden("explain/dueling.npz"), more("explain/dueling_more.npz");
  const auto states = golden.get<std::uint8_t>("states");
  const auto targets = golden.get<std::int64_t>("targets");
  const auto grid = more.get<float>("captum.DeepLift.state.grid");
  const auto file = std::filesystem::path(testing::TempDir()) / "arcadecam_deeplift_baseline.npy";
  for (const std::int64_t s : {0, 7}) {
    const ByteTensor next(states.shape().inner(), states[(s + 1) % 8].values());
    write_npy(file, next.view());
    Session session(*engine, parse_methods("deeplift:baseline=" + file.string()));
    session.forward(ByteTensorView(states[s].data(), states.shape().inner().batch_of(1)));
    session.explain(std::vector{Target::action(static_cast<int>(targets.data()[s * 2]))});
    const Tensor& planes = session.result(0, 0).planes;
    double largest = 0;
    for (const float value : planes.values()) largest = std::max(largest, std::abs(double{value}));
    for (std::int64_t c = 0; c < 4; ++c) {
      for (std::int64_t i = 0; i < 36; ++i) {
        const std::int64_t at = (6 + 14 * (i / 6)) * 84 + 6 + 14 * (i % 6);
        ASSERT_NEAR(planes[c].data()[at], grid[s][0][c].data()[i], 1e-4 * largest);
      }
    }
  }
  std::filesystem::remove(file);
}

TEST(DeepLift, SumsToTheDifferenceForEveryLinearQuestion) {
  for (const char* network : {"atari_c51", "dueling", "convbn"}) {
    const auto graph = test::golden_graph(network);
    const auto engine = nn::make_engine("onednn", graph);
    const auto states = test::random_observations(*graph, 4);
    Session session(*engine, parse_methods("deeplift:baseline=128"));
    session.forward(states.view());
    session.explain(std::vector{Target::action(1), Target::parse("margin:0/2"),
                                Target::parse("advantage:1"),
                                Target::parse("linear:1/-2/0.5/0/0/0")});
    for (std::int64_t n = 0; n < 4; ++n) {
      const Completeness& terms = session.result(0, n).completeness.value();
      double size = 0;
      for (const float value : session.result(0, n).planes.values()) size += std::abs(value);
      EXPECT_NEAR(terms.sum(), terms.output, 1e-5 * size) << network << " question " << n;
    }
  }
}

TEST(DeepLift, ABaselineEqualToTheStateSaysNothing) {
  const auto graph = test::small_graph();
  const auto engine = nn::make_engine("reference", graph);
  ByteTensor grey(graph->shape(0).batch_of(1));
  std::ranges::fill(grey.values(), std::uint8_t{128});
  Session session(*engine, parse_methods("deeplift:baseline=128"));
  session.forward(grey.view());
  session.explain(std::vector{Target::greedy()});
  EXPECT_TRUE(session.result(0, 0).says_nothing());
  EXPECT_NEAR(session.result(0, 0).completeness->output, 0, 1e-6);
}

TEST(DeepLift, RefusesBaselinesThatDoNotFit) {
  const auto graph = test::small_graph();
  const auto engine = nn::make_engine("reference", graph);
  const auto file = std::filesystem::path(testing::TempDir()) / "arcadecam_deeplift_wrong.npy";
  const Tensor wrong_shape(Shape{2, 3});
  write_npy(file, wrong_shape.view());
  for (const std::string& wrong : std::vector<std::string>{"-1", "256", "nan", file.string()}) {
    EXPECT_THROW(Session(*engine, parse_methods("deeplift:baseline=" + wrong)), Error) << wrong;
  }
  EXPECT_THROW(Session(*engine, parse_methods("deeplift:baseline=nosuchfile.npy")), Error);
  std::filesystem::remove(file);
}

}  // namespace
}  // namespace arcadecam::explain
