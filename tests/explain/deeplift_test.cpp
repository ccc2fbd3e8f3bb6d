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
  const auto engine = nn::make_engine("cpu", graph);
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
    const auto engine = nn::make_engine("cpu", graph);
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

TEST(DeepLift, AMaximumsChangeBelongsToThePlaceThatMadeIt) {
  using namespace nn;
  // 3 · the largest of four pixels.
  const auto weight = std::make_shared<Tensor>(Shape{1, 1}, std::vector<float>{3});
  const auto graph = std::make_shared<const Graph>(
      std::vector<Node>{{"input", Input{{1, 2, 2}}, {}},
                        {"pool", Pool2d{Pool2d::Kind::kMax, 2, 2, 0, 0}, {0}},
                        {"flatten", Flatten{}, {1}},
                        {"q", Linear{weight, nullptr}, {2}}});
  const auto file = std::filesystem::path(testing::TempDir()) / "arcadecam_deeplift_maximum.npy";
  const ByteTensor baseline(Shape{1, 2, 2}, std::vector<std::uint8_t>{4, 0, 0, 0});
  write_npy(file, baseline.view());
  struct Case {
    std::vector<std::uint8_t> pixels;
    std::vector<float> expected;
  };
  for (const char* id : {"cpu", "reference"}) {
    const auto engine = make_engine(id, graph);
    Session session(*engine, parse_methods("deeplift:baseline=" + file.string()));
    for (const auto& [pixels, expected] :
         {Case{{1, 5, 2, 0}, {0, 3, 0, 0}},     // from 4 to 5, by the second
          Case{{1, 2, 0, 0}, {-6, 0, 0, 0}},    // from 4 to 2, for want of the first
          Case{{0, 0, 0, 4}, {0, 0, 0, 0}}}) {  // no change
      const ByteTensor state(Shape{1, 1, 2, 2}, pixels);
      session.forward(state.view());
      session.explain(std::vector{Target::action(0)});
      for (std::size_t i = 0; i < 4; ++i)
        EXPECT_FLOAT_EQ(session.result(0, 0).planes.data()[i], expected[i]) << id;
    }
  }
  std::filesystem::remove(file);
}

TEST(DeepLift, IsCompleteBehindOverlappingMaxima) {
  const auto graph = test::residual_graph();
  const auto states = test::random_observations(*graph, 4);
  for (const char* id : {"cpu", "reference"}) {
    const auto engine = nn::make_engine(id, graph);
    Session session(*engine, parse_methods("deeplift,deeplift:baseline=128"));
    session.forward(states.view());
    session.explain(std::vector(4, Target::action(1)));
    for (std::int64_t n = 0; n < 4; ++n) {
      for (std::size_t m = 0; m < 2; ++m) {
        EXPECT_LT(session.result(m, n).completeness.value().relative_residual(), 1e-4);
        EXPECT_TRUE(session.result(m, n).warnings.empty());
      }
    }
  }
}

TEST(DeepLift, RoundingIsNoResidual) {
  // A hidden layer that never answers: the value is the head's bias, whatever is seen.
  using namespace nn;
  auto bias = std::make_shared<Tensor>(Shape{5});
  std::ranges::fill(bias->values(), -1000.0F);
  const auto graph = std::make_shared<const Graph>(std::vector<Node>{
      {"input", Input{{2, 11, 11}}, {}},
      {"flatten", Flatten{}, {0}},
      {"hidden", Linear{test::random_weights({5, 242}, 1, 1e-3), bias}, {1}},
      {"relu", Relu{}, {2}},
      {"deaf", Linear{test::random_weights({4, 5}, 2), test::random_weights({4}, 3)}, {3}},
      {"bent", Activation{Activation::Kind::kTanh}, {4}},
      {"q", Linear{test::random_weights({3, 4}, 4), test::random_weights({3}, 5)}, {5}}});
  const auto engine = make_engine("cpu", graph);
  const auto states = test::random_observations(*graph, 3);
  Session session(*engine, parse_methods("deeplift,integrated-gradients:steps=3"));
  session.forward(states.view());
  session.explain(
      std::vector{Target::action(0), Target::parse("margin"), Target::parse("advantage")});
  for (std::size_t m = 0; m < 2; ++m) {
    for (std::int64_t n = 0; n < 3; ++n) {
      const Attribution& result = session.result(m, n);
      EXPECT_TRUE(result.says_nothing());
      EXPECT_EQ(result.completeness.value().relative_residual(), 0);
      EXPECT_EQ(std::ranges::count(result.warnings, Warning::kIncomplete), 0);
    }
  }
  EXPECT_DOUBLE_EQ((Completeness{1, 0.5, {}, 0.6}.relative_residual()), 0);
  EXPECT_DOUBLE_EQ((Completeness{1, 0.5, {}, 0.4}.relative_residual()), 0.5);
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
