// Each variant without a golden array against an independent, plain computation of its formula.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "arcadecam/core/error.h"
#include "arcadecam/explain/map_algebra.h"
#include "arcadecam/explain/session.h"
#include "support/networks.h"

namespace arcadecam::explain {
namespace {

class SmallNetwork : public testing::Test {
 protected:
  std::shared_ptr<const nn::Graph> graph_ = test::small_graph();
  std::unique_ptr<nn::Engine> engine_ = nn::make_engine("reference", graph_);
  ByteTensor states_ = test::random_observations(*graph_, 1);

  std::unique_ptr<Session> explain(const std::string& method) {
    auto session = std::make_unique<Session>(*engine_, parse_methods(method));
    nn::Watch layers;
    for (const int layer : graph_->spatial_layers()) {
      layers.activations.push_back(layer);
      layers.gradients.push_back(layer);
    }
    session->watch_also(layers);
    session->forward(states_.view());
    session->explain(std::vector{Target::action(1)});
    return session;
  }
};

TEST_F(SmallNetwork, FullGradPlusPlusWriteup) {
  for (const std::string weights : {"", ":weights=sum", ":weights=mean", ":weights=equal"}) {
    const auto session = explain("fullgrad++:variant=writeup" + weights);
    std::vector<double> expected(121);
    double total = 0;
    for (const int layer : graph_->spatial_layers()) {
      const Tensor a(graph_->shape(layer), session->tape().activation(layer).values());
      const Tensor g(graph_->shape(layer), session->tape().gradient(layer).values());
      Tensor map(Shape{6, 6}), large(Shape{11, 11});
      double sum = 0;
      for (std::int64_t c = 0; c < 5; ++c) {
        for (std::int64_t i = 0; i < 36; ++i) {
          const double activation = std::max(0.0F, a.data()[c * 36 + i]),
                       gradient = g.data()[c * 36 + i];
          const double square = gradient * gradient;
          map.data()[i] += static_cast<float>(activation * square /
                                              (2 * square + activation * square * gradient + 1e-7));
          sum += activation;
        }
      }
      for (float& value : map.values()) value = std::max(value, 0.0F);
      BilinearResize({6, 6}, {11, 11}, Alignment::kHalfPixel).add(map.data(), 1, large.data());
      const double weight = weights == ":weights=equal" ? 1
                            : weights == ":weights=sum" ? sum / 5
                                                        : sum / 5 / 36;
      total += weight;
      for (std::size_t i = 0; i < 121; ++i) expected[i] += weight * large.data()[i];
    }
    double largest = 0;
    for (const double value : expected) largest = std::max(largest, value / total);
    for (std::size_t i = 0; i < 121; ++i) {
      EXPECT_NEAR(session->result(0, 0).raw.data()[i], expected[i] / total, 1e-4 * largest)
          << weights;
    }
  }
}

TEST_F(SmallNetwork, LayerWeightsFollowTheParameter) {
  const auto weights_of = [&](const std::string& method) {
    const auto session = explain(method);
    std::vector<double> weights;
    for (const auto& layer : session->result(0, 0).layers) weights.push_back(layer.weight);
    return weights;
  };
  const auto sums = weights_of("fullgrad++"), means = weights_of("fullgrad++:weights=mean");
  ASSERT_EQ(sums.size(), 3U);
  for (std::size_t i = 0; i < 3; ++i) EXPECT_NEAR(sums[i], means[i] * 36, 1e-4 * sums[i]);
  EXPECT_EQ(weights_of("fullgrad++:weights=equal"), (std::vector<double>{1, 1, 1}));
}

TEST_F(SmallNetwork, LayersAreChosenByIndexOrName) {
  const auto by_index = explain("gradcam:layer=1"), by_name = explain("gradcam:layer=bn1");
  EXPECT_EQ(by_index->result(0, 0).layers.front().layer, "bn1");
  EXPECT_TRUE(
      std::ranges::equal(by_index->result(0, 0).map.values(), by_name->result(0, 0).map.values()));
  EXPECT_EQ(explain("gradcam")->result(0, 0).layers.front().layer, "conv2")
      << "the last convolution";
  EXPECT_EQ(explain("gradcam:at=post")->result(0, 0).layers.front().layer, "relu2")
      << "past the residual sum";
  const auto two = explain("fullgrad++:layers=2/0");
  ASSERT_EQ(two->result(0, 0).layers.size(), 2U);
  EXPECT_EQ(two->result(0, 0).layers[0].layer, "conv1");
  for (const char* wrong : {"gradcam:layer=3", "gradcam:layer=relu1", "gradcam:layer=-1",
                            "gradcam:at=after", "fullgrad++:layers=0/0", "fullgrad++:layers=0//1",
                            "fullgrad:variant=best", "gradcam:sigma=-1", "nosuchmethod"}) {
    try {
      (void)explain(wrong);
      ADD_FAILURE() << wrong;
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), Error::Kind::kBadUsage) << error.what();
    }
  }
}

