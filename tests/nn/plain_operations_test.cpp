// The operations that all engines compute by the same loops: values, gradients, relevance.
#include "nn/plain_operations.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "arcadecam/core/error.h"
#include "arcadecam/core/random.h"
#include "arcadecam/nn/engine.h"
#include "nn/reference/reference_network.h"
#include "support/networks.h"

namespace arcadecam {
namespace {

using nn::Activation;
using nn::Pool2d;
using Kind = Activation::Kind;

constexpr std::array kKinds{Kind::kTanh, Kind::kSigmoid, Kind::kLeakyRelu, Kind::kElu,
                            Kind::kGelu, Kind::kSilu,    Kind::kSoftplus,  Kind::kHardtanh};

/// Every plain operation between convolutions and a linear head, 3 values out.
std::shared_ptr<const nn::Graph> graph_with(Kind kind) {
  std::uint64_t seed = 1;
  const auto weights = [&](Shape shape) { return test::random_weights(shape, seed++); };
  using namespace nn;
  return std::make_shared<const Graph>(std::vector<Node>{
      {"input", Input{{2, 9, 9}}, {}},
      {"scale", Scale{1 / 255.0F}, {0}},
      {"affine", Affine{weights({2, 9, 9}), weights({2, 9, 9})}, {1}},
      {"conv1", Conv2d{weights({4, 2, 3, 3}), weights({4}), 1, 1}, {2}},
      {"activation", Activation{kind, 0.3F}, {3}},
      {"max", Pool2d{Pool2d::Kind::kMax, 3, 2, 0, 1, false}, {4}},
      {"mean", Pool2d{Pool2d::Kind::kMean, 3, 2, 1, 0, false}, {4}},
      {"padded", Pool2d{Pool2d::Kind::kMean, 3, 2, 1, 0, true}, {4}},
      {"concat", Concat{}, {5, 6, 7}},
      {"pixels", LayerNorm{weights({12}), weights({12}), 1e-3F}, {8}},
      {"conv2", Conv2d{weights({3, 12, 2, 2}), nullptr, 1, 0}, {9}},
      {"flatten", Flatten{}, {10}},
      {"norm", LayerNorm{weights({27}), weights({27}), 1e-3F}, {11}},
      {"linear", Linear{weights({3, 27}), weights({3})}, {12}},
      {"softmax", Softmax{}, {13}},
  });
}

TEST(PlainOperations, ActivationsAreWhatTheirNamesSay) {
  const auto value = [](Kind kind, double x) { return nn::value_of(Activation{kind, 0.3F}, x); };
  // From PyTorch, in double.
  EXPECT_NEAR(value(Kind::kTanh, 0.7), 0.6043677771171635, 1e-12);
  EXPECT_NEAR(value(Kind::kSigmoid, -0.7), 0.3318122278318339, 1e-12);
  EXPECT_NEAR(value(Kind::kLeakyRelu, -2), -0.6, 1e-7);
  EXPECT_NEAR(value(Kind::kElu, -2), -0.2593994150290162, 1e-7);
  EXPECT_NEAR(value(Kind::kGelu, -0.7), -0.1693745565561511, 1e-12);
  EXPECT_NEAR(value(Kind::kSilu, 0.7), 0.46773144051771625, 1e-12);
  EXPECT_NEAR(value(Kind::kSoftplus, -0.7), 0.403186048885458, 1e-12);
  EXPECT_NEAR(value(Kind::kHardtanh, -0.7), -0.3, 1e-7);
  EXPECT_NEAR(value(Kind::kHardtanh, 0.2), 0.2, 1e-12);
  for (const Kind kind : kKinds) {
    for (const double x : {-40.0, -1.3, 0.4, 2.0, 40.0}) {
      const double slope = (value(kind, x + 1e-6) - value(kind, x - 1e-6)) / 2e-6;
      EXPECT_NEAR(nn::slope_of(Activation{kind, 0.3F}, x), slope, 1e-6) << x;
    }
  }
}

TEST(PlainOperations, PoolingByHand) {
  const auto pooled = [](const Pool2d& op) {
    const auto graph = std::make_shared<const nn::Graph>(std::vector<nn::Node>{
        {"input", nn::Input{{1, 3, 3}}, {}}, {"pool", op, {0}}, {"flatten", nn::Flatten{}, {1}}});
    nn::ReferenceNetwork<double> network(graph);
    network.forward(std::vector<double>{1, 2, 3, 4, 5, 6, 7, 8, -9});
    const auto output = network.output();
    return std::vector<double>(output.begin(), output.end());
  };
  using Pool = Pool2d::Kind;
  EXPECT_EQ(pooled({Pool::kMax, 2, 1, 0, 0, false}), (std::vector<double>{5, 6, 8, 8}));
  EXPECT_EQ(pooled({Pool::kMax, 2, 2, 0, 1, false}), (std::vector<double>{5, 6, 8, -9}));
  EXPECT_EQ(pooled({Pool::kMean, 2, 2, 0, 1, false}), (std::vector<double>{3, 4.5, 7.5, -9}));
  EXPECT_EQ(pooled({Pool::kMean, 2, 2, 0, 1, true}), (std::vector<double>{3, 2.25, 3.75, -2.25}));
  EXPECT_EQ(pooled({Pool::kMean, 3, 3, 0, 0, false}), (std::vector<double>{3}));
}

// (x − mean)/√(variance + epsilon) of the two channels of each pixel is ±1 where they differ much.
TEST(PlainOperations, ANormOfTheChannelsNormalisesEachPixel) {
  using Values = std::vector<float>;
  const auto weights = [](const Values& values) {
    return std::make_shared<const Tensor>(Shape{std::ssize(values)}, values);
  };
  const auto graph = std::make_shared<const nn::Graph>(std::vector<nn::Node>{
      {"input", nn::Input{{2, 1, 3}}, {}},
      {"norm", nn::LayerNorm{weights({2, 10}), weights({0.5F, 100}), 1e-9F}, {0}},
      {"flatten", nn::Flatten{}, {1}}});
  nn::ReferenceNetwork<double> network(graph);
  network.forward(std::vector<double>{1, 50, 7, 3, 20, 7});
  const std::vector<double> expected{-1.5, 2.5, 0.5, 110, 90, 100};
  for (std::size_t i = 0; i < expected.size(); ++i)
    EXPECT_NEAR(network.output()[i], expected[i], 1e-6) << i;
  try {
    (void)nn::Graph({{"input", nn::Input{{2, 1, 3}}, {}},
                     {"norm", nn::LayerNorm{weights({2, 10}), weights({1}), 1e-9F}, {0}}});
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("bias of shape 2"), std::string::npos) << error.what();
  }
}

TEST(PlainOperations, GradientsEqualCentralDifferencesInDouble) {
  for (const Kind kind : kKinds) {
    const auto graph = graph_with(kind);
    nn::ReferenceNetwork<double> network(graph);
    Random random(5);
    std::vector<double> x(static_cast<std::size_t>(graph->shape(0).count()));
    for (double& value : x) value = 255 * random.uniform();
    const std::vector<double> output_gradient{0.3, -1, 0.8};
    const auto target = [&](const std::vector<double>& at) {
      network.forward(at);
      double sum = 0;
      for (std::size_t a = 0; a < 3; ++a) sum += output_gradient[a] * network.output()[a];
      return sum;
    };
    target(x);
    network.backward(output_gradient);
    const std::vector<double> gradient(network.gradient(0).begin(), network.gradient(0).end());
    constexpr double kStep = 1e-3;
    for (std::size_t i = 0; i < x.size(); i += 7) {
      std::vector<double> up = x, down = x;
      up[i] += kStep;
      down[i] -= kStep;
      const double difference = (target(up) - target(down)) / (2 * kStep);
      EXPECT_NEAR(gradient[i], difference, 1e-8 + 1e-4 * std::abs(difference))
          << "kind " << static_cast<int>(kind) << ", input " << i;
    }
  }
}

TEST(PlainOperations, OnednnEqualsTheReference) {
  for (const Kind kind : kKinds) {
    const auto graph = graph_with(kind);
    const auto fast = nn::make_engine("cpu", graph), slow = nn::make_engine("reference", graph);
    EXPECT_LT(test::compare_engines(*fast, *slow, test::random_observations(*graph, 4).view()),
              1e-4)
        << static_cast<int>(kind);
  }
}

TEST(PlainOperations, RulesOfOnednnEqualTheReferences) {
  const auto graph = graph_with(Kind::kTanh);
  const auto states = test::random_observations(*graph, 2);
  nn::ReferenceNetwork<double> black(graph);
  black.forward(std::vector<double>(static_cast<std::size_t>(graph->shape(0).count())));
  auto baseline = std::make_shared<nn::Baseline>();
  std::vector<int> nodes;
  for (int node = 0; node < graph->size(); ++node) {
    nodes.push_back(node);
    baseline->emplace_back(graph->shape(node));
    std::ranges::copy(black.activation(node), baseline->back().data());
  }
  Tensor gradient(Shape{2, 3});
  gradient[0].data()[0] = gradient[1].data()[2] = 1;
  for (const nn::Rule& rule :
       {nn::Rule(nn::rule::Epsilon{0.01F, true}), nn::Rule(nn::rule::Rescale{baseline}),
        nn::Rule(nn::rule::AlphaBeta{})}) {
    nn::Tape tapes[2];
    int at = 0;
    for (const char* id : {"cpu", "reference"}) {
      const auto engine = nn::make_engine(id, graph);
      engine->forward(states.view(), {{}, {}, true}, tapes[at])
          .backward(gradient.view(), {{rule, {}}, nodes}, tapes[at]);
      ++at;
    }
    for (const int node : nodes) {
      EXPECT_LT(test::relative_difference(tapes[0].gradient(node).values(),
                                          tapes[1].gradient(node).values()),
                2e-3)
          << graph->node(node).name << ", rule " << rule.index();
    }
  }
}

// A chain without heads that bend: relevance enters and arrives whole.
TEST(PlainOperations, RelevanceIsConserved) {
  using namespace nn;
  const auto graph = std::make_shared<const Graph>(std::vector<Node>{
      {"input", Input{{2, 6, 6}}, {}},
      {"conv", Conv2d{test::random_weights({3, 2, 3, 3}, 1), nullptr, 1, 0}, {0}},
      {"tanh", Activation{Kind::kTanh}, {1}},
      {"max", Pool2d{Pool2d::Kind::kMax, 2, 2, 0, 0, false}, {2}},
      {"mean", Pool2d{Pool2d::Kind::kMean, 2, 2, 0, 0, false}, {2}},
      {"concat", Concat{}, {3, 4}},
      {"flatten", Flatten{}, {5}},
      {"linear", Linear{test::random_weights({2, 24}, 2), nullptr}, {6}},
  });
  for (const char* id : {"cpu", "reference"}) {
    const auto engine = make_engine(id, graph);
    Tape tape;
    Pass pass = engine->forward(test::random_observations(*graph, 1).view(), {{}, {}, true}, tape);
    Tensor gradient(Shape{1, 2});
    gradient.data()[1] = 1;
    pass.backward(gradient.view(), {{rule::Epsilon{0, false}, {}}, {0}}, tape);
    double arrived = 0;
    for (const float r : tape.gradient(0).values()) arrived += r;
    EXPECT_NEAR(arrived, tape.output().data()[1], 1e-3 * std::abs(tape.output().data()[1])) << id;
  }
}

}  // namespace
}  // namespace arcadecam
