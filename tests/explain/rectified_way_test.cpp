#include "explain/rectified_way.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "arcadecam/explain/session.h"
#include "explain/following_layers.h"
#include "explain/path_gradients.h"
#include "support/networks.h"

namespace arcadecam::explain {
namespace {

TEST(FollowingLayers, AreFoundWhereNothingElseReadsWhatLiesBetween) {
  const auto pong = test::golden_graph("trained_pong");
  const auto layers = pong->spatial_layers();
  const auto second = convolution_after_relu(*pong, layers[0]);
  ASSERT_TRUE(second.has_value());
  EXPECT_EQ(*second, layers[1]);
  EXPECT_FALSE(convolution_after_relu(*pong, layers[2]).has_value());
  const auto flat = flat_layer_after(*pong, layers[2]);
  ASSERT_TRUE(flat.has_value());
  EXPECT_TRUE(std::holds_alternative<nn::Linear>(pong->node(flat->node).op));
  EXPECT_TRUE(flat->rectified);
  const auto after_relu = flat_layer_after(*pong, pong->consumers(layers[2]).front());
  ASSERT_TRUE(after_relu.has_value());
  EXPECT_EQ(after_relu->node, flat->node);
  EXPECT_FALSE(after_relu->rectified);
  EXPECT_FALSE(flat_layer_after(*pong, layers[1]).has_value());
  // Two streams read the last convolution.
  const auto dueling = test::golden_graph("dueling");
  EXPECT_FALSE(flat_layer_after(*dueling, dueling->spatial_layers().back()).has_value());
  // The batch normalisation lies between.
  const auto normalised = test::golden_graph("convbn");
  EXPECT_FALSE(convolution_after_relu(*normalised, normalised->spatial_layers()[0]).has_value());
}

/// A convolution with padding, and what it makes of points on a way through a ReLU, in double.
class Way {
 public:
  Way(const Shape& shape, const Shape& kernel, int stride, int padding)
      : op{test::random_weights(kernel, 3), test::random_weights({kernel[0]}, 4), stride, padding},
        input(shape),
        output{kernel[0], (shape[1] + 2 * padding - kernel[2]) / stride + 1,
               (shape[2] + 2 * padding - kernel[3]) / stride + 1},
        from(*test::random_weights(shape, 5)),
        to(*test::random_weights(shape, 6)) {}

  /// visit(index of an output, index of an input, weight) for all pairs that the kernel joins.
  template <typename F>
  void for_each_product(const F& visit) const {
    const Shape& kernel = op.weight->shape();
    for (std::int64_t at = 0; at < output.count(); ++at) {
      const std::int64_t o = at / (output[1] * output[2]);
      const std::int64_t row = at / output[2] % output[1], column = at % output[2];
      for (std::int64_t k = 0; k < kernel.count() / kernel[0]; ++k) {
        const std::int64_t c = k / (kernel[2] * kernel[3]);
        const std::int64_t y = row * op.stride - op.padding + k / kernel[3] % kernel[2];
        const std::int64_t x = column * op.stride - op.padding + k % kernel[3];
        if (y < 0 || y >= input[1] || x < 0 || x >= input[2]) continue;
        visit(at, (c * input[1] + y) * input[2] + x,
              op.weight->data()[o * kernel.count() / kernel[0] + k]);
      }
    }
  }

  [[nodiscard]] double point(std::int64_t i, float position) const {
    return from.data()[i] + position * (to.data()[i] - from.data()[i]);
  }