TEST_F(SmallNetwork, SmoothingComesAfterTheResizeAndBeforeTheLastScaling) {
  const auto plain = explain("fullgrad++"), smooth = explain("fullgrad++:sigma=1");
  Tensor expected = plain->result(0, 0).raw;
  gaussian_smooth(expected.view(), 1);
  minmax(expected.values());
  EXPECT_TRUE(std::ranges::equal(smooth->result(0, 0).map.values(), expected.values()));
  EXPECT_TRUE(
      std::ranges::equal(smooth->result(0, 0).raw.values(), plain->result(0, 0).raw.values()));
}

TEST_F(SmallNetwork, OneForwardPassADecisionAndOneBackwardPassATarget) {
  Session session(*engine_, parse_methods("gradcam,gradcam++,fullgrad,fullgrad++,sobel"));
  for (int decision = 1; decision <= 3; ++decision) {
    session.forward(states_.view());
    session.explain(std::vector{Target::greedy()});
    EXPECT_EQ(session.tape().forward_passes(), decision);
    EXPECT_EQ(session.tape().backward_passes(), decision);
  }
  session.explain(std::vector{Target::action(0)});
  EXPECT_EQ(session.tape().forward_passes(), 3) << "another target shares the forward pass";
  EXPECT_EQ(session.tape().backward_passes(), 4);
  Session baseline(*engine_, parse_methods("sobel"));
  baseline.forward(states_.view());
  baseline.explain(std::vector{Target::greedy()});
  EXPECT_EQ(baseline.tape().backward_passes(), 0) << "nothing needs a gradient";
}

TEST_F(SmallNetwork, EveryDistinctSetOfRulesIsOneMoreBackwardPass) {
  Session session(*engine_, parse_methods("guided-backprop,deconvolution,guided-backprop:sigma=1"));
  session.forward(states_.view());
  session.explain(std::vector{Target::greedy()});
  EXPECT_EQ(session.tape().backward_passes(), 0) << "nobody watches plain gradients";
  EXPECT_EQ(session.backward_passes(), 2) << "two methods share their rules";
  EXPECT_EQ(session.tape().forward_passes(), 1);
  Session mixed(*engine_, parse_methods("gradcam,guided-backprop"));
  mixed.forward(states_.view());
  mixed.explain(std::vector{Target::greedy()});
  EXPECT_EQ(mixed.tape().backward_passes(), 1);
  EXPECT_EQ(mixed.backward_passes(), 2);
}

TEST(Sobel, IsTheGradientOfTheNewestFrame) {
  using namespace nn;
  const auto graph = std::make_shared<const Graph>(
      std::vector<Node>{{"input", Input{{2, 4, 4}}, {}}, {"q", Flatten{}, {0}}});
  const auto engine = make_engine("reference", graph);
  ByteTensor states(Shape{1, 2, 4, 4});
  for (int i = 0; i < 16; ++i)
    states.data()[16 + i] = static_cast<std::uint8_t>(10 * (i % 4));  // a ramp along x
  Session session(*engine, parse_methods("sobel"));
  session.forward(states.view());
  session.explain(std::vector{Target::greedy()});
  const Tensor& raw = session.result(0, 0).raw;
  EXPECT_FLOAT_EQ(raw.data()[5], 80) << "(1 + 2 + 1) · 20";
  EXPECT_FLOAT_EQ(raw.data()[4], 0) << "mirrored at the edge";
}

TEST(Colour, BaselinesAndOcclusionTakeThreePlanesAsOneFrame) {
  using namespace nn;
  const auto graph = std::make_shared<const Graph>(
      std::vector<Node>{{"input", Input{{6, 4, 4}}, {}},
                        {"flatten", Flatten{}, {0}},
                        {"q", Linear{test::random_weights({2, 96}, 1), nullptr}, {1}}});
  const auto engine = make_engine("reference", graph);
  ByteTensor states(Shape{1, 6, 4, 4});
  // Both frames are (10, 60, 200) everywhere, but that the newest is green at one pixel, and blue
  // rises along x in its lower half.
  constexpr std::array<std::uint8_t, 3> kColour{10, 60, 200};
  for (std::int64_t i = 0; i < 96; ++i)
    states.data()[i] = kColour[static_cast<std::size_t>(i / 16 % 3)];
  states.data()[4 * 16 + 2] = 255;
  for (std::int64_t i = 8; i < 16; ++i)
    states.data()[5 * 16 + i] = static_cast<std::uint8_t>(200 + 10 * (i % 4));
  Session session(*engine,
                  parse_methods("frame-difference,sobel,occlusion:frames=each:window=1:stride=1"));
  session.set_frame_planes(3);
  session.forward(states.view());
  session.explain(std::vector{Target::action(0)});
  const Tensor& moved = session.result(0, 0).raw;
  EXPECT_FLOAT_EQ(moved.data()[0], 0) << "red is no other frame than green";
  EXPECT_FLOAT_EQ(moved.data()[2], 195);
  EXPECT_FLOAT_EQ(moved.data()[15], 30);
  const Tensor& edges = session.result(1, 0).raw;
  EXPECT_FLOAT_EQ(edges.data()[13], 80) << "(1 + 2 + 1) · 20 of blue";
  EXPECT_GT(edges.data()[1], 300) << "of green";
  EXPECT_EQ(session.result(2, 0).probes, (PassCount{2 * 16, 0})) << "a frame at a time";
  for (std::int64_t c = 0; c < 3; ++c) {
    EXPECT_FLOAT_EQ(session.result(2, 0).planes[c].data()[5],
                    session.result(2, 0).planes[0].data()[5]);
  }
  EXPECT_THROW(session.set_frame_planes(4), Error);
  EXPECT_THROW(session.set_frame_planes(0), Error);
  session.set_frame_planes(1);
  session.explain(std::vector{Target::action(0)});
  EXPECT_FLOAT_EQ(session.result(0, 0).raw.data()[0], 140) << "six grey frames";
}

