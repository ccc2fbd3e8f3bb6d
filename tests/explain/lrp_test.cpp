// Which rule LRP's parameters place where; what the rules do is tested in tests/nn.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "arcadecam/core/error.h"
#include "arcadecam/explain/session.h"
#include "support/networks.h"

namespace arcadecam::explain {
namespace {

using nn::Rule;
namespace rule = nn::rule;

/// The rules that an LRP method states, in the order of the layers.
std::vector<Rule> placed(const nn::Graph& graph, const std::string& text) {
  const Method& lrp = find_method("lrp");
  const Params params(parse_methods(text).front(), lrp.params());
  const auto explainer = lrp.make(graph, params);
  const nn::RulePass& pass = explainer->rules().front();
  EXPECT_EQ(pass.watched.at(0), 0) << "what reaches the observation is shown, the rest measured";
  std::vector<Rule> rules;
  for (const nn::NodeRule& entry : pass.rules.nodes) rules.push_back(entry.rule);
  return rules;
}

TEST(Lrp, CompositesPlaceRulesByKindOfLayer) {
  const auto graph = test::golden_graph("dueling");  // 3 convolutions, 4 linear layers
  const auto expect = [&](const std::string& text, const Rule& first, const Rule& convolution,
                          const Rule& linear) {
    EXPECT_EQ(placed(*graph, text),
              (std::vector<Rule>{first, convolution, convolution, linear, linear, linear, linear}))
        << text;
  };
  const rule::Epsilon epsilon{};
  const rule::AlphaBeta plus{1, 0, true}, two{2, 1, true}, plus_alone{1, 0, false};
  const rule::ZBox pixels{0, 1};
  expect("lrp", plus, plus, epsilon);
  expect("lrp:composite=epsilon-plus-flat", rule::Flat{}, plus, epsilon);
  expect("lrp:composite=epsilon-plus-box", pixels, plus, epsilon);
  expect("lrp:composite=epsilon-gamma-box:gamma=0.5", pixels, rule::Gamma{0.5F, true}, epsilon);
  expect("lrp:composite=epsilon-alpha2-beta1:eps=0.01", two, two, rule::Epsilon{0.01F, true});
  expect("lrp:composite=epsilon-alpha2-beta1-flat", rule::Flat{}, two, epsilon);
  expect("lrp:composite=argmax", plus_alone, rule::Argmax{}, plus_alone);
  expect("lrp:rule=alpha-beta:alpha=3:bias=ignore", rule::AlphaBeta{3, 2, false},
         rule::AlphaBeta{3, 2, false}, rule::AlphaBeta{3, 2, false});
  expect("lrp:rule=w-square:first=box:high=510", rule::ZBox{0, 2}, rule::WSquare{},
         rule::WSquare{});
}

TEST(Lrp, WhatARecurrentCellRemembersIsNoObservation) {
  const rule::Epsilon epsilon{};
  for (const bool lstm : {false, true}) {
    const auto graph = test::recurrent_graph(lstm);  // 2 convolutions, W x, U h, the head
    EXPECT_EQ(placed(*graph, "lrp:composite=epsilon-plus-box"),
              (std::vector<Rule>{rule::ZBox{0, 1}, rule::AlphaBeta{}, epsilon, epsilon, epsilon}));
    EXPECT_EQ(placed(*graph, "lrp:composite=epsilon-plus-flat"),
              (std::vector<Rule>{rule::Flat{}, rule::AlphaBeta{}, epsilon, epsilon, epsilon}));
  }
}

TEST(Lrp, RefusesWhatDoesNotFit) {
  const auto graph = test::golden_graph("dueling");
  for (const char* wrong :
       {"lrp:composite=best", "lrp:rule=best", "lrp:rule=epsilon:composite=argmax", "lrp:eps=-1",
        "lrp:alpha=0.5", "lrp:bias=some", "lrp:low=1:high=0", "lrp:rule=box"}) {
    try {
      (void)placed(*graph, wrong);
      ADD_FAILURE() << wrong;
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), Error::Kind::kBadUsage) << error.what();
    }
  }
}

TEST(Lrp, RelevanceOfAMarginIsThatOfItsParts) {
  const auto graph = test::golden_graph("dueling");
  const auto engine = nn::make_engine("cpu", graph);
  const auto states = test::random_observations(*graph, 3);
  Session session(*engine, parse_methods("lrp:bias=ignore:eps=0"));
  session.forward(states.view());
  session.explain(std::vector{Target::action(0), Target::action(1), Target::parse("margin:0/1")});
  for (std::int64_t n = 0; n < 3; ++n) {
    const float* q = session.tape().output()[n].data();
    const double wanted[] = {q[0], q[1], double{q[0]} - q[1]};
    double arrived = 0, size = 0;
    for (const float r : session.result(0, n).planes.values()) {
      arrived += r;
      size += std::abs(r);
    }
    EXPECT_NEAR(arrived, wanted[n], 1e-4 * size);
  }
}