  nn::Conv2d op;
  Shape input, output;
  Tensor from, to;
};

class Ways : public testing::TestWithParam<std::pair<int, int>> {};

TEST_P(Ways, EqualTheConvolutionOfEveryPointAndItsWayBack) {
  const auto [stride, padding] = GetParam();
  const Way way({5, 9, 8}, {11, 5, 3, 2}, stride, padding);
  const std::vector<float> positions{0.0F, 0.1F, 0.1F, 0.35F, 0.5F, 0.8F, 1.0F};
  RectifiedWay found(way.op, way.input, way.output, way.from.data(), way.to.data(), positions);
  Tensor values(way.output), back(way.input);
  const Tensor arriving = *test::random_weights(way.output, 7);
  std::vector<double> expected_back(static_cast<std::size_t>(way.input.count()));
  // All values come first, as they do in a batch.
  for (std::int64_t k = 0; k < std::ssize(positions); ++k) {
    const float position = positions[static_cast<std::size_t>(k)];
    std::vector<double> expected(static_cast<std::size_t>(way.output.count()));
    for (std::int64_t at = 0; at < way.output.count(); ++at) {
      expected[static_cast<std::size_t>(at)] =
          way.op.bias->data()[at / (way.output[1] * way.output[2])];
    }
    const double share = 0.5 + static_cast<double>(k);
    way.for_each_product([&](std::int64_t at, std::int64_t i, float weight) {
      if (way.point(i, position) <= 0) return;
      expected[static_cast<std::size_t>(at)] += weight * way.point(i, position);
      expected_back[static_cast<std::size_t>(i)] += share * weight * arriving.data()[at];
    });
    found.values(k, values.values());
    for (std::int64_t at = 0; at < way.output.count(); ++at)
      EXPECT_NEAR(values.data()[at], expected[static_cast<std::size_t>(at)], 5e-6) << k;
  }
  for (std::int64_t k = 0; k < std::ssize(positions); ++k)
    found.arrive(k, arriving.data(), 0.5F + static_cast<float>(k));
  found.carry_back(back.values());
  for (std::int64_t i = 0; i < way.input.count(); ++i)
    EXPECT_NEAR(back.data()[i], expected_back[static_cast<std::size_t>(i)], 5e-5) << i;
}

INSTANTIATE_TEST_SUITE_P(Strides, Ways,
                         testing::Values(std::pair{1, 0}, std::pair{2, 0}, std::pair{2, 1},
                                         std::pair{3, 2}));

/// The whole network at every point, summed in double.
TEST(RectifiedWay, PathsFromOneBaselineEqualThoseThroughTheWholeNetwork) {
  const auto graph = test::golden_graph("trained_pong");
  const auto engine = nn::make_engine("cpu", graph);
  const ByteTensor states = test::random_observations(*graph, 1);
  const Tensor baseline(graph->shape(0).batch_of(1));
  const std::vector<PathPoint> points = gauss_legendre(12);
  nn::Tape tape;
  const nn::Pass pass = engine->forward(states.view(), {}, tape);
  Probe probe(*engine);
  const Target target = Target::action(1);
  const Query query{*graph, tape, states.view(), 0, 1, target, probe};
  Tensor planes;
  path_gradients(query, baseline.view(), points, planes);
  std::vector<double> expected(static_cast<std::size_t>(planes.size()));
  probe.run(
      query, {std::ssize(points), {{}, {0}}},
      [&](std::int64_t index, std::span<float> values) {
        const auto share = static_cast<float>(points[static_cast<std::size_t>(index)].position);
        for (std::size_t i = 0; i < values.size(); ++i) values[i] = share * states.values()[i];
      },
      [&](std::int64_t index, const Query& probed) {
        const auto g = probed.tape.gradient(0)[probed.sample].values();
        for (std::size_t i = 0; i < expected.size(); ++i) {
          expected[i] += points[static_cast<std::size_t>(index)].weight *
                         static_cast<double>(g[i]) * states.values()[i];
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

/// The layer's passes with every channel taken out, one after the other.
TEST(AblationCam, WeighsChannelsAsPassesWithoutThemDo) {
  const auto graph = test::golden_graph("trained_pong");
  const auto engine = nn::make_engine("cpu", graph);
  const ByteTensor states = test::random_observations(*graph, 1);
  const int relu = graph->consumers(graph->spatial_layers().back()).front();
  nn::Tape tape;
  const nn::Pass pass = engine->forward(states.view(), {{relu}, {}}, tape);
  Probe probe(*engine);
  const Target target = Target::action(2);
  const Query query{*graph, tape, states.view(), 0, 2, target, probe};
  const TensorView activation = tape.activation(relu)[0];
  const std::int64_t channels = activation.shape()[0], area = activation.size() / channels;
  const auto values =
      probe.values(query, {channels, {}, relu}, [&](std::int64_t channel, std::span<float> to) {
        std::ranges::copy(activation.values(), to.begin());
        std::fill_n(to.begin() + channel * area, area, 0.0F);
      });
  std::vector<float> expected;
  for (const double value : values)
    expected.push_back(static_cast<float>((query.value() - value) / query.value()));
  for (const char* hook : {"ablationcam", "ablationcam:at=post"}) {
    Session session(*engine, parse_methods(hook));
    session.forward(states.view());
    session.explain(std::vector{target});
    EXPECT_LT(test::relative_difference(session.result(0, 0).channel_weights, expected), 1e-4);
    EXPECT_EQ(session.result(0, 0).probes, (PassCount{channels, 0}));
  }
}

}  // namespace
}  // namespace arcadecam::explain
