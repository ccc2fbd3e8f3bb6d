// Which rule LRP's parameters place where; what the rules do is tested in tests/nn.
#include <gtest/gtest.h>

#include <algorithm>

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
  EXPECT_EQ(pass.watched, std::vector<int>{0});
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
  const rule::Box pixels{0, 1};
  expect("lrp", plus, plus, epsilon);
  expect("lrp:composite=epsilon-plus-flat", rule::Flat{}, plus, epsilon);
  expect("lrp:composite=epsilon-plus-box", pixels, plus, epsilon);
  expect("lrp:composite=epsilon-gamma-box:gamma=0.5", pixels, rule::Gamma{0.5F, true}, epsilon);
  expect("lrp:composite=epsilon-alpha2-beta1:eps=0.01", two, two, rule::Epsilon{0.01F, true});
  expect("lrp:composite=epsilon-alpha2-beta1-flat", rule::Flat{}, two, epsilon);
  expect("lrp:composite=argmax", plus_alone, rule::Argmax{}, plus_alone);
  expect("lrp:rule=alpha-beta:alpha=3:bias=ignore", rule::AlphaBeta{3, 2, false},
         rule::AlphaBeta{3, 2, false}, rule::AlphaBeta{3, 2, false});
  expect("lrp:rule=w-square:first=box:high=510", rule::Box{0, 2}, rule::WSquare{}, rule::WSquare{});
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
  const auto engine = nn::make_engine("onednn", graph);
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

}  // namespace
}  // namespace arcadecam::explain
