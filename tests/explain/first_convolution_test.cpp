#include "explain/first_convolution.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "arcadecam/explain/method.h"
#include "arcadecam/explain/probe.h"
#include "explain/path_gradients.h"
#include "support/networks.h"

namespace arcadecam::explain {
namespace {

TEST(FirstConvolution, IsFoundWhereItAloneReadsTheInput) {
  const auto pong = test::golden_graph("trained_pong");
  const auto first = first_convolution(*pong);
  ASSERT_TRUE(first.has_value());
  EXPECT_TRUE(std::holds_alternative<nn::Conv2d>(pong->node(first->node).op));
  EXPECT_FLOAT_EQ(first->factor, 1.0F / 255);
  EXPECT_FALSE(first_convolution(*test::recurrent_graph(false)).has_value());
  EXPECT_FALSE(first_convolution(*test::actor_critic_graph(false)).has_value());
}

TEST(FirstConvolution, CarriesBackWhatTheEngineDoes) {
  for (const auto& graph : {test::golden_graph("trained_pong"), test::quantile_graph()}) {
    const auto first = first_convolution(*graph);
    ASSERT_TRUE(first.has_value());
    const auto engine = nn::make_engine("reference", graph);
    nn::Tape tape;
    const ByteTensor states = test::random_observations(*graph, 1);
    nn::Pass pass = engine->forward(states.view(), {{}, {0, first->node}}, tape);
    Tensor gradient(tape.output().shape());
    gradient.data()[1] = 1;
    pass.backward(gradient.view(), tape);
    Tensor found(graph->shape(0));
    first->carry_back(*graph, tape.gradient(first->node).data(), found.data());
    EXPECT_LT(test::relative_difference(found.values(), tape.gradient(0).values()), 1e-5);
  }
}

TEST(FirstConvolution, PathsThroughItEqualThoseThroughTheWholeNetwork) {
  const auto graph = test::golden_graph("trained_pong");
  const auto engine = nn::make_engine("cpu", graph);
  const ByteTensor states = test::random_observations(*graph, 3);
  Tensor baselines(graph->shape(0).batch_of(2)), x(graph->shape(0));
  for (std::int64_t b = 0; b < 2; ++b)
    std::ranges::copy(states[1 + b].values(), baselines[b].data());
  std::ranges::copy(states[0].values(), x.data());
  std::vector<PathPoint> points = gauss_legendre(9);
  for (std::size_t i = 0; i < points.size(); ++i)
    points[i].baseline = static_cast<std::int64_t>(i % 2);
  nn::Tape tape;
  const nn::Pass pass =
      engine->forward(ByteTensorView(states.data(), x.shape().batch_of(1)), {}, tape);
  Probe probe(*engine);
  const Target target = Target::action(1);
  const ByteTensorView state(states.data(), x.shape().batch_of(1));
  const Query query{*graph, tape, state, 0, 1, target, probe};
  Tensor planes;
  path_gradients(query, baselines.view(), points, planes);
  std::vector<double> expected(static_cast<std::size_t>(x.size()));
  probe.run(
      query, {std::ssize(points), {{}, {0}}},
      [&](std::int64_t index, std::span<float> values) {
        const PathPoint& point = points[static_cast<std::size_t>(index)];
        for (std::size_t i = 0; i < values.size(); ++i) {
          const float b = baselines[point.baseline].values()[i];
          values[i] = b + static_cast<float>(point.position) * (x.values()[i] - b);
        }
      },
      [&](std::int64_t index, const Query& probed) {
        const PathPoint& point = points[static_cast<std::size_t>(index)];
        const auto g = probed.tape.gradient(0)[probed.sample].values();
        for (std::size_t i = 0; i < expected.size(); ++i) {
          const double way = x.values()[i] - baselines[point.baseline].values()[i];
          expected[i] += point.weight * way * static_cast<double>(g[i]);
        }
      });
  double largest = 0, difference = 0;
  for (std::size_t i = 0; i < expected.size(); ++i) {
    largest = std::max(largest, std::abs(expected[i]));
    difference =
        std::max(difference, std::abs(expected[i] - static_cast<double>(planes.values()[i])));
  }
  EXPECT_LT(difference, 1e-5 * largest);
}

}  // namespace
}  // namespace arcadecam::explain