/// Convolution, ReLU, batch normalisation, convolution, ReLU, head; or the same function with the
/// normalisation written into the second convolution's weights.
std::shared_ptr<const nn::Graph> norm_in_front(bool written_in) {
  using namespace nn;
  const Weights gamma = test::random_weights({4}, 1), beta = test::random_weights({4}, 2),
                mean = test::random_weights({4}, 3);
  const auto variance = std::make_shared<Tensor>(Shape{4}, std::vector<float>{0.2F, 0.5F, 1, 2});
  auto weight = std::make_shared<Tensor>(*test::random_weights({5, 4, 3, 3}, 4));
  auto bias = std::make_shared<Tensor>(*test::random_weights({5}, 5));
  std::vector<Node> nodes{
      {"input", Input{{2, 11, 11}}, {}},
      {"scale", Scale{1 / 255.0F}, {0}},
      {"conv",
       Conv2d{test::random_weights({4, 2, 3, 3}, 6), test::random_weights({4}, 7), 2, 0},
       {1}},
      {"relu", Relu{}, {2}}};
  if (!written_in) {
    nodes.push_back({"bn", BatchNorm2d{gamma, beta, mean, variance, 1e-5F}, {3}});
  } else {
    for (std::int64_t w = 0; w < weight->size(); ++w) {
      const std::int64_t c = w / 9 % 4;
      const double factor = gamma->data()[c] / std::sqrt(variance->data()[c] + 1e-5);
      bias->data()[w / 36] +=
          static_cast<float>(weight->data()[w] * (beta->data()[c] - mean->data()[c] * factor));
      weight->data()[w] = static_cast<float>(weight->data()[w] * factor);
    }
  }
  const auto add = [&](const std::string& name, Op op) {
    nodes.push_back({name, std::move(op), {static_cast<int>(nodes.size()) - 1}});
  };
  add("conv2", Conv2d{weight, bias, 1, 0});
  add("relu2", Relu{});
  add("flatten", Flatten{});
  add("q", Linear{test::random_weights({3, 45}, 8), test::random_weights({3}, 9)});
  return std::make_shared<const Graph>(std::move(nodes));
}

TEST(Lrp, ANormalisationInFrontOfAConvolutionCountsAsWrittenIntoIt) {
  const auto apart = norm_in_front(false), together = norm_in_front(true);
  const auto states = test::random_observations(*apart, 3);
  for (const char* id : {"cpu", "reference"}) {
    const auto a = nn::make_engine(id, apart), b = nn::make_engine(id, together);
    for (const char* method : {"lrp", "lrp:rule=epsilon", "lrp:rule=gamma", "lrp:rule=w-square",
                               "lrp:bias=ignore:eps=0", "lrp:rule=alpha-beta"}) {
      Session one(*a, parse_methods(method)), other(*b, parse_methods(method));
      for (Session* session : {&one, &other}) {
        session->forward(states.view());
        session->explain(std::vector(3, Target::action(1)));
      }
      for (std::int64_t n = 0; n < 3; ++n) {
        EXPECT_LT(test::relative_difference(one.result(0, n).planes.values(),
                                            other.result(0, n).planes.values()),
                  1e-3)
            << id << " " << method;
      }
    }
  }
}

TEST(Lrp, MeasuresHowMuchRelevanceArrives) {
  const auto explained = [](const nn::Graph& network, const std::string& method, bool black,
                            const std::vector<float>& memory = {}) {
    const auto engine = nn::make_engine("cpu", std::make_shared<const nn::Graph>(network));
    ByteTensor state = test::random_observations(network, 1);
    if (black) std::ranges::fill(state.values(), std::uint8_t{0});
    Session session(*engine, parse_methods(method));
    session.forward({state.view(), TensorView(memory.data(), Shape{1, std::ssize(memory)})});
    session.explain(std::vector{Target::action(1)});
    return session.result(0, 0);
  };
  const auto warned = [](const Attribution& result, Warning warning) {
    return std::ranges::find(result.warnings, warning) != result.warnings.end();
  };
  const std::string conserving = "lrp:rule=epsilon:bias=ignore:eps=0";
  for (const auto& graph :
       {norm_in_front(false), test::recurrent_graph(false), test::recurrent_graph(true)}) {
    const Attribution all = explained(*graph, conserving, false);
    EXPECT_LT(all.completeness.value().relative_residual(), 1e-3);
    EXPECT_TRUE(all.warnings.empty());
    double sum = 0;
    for (const float r : all.planes.values()) sum += r;
    EXPECT_NEAR(sum, all.completeness->output, 1e-3 * std::abs(sum)) << "it starts at zero memory";
    const Attribution part = explained(*graph, "lrp", false);
    EXPECT_GT(part.completeness.value().relative_residual(), 0.01);
    EXPECT_TRUE(warned(part, Warning::kBiasesTake));
    const Attribution lost = explained(*graph, conserving, true);
    EXPECT_TRUE(warned(lost, Warning::kNotConserved)) << "black pixels take nothing";
  }
  // What a cell remembers takes its share, which is told.
  const auto lstm = test::recurrent_graph(true);
  const std::vector<float> memory{0.5, -0.4, 0.3, 0.9, 0.2, -0.7, 0.8, 0.1};
  const Attribution all = explained(*lstm, conserving, false, memory);
  ASSERT_EQ(all.completeness->other_terms.size(), 2U);
  EXPECT_EQ(all.completeness->other_terms[0].layer, "lstm.state");
  EXPECT_NE(all.completeness->other_terms[0].weight, 0);
  EXPECT_LT(all.completeness->relative_residual(), 1e-3);
}

}  // namespace
}  // namespace arcadecam::explain
