#include "arcadecam/nn/rules.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "arcadecam/core/error.h"
#include "arcadecam/core/random.h"
#include "arcadecam/nn/engine.h"
#include "nn/reference/reference_network.h"
#include "support/networks.h"

namespace arcadecam {
namespace {

using nn::RuleMap;
using nn::RulePass;

std::vector<int> all_nodes(const nn::Graph& graph) {
  std::vector<int> nodes;
  for (int node = 0; node < graph.size(); ++node) nodes.push_back(node);
  return nodes;
}

Tensor one_target_a_state(const nn::Graph& graph, std::int64_t batch) {
  Tensor gradient(graph.shape(graph.output()).batch_of(batch));
  for (std::int64_t n = 0; n < batch; ++n) gradient[n].data()[n % graph.actions()] = 1;
  return gradient;
}

/// A black input's activations.
std::shared_ptr<const nn::Baseline> black(const std::shared_ptr<const nn::Graph>& graph) {
  nn::ReferenceNetwork<double> network(graph);
  network.forward(std::vector<double>(static_cast<std::size_t>(graph->shape(0).count())));
  auto baseline = std::make_shared<nn::Baseline>();
  for (int node = 0; node < graph->size(); ++node) {
    baseline->emplace_back(graph->shape(node));
    std::ranges::copy(network.activation(node), baseline->back().data());
  }
  return baseline;
}

std::vector<std::pair<std::string, RuleMap>> rule_maps(
    const std::shared_ptr<const nn::Graph>& graph) {
  using namespace nn::rule;
  std::vector<std::pair<std::string, RuleMap>> maps;
  const auto add = [&](const std::string& name, const nn::Rule& rule) {
    maps.emplace_back(name, RuleMap{rule, {}});
  };
  add("guided", Guided{});
  add("deconvolution", Deconvolution{});
  add("rescale", Rescale{black(graph)});
  add("epsilon", Epsilon{});
  add("epsilon without bias", Epsilon{0.01F, false});
  add("gamma", Gamma{});
  add("z+", AlphaBeta{});
  add("alpha 2 beta 1", AlphaBeta{2, 1, false});
  add("flat", Flat{});
  add("w^2", WSquare{});
  add("box", ZBox{-0.25F, 1.5F});
  add("argmax", Argmax{});
  return maps;
}

class RulesOnNetwork : public testing::TestWithParam<std::string> {
 protected:
  std::shared_ptr<const nn::Graph> graph_ =
      GetParam() == "small" ? test::small_graph() : test::golden_graph(GetParam());
};

/// The states with an error of a few roundings in every pixel.
Tensor nudged(const ByteTensor& states) {
  Tensor result(states.shape());
  Random random(7);
  for (std::int64_t i = 0; i < states.size(); ++i) {
    const double sign = random.uniform() < 0.5 ? -1 : 1;
    result.data()[i] = static_cast<float>(states.data()[i] * (1 + sign * 2e-6));
  }
  return result;
}

// Where two terms nearly cancel in a sum that relevance is shared by, their shares have few digits.
// How few is measured: the reference explains the same states again with rounding errors in them.
TEST_P(RulesOnNetwork, OnednnEqualsTheReferenceAtEveryNode) {
  const auto states = test::random_observations(*graph_, 3);
  const Tensor disturbed = nudged(states);
  const Tensor gradient = one_target_a_state(*graph_, 3);
  const nn::Watch watch{{}, {}, true};
  const auto fast = nn::make_engine("cpu", graph_), slow = nn::make_engine("reference", graph_),
             again = nn::make_engine("reference", graph_);
  nn::Tape fast_forward, slow_forward, again_forward;
  nn::Pass of_fast = fast->forward(states.view(), watch, fast_forward),
           of_slow = slow->forward(states.view(), watch, slow_forward),
           of_again = again->forward(disturbed.view(), watch, again_forward);
  for (const auto& [name, rules] : rule_maps(graph_)) {
    const RulePass pass{rules, all_nodes(*graph_)};
    nn::Tape a(&fast_forward), b(&slow_forward), c(&again_forward);
    of_fast.backward(gradient.view(), pass, a);
    of_slow.backward(gradient.view(), pass, b);
    of_again.backward(gradient.view(), pass, c);
    for (const int node : pass.watched) {
      const auto expected = b.gradient(node).values();
      const double few_digits = test::relative_difference(c.gradient(node).values(), expected);
      EXPECT_LT(few_digits, 0.02) << name << " " << graph_->node(node).name;
      EXPECT_LT(test::relative_difference(a.gradient(node).values(), expected), 1e-4 + few_digits)
          << name << " " << graph_->node(node).name;
    }
  }
}

TEST_P(RulesOnNetwork, ABatchEqualsSinglePassesAndPlainGradientsAreUntouched) {
  const auto states = test::random_observations(*graph_, 3);
  const Tensor gradient = one_target_a_state(*graph_, 3);
  const nn::Watch watch{{}, {0}, true};
  const auto engine = nn::make_engine("cpu", graph_);
  nn::Tape before, batch, single;
  engine->forward(states.view(), watch, before).backward(gradient.view(), before);
  for (const auto& [name, rules] : rule_maps(graph_)) {
    const RulePass pass{rules, {0}};
    nn::Pass all = engine->forward(states.view(), watch, batch);
    nn::Tape ruled(&batch), alone(&single);
    all.backward(gradient.view(), pass, ruled);
    all.backward(gradient.view(), batch);
    EXPECT_TRUE(std::ranges::equal(batch.gradient(0).values(), before.gradient(0).values()))
        << name;
    EXPECT_EQ(ruled.batch(), 3);
    EXPECT_EQ(ruled.forward_passes(), 0);
    EXPECT_EQ(ruled.backward_passes(), 1);
    for (std::int64_t n = 0; n < 3; ++n) {
      const ByteTensorView one(states[n].data(), states.shape().inner().batch_of(1));
      engine->forward(one, watch, single)
          .backward(TensorView(gradient[n].data(), Shape{1, graph_->actions()}), pass, alone);
      EXPECT_LT(
          test::relative_difference(alone.gradient(0)[0].values(), ruled.gradient(0)[n].values()),
          1e-5)
          << name;
    }
    engine->forward(states.view(), watch, batch);
    EXPECT_FALSE(ruled.has_gradient(0)) << "gradients of other states are not shown";
  }
}

INSTANTIATE_TEST_SUITE_P(All, RulesOnNetwork,
                         testing::Values("small", "atari_c51", "convbn", "dueling"),
                         [](const auto& network) { return network.param; });

TEST(Rules, AnEmptyMapIsThePlainGradient) {
  const auto graph = test::small_graph();
  const auto states = test::random_observations(*graph, 2);
  for (const char* id : {"cpu", "reference"}) {
    const auto engine = nn::make_engine(id, graph);
    nn::Tape tape;
    nn::Pass pass = engine->forward(states.view(), {{}, {0}, true}, tape);
    nn::Tape ruled(&tape);
    const Tensor gradient = one_target_a_state(*graph, 2);
    pass.backward(gradient.view(), tape);
    EXPECT_TRUE(RuleMap{}.empty());
    RulePass input_gradient;
    input_gradient.watched.push_back(0);
    pass.backward(gradient.view(), input_gradient, ruled);
    EXPECT_TRUE(std::ranges::equal(tape.gradient(0).values(), ruled.gradient(0).values()));
  }
}

TEST(Rules, WhatDoesNotFitIsRefused) {
  const auto graph = test::small_graph();
  const auto states = test::random_observations(*graph, 1);
  const Tensor gradient = one_target_a_state(*graph, 1);
  for (const char* id : {"cpu", "reference"}) {
    const auto engine = nn::make_engine(id, graph);
    nn::Tape tape;
    nn::Pass pass = engine->forward(states.view(), {}, tape);
    nn::Tape ruled(&tape);
    const RulePass guided{{nn::rule::Guided{}, {}}, {0}};
    EXPECT_THROW(pass.backward(gradient.view(), guided, ruled), Error) << "not announced";
    pass = engine->forward(states.view(), {{}, {}, true}, tape);
    EXPECT_NO_THROW(pass.backward(gradient.view(), guided, ruled));
    const int conv = graph->find("conv1").value();
    RulePass misplaced;
    misplaced.rules.nodes.push_back({conv, nn::rule::Guided{}});
    EXPECT_THROW(pass.backward(gradient.view(), misplaced, ruled), Error);
    EXPECT_THROW(pass.backward(gradient.view(), {{nn::rule::Guided{}, {}}, {99}}, ruled), Error);
    const auto short_one = std::make_shared<const nn::Baseline>(3);
    for (const auto& baseline : {short_one, std::shared_ptr<const nn::Baseline>()}) {
      EXPECT_THROW(pass.backward(gradient.view(), {{nn::rule::Rescale{baseline}, {}}, {0}}, ruled),
                   Error);
    }
    RulePass half;
    half.rules.nodes.push_back({conv, nn::rule::Epsilon{}});
    EXPECT_THROW(pass.backward(gradient.view(), half, ruled), Error)
        << "relevance needs a rule for every layer";
  }
}

TEST(Rules, GuidedAndDeconvolutionByHand) {
  // q = (relu(x0) + relu(x1)) − 2·relu(x2) through one linear layer.
  using namespace nn;
  const auto weight = std::make_shared<Tensor>(Shape{1, 3});
  std::ranges::copy(std::vector<float>{1, 1, -2}, weight->data());
  const auto graph = std::make_shared<const Graph>(std::vector<Node>{
      {"input", Input{{3}}, {}}, {"relu", Relu{}, {0}}, {"q", Linear{weight, nullptr}, {1}}});
  const Tensor x(Shape{1, 3}, std::vector<float>{5, -5, 5}),
      gradient(Shape{1, 1}, std::vector{1.F});
  for (const char* id : {"cpu", "reference"}) {
    const auto engine = make_engine(id, graph);
    Tape tape;
    Pass pass = engine->forward(x.view(), {{}, {}, true}, tape);
    Tape ruled(&tape);
    const auto carried = [&](const Rule& rule) {
      pass.backward(gradient.view(), {{rule, {}}, {0}}, ruled);
      const auto values = ruled.gradient(0).values();
      return std::vector<float>(values.begin(), values.end());
    };
    EXPECT_EQ(carried(rule::Guided{}), (std::vector<float>{1, 0, 0}));
    EXPECT_EQ(carried(rule::Deconvolution{}), (std::vector<float>{1, 1, 0}));
    EXPECT_EQ(carried(rule::Gradient{}), (std::vector<float>{1, 0, -2}));
  }
}

}  // namespace
}  // namespace arcadecam