TEST(Random, IsTheSameForTheSameObservationWhateverItsNumbers) {
  const auto graph = test::small_graph();
  const auto engine = nn::make_engine("reference", graph);
  Tensor states(graph->shape(0).batch_of(2));
  for (std::int64_t i = 0; i < states.size(); ++i)
    states.data()[i] = static_cast<float>(i % 242) - 100.5F;  // as noise makes them
  states[1].data()[7] = -3.25F;
  Session session(*engine, parse_methods("random"));
  const auto map_of = [&](std::int64_t n) {
    session.forward(TensorView(states[n].data(), graph->shape(0).batch_of(1)));
    session.explain(std::vector{Target::greedy()});
    const auto values = session.result(0, 0).raw.values();
    return std::vector<float>(values.begin(), values.end());
  };
  const auto first = map_of(0);
  EXPECT_EQ(map_of(0), first);
  EXPECT_NE(map_of(1), first);
  Session averaged(*engine, parse_methods("random:noise=0.1:samples=3"));
  const auto bytes = test::random_observations(*graph, 1);
  averaged.forward(bytes.view());
  averaged.explain(std::vector{Target::greedy()});
  for (const float value : averaged.result(0, 0).raw.values()) EXPECT_TRUE(value > 0 && value < 1);
}

TEST_F(SmallNetwork, MeanActivationIsFullGradPlusPlusWithoutItsGradient) {
  for (const std::string weights : {"sum", "mean", "equal"}) {
    const auto activation = explain("mean-activation:weights=" + weights);
    EXPECT_EQ(activation->result(0, 0).layers.size(), 3U);
    const auto fullgrad = explain("fullgrad++:weights=" + weights);
    std::vector<double> expected(121);
    double total = 0;
    for (std::size_t l = 0; l < 3; ++l) {
      const double weight = fullgrad->result(0, 0).layers[l].weight;
      EXPECT_NEAR(activation->result(0, 0).layers[l].weight, weight, 1e-5 * weight);
      const TensorView a = fullgrad->tape().activation(graph_->spatial_layers()[l]);
      Tensor sum(Shape{6, 6}), large(Shape{11, 11});
      for (std::int64_t i = 0; i < 180; ++i) sum.data()[i % 36] += std::max(0.0F, a.data()[i]);
      minmax(sum.values());
      BilinearResize({6, 6}, {11, 11}, Alignment::kHalfPixel).add(sum.data(), 1, large.data());
      total += weight;
      for (std::size_t i = 0; i < 121; ++i) expected[i] += weight * large.data()[i];
    }
    for (std::size_t i = 0; i < 121; ++i)
      EXPECT_NEAR(activation->result(0, 0).raw.data()[i], expected[i] / total, 1e-5);
  }
  EXPECT_EQ(explain("mean-activation:layers=1")->result(0, 0).layers.front().layer, "bn1");
}

TEST_F(SmallNetwork, TheCentreIsAGaussianOfItsMiddle) {
  const auto session = explain("centre:width=0.5");
  const Tensor& raw = session->result(0, 0).raw;
  EXPECT_EQ(raw.data()[60], 1);
  EXPECT_FLOAT_EQ(raw.data()[60 + 2], std::exp(-0.5F * (2 / 5.5F) * (2 / 5.5F)));
  EXPECT_FLOAT_EQ(raw.data()[60 + 22], raw.data()[60 + 2]);
  EXPECT_THROW((void)explain("centre:width=0"), Error);
}

TEST_F(SmallNetwork, TheFrameDifferenceIsOfTheTwoNewest) {
  const auto session = explain("frame-difference");
  for (std::int64_t i = 0; i < 121; ++i) {
    EXPECT_EQ(session->result(0, 0).raw.data()[i],
              std::abs(states_.data()[121 + i] - states_.data()[i]));
  }
}

}  // namespace
}  // namespace arcadecam::explain
