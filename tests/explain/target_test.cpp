#include "arcadecam/explain/target.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <vector>

#include "arcadecam/core/error.h"
#include "arcadecam/explain/session.h"
#include "nn/reference/reference_network.h"
#include "support/networks.h"

namespace arcadecam::explain {
namespace {

const std::vector<float> kValues{-3, 2, 2, 1};

TEST(TargetTest, GreedyTakesTheFirstOfEquals) {
  EXPECT_EQ(Target::greedy().resolve(kValues), 1);
}

TEST(TargetTest, ParsesAndPrintsBack) {
  EXPECT_EQ(Target::parse("action:3").resolve(kValues), 3);
  for (const char* text :
       {"greedy",      "chosen",        "action:12",     "margin",          "margin:2",
        "margin:2/0",  "advantage",     "advantage:1",   "value",           "linear:1/-0.5/0/2",
        "probability", "probability:3", "logit",         "logit:3",         "finer",
        "finer:2",     "finer:2/0.5",   "atom-logit:50", "atom-logit:50/1", "atom-probability:0/2",
        "entropy",     "entropy:1",     "lower-tail",    "lower-tail:0.1",  "upper-tail:0.25/1",
        "upper-tail:1"}) {
    EXPECT_EQ(Target::parse(text).text(), text);
  }
}

TEST(TargetTest, RefusesWhatDoesNotExist) {
  for (const char* text :
       {"",           "action",        "action:",      "action:-1",    "action:1x", "best",
        "margin:",    "margin:1/1",    "margin:0/1/2", "advantage:x",  "value:1",   "linear",
        "linear:1//", "atom-logit",    "entropy:1/2",  "lower-tail:0", "greedy:1",  "chosen:",
        "logit:1.5",  "upper-tail:1.1"}) {
    EXPECT_THROW((void)Target::parse(text), Error) << text;
  }
  EXPECT_THROW((void)Target::action(4).resolve(kValues), Error);
  const auto dueling = test::golden_graph("dueling"), c51 = test::golden_graph("atari_c51");
  for (const char* text : {"action:6", "margin:0/6", "linear:1/2", "entropy", "atom-logit:0"}) {
    EXPECT_THROW(Target::parse(text).check(*dueling), Error) << text;
  }
  EXPECT_THROW(Target::parse("atom-logit:51").check(*c51), Error);
  EXPECT_NO_THROW(Target::parse("atom-logit:50/5").check(*c51));
}

TEST(TargetTest, ResolvingNamesEveryAction) {
  const auto resolved = [](const char* text) {
    return Target::parse(text).resolved(kValues).text();
  };
  EXPECT_EQ(resolved("greedy"), "action:1");
  EXPECT_EQ(resolved("margin"), "margin:1/2");
  EXPECT_EQ(resolved("margin:3"), "margin:3/1");
  EXPECT_EQ(resolved("advantage"), "advantage:1");
  EXPECT_EQ(resolved("value"), "value") << "the best action of whatever state";
  EXPECT_EQ(Target::parse("margin").of_choice(3).resolved(kValues).text(), "margin:3/1");
  EXPECT_EQ(Target::chosen().of_choice(0).text(), "action:0");
  EXPECT_EQ(Target::greedy().of_choice(0).text(), "greedy") << "whatever was played";
}

/// Every question, on a network without and with its own state value and on a distributional one.
class TargetOnNetwork : public testing::TestWithParam<std::tuple<const char*, const char*>> {};

TEST_P(TargetOnNetwork, GradientIsThatOfTheValue) {
  const auto graph = test::golden_graph(std::get<0>(GetParam()));
  const ByteTensor states = test::random_observations(*graph, 1);
  const auto engine = nn::make_engine("cpu", graph);
  const Target target = Target::parse(std::get<1>(GetParam()));
  target.check(*graph);
  // The value as a function of what the gradient is taken of: the output or the node before it.
  const int node = target.enters_before_output(*graph) ? target_node(*graph) : graph->output();
  nn::Tape tape;
  engine->forward(states.view(), {{node}, {}}, tape);
  const Outputs outputs{*graph, tape, 0};
  Tensor gradient(graph->shape(node));
  const Target fixed = target.resolved(outputs.values());
  fixed.gradient(outputs, gradient.values());
  EXPECT_DOUBLE_EQ(fixed.value_of(outputs), target.value_of(outputs));

  // A network that starts at this node, so that its values can be varied.
  Tensor at(graph->shape(node), tape.activation(node).values());
  const auto value_at = [&](std::int64_t i, float step) {
    const float before = at.data()[i];
    nn::Tape varied;
    at.data()[i] = before + step;
    Tensor& output = varied.begin_forward(1, graph->shape(graph->output()));
    std::ranges::copy(node == graph->output() ? at.values() : outputs.values(), output.data());
    std::ranges::copy(at.values(), varied.store_activation(node, graph->shape(node)).data());
    at.data()[i] = before;
    return fixed.value_of({*graph, varied, 0});
  };
  for (std::int64_t i = 0; i < at.size(); i += 7) {
    constexpr float kStep = 1e-3F;
    const double slope = (value_at(i, kStep) - value_at(i, -kStep)) / (2.0 * kStep);
    EXPECT_NEAR(gradient.data()[i], slope, 2e-3 * std::max(1.0, std::abs(slope))) << i;
  }
}

std::string test_name(const testing::TestParamInfo<std::tuple<const char*, const char*>>& test) {
  std::string name = std::string(std::get<0>(test.param)) + "_" + std::get<1>(test.param);
  for (char& c : name) c = std::isalnum(static_cast<unsigned char>(c)) != 0 ? c : '_';
  return name;
}

INSTANTIATE_TEST_SUITE_P(Values, TargetOnNetwork,
                         testing::Combine(testing::Values("atari_dqn", "dueling", "atari_c51"),
                                          testing::Values("greedy", "margin", "margin:2/0",
                                                          "advantage", "value", "probability",
                                                          "finer", "finer:4/0.5",
                                                          "linear:1/0/-2/0/0.5/1")),
                         test_name);
INSTANTIATE_TEST_SUITE_P(Distributions, TargetOnNetwork,
                         testing::Combine(testing::Values("atari_c51"),
                                          testing::Values("atom-logit:7", "atom-probability:25/2",
                                                          "entropy", "lower-tail",
                                                          "upper-tail:0.1/3", "upper-tail:1")),
                         test_name);

TEST(TargetTest, TailsOfADistributionAreItsConditionalMeans) {
  const auto graph = test::golden_graph("atari_c51");
  const auto engine = nn::make_engine("cpu", graph);
  nn::Tape tape;
  engine->forward(test::random_observations(*graph, 1).view(), {{target_node(*graph)}, {}}, tape);
  const Outputs outputs{*graph, tape, 0};
  const auto value = [&](const char* text) { return Target::parse(text).value_of(outputs); };
  const double mean = value("action:2");
  EXPECT_NEAR(value("lower-tail:1/2"), mean, 1e-5);
  EXPECT_NEAR(value("upper-tail:1/2"), mean, 1e-5);
  EXPECT_NEAR(0.3 * value("lower-tail:0.3/2") + 0.7 * value("upper-tail:0.7/2"), mean, 1e-5)
      << "the two tails of complementary shares are the whole";
  EXPECT_LT(value("lower-tail:0.3/2"), mean);
  double total = 0, entropy = 0, expected = 0;
  for (int atom = 0; atom < 51; ++atom) {
    const double p = value(fmt::format("atom-probability:{}/2", atom).c_str());
    total += p;
    entropy -= p * std::log(p);
    expected += p * (-10 + 0.4 * atom);
  }
  EXPECT_NEAR(total, 1, 1e-9);
  EXPECT_NEAR(value("entropy:2"), entropy, 1e-9);
  EXPECT_NEAR(expected, mean, 1e-5);
}

/// What a Session feeds in, against central differences of the target in the input.
TEST(TargetTest, SessionsExplainAnyQuestionAndMixThemInABatch) {
  for (const char* network : {"dueling", "atari_c51"}) {
    const auto graph = test::golden_graph(network);
    const bool distributional = std::string_view(network) == "atari_c51";
    std::vector<Target> targets;
    for (const char* text : {"value", "margin", distributional ? "entropy" : "advantage:3",
                             distributional ? "lower-tail:0.1" : "value"}) {
      targets.push_back(Target::parse(text));
    }
    const ByteTensor states = test::random_observations(*graph, std::ssize(targets));
    for (const char* name : {"cpu", "reference"}) {
      const auto engine = nn::make_engine(name, graph);
      Session batch(*engine, parse_methods("fullgrad"));
      batch.forward(states.view());
      batch.explain(targets);
      nn::ReferenceNetwork<double> slow(graph);
      for (std::int64_t n = 0; n < std::ssize(targets); ++n) {
        const auto bytes = states[n].values();
        std::vector<double> input(bytes.begin(), bytes.end());
        const Target fixed =
            targets[static_cast<std::size_t>(n)].resolved(batch.tape().output()[n].values());
        const auto value = [&] {
          slow.forward(input);
          nn::Tape tape;
          Tensor& output = tape.begin_forward(1, graph->shape(graph->output()));
          std::ranges::copy(slow.output(), output.data());
          const int node = target_node(*graph);
          std::ranges::copy(slow.activation(node),
                            tape.store_activation(node, graph->shape(node)).data());
          return fixed.value_of({*graph, tape, 0});
        };
        // A direction rather than a pixel: single differences drown in the output's rounding.
        const auto gradient = batch.tape().gradient(0)[n].values();
        double slope = 0;
        for (std::size_t i = 0; i < input.size(); ++i) {
          const double direction = std::sin(static_cast<double>(i));
          slope += gradient[i] * direction;
          input[i] += 1e-2 * direction;
        }
        const double above = value();
        for (std::size_t i = 0; i < input.size(); ++i)
          input[i] -= 2e-2 * std::sin(static_cast<double>(i));
        const double difference = (above - value()) / 2e-2;
        EXPECT_NEAR(slope, difference, 0.02 * std::abs(difference) + 1e-5)
            << network << " " << name << " " << fixed.text();
      }
    }
  }
}

/// Three outputs of two inputs: action values, logits, or the probabilities behind a softmax.
nn::Graph small_head(bool is_policy, bool softmax) {
  std::vector<nn::Node> nodes{{"input", nn::Input{{2}}, {}},
                              {"head", nn::Linear{test::random_weights({3, 2}, 5), nullptr}, {0}}};
  nodes.back().is_policy = is_policy;
  if (softmax) nodes.push_back({"softmax", nn::Softmax{}, {1}});
  return nn::Graph(std::move(nodes));
}

TEST(TargetTest, SaysInWordsWhatTheNetworkPutsOut) {
  const nn::Graph values = small_head(false, false), logits = small_head(true, false),
                  probabilities = small_head(false, true);
  const auto words = [](const char* target, const nn::Graph& graph) {
    return Target::parse(target).describe(graph);
  };
  EXPECT_EQ(words("chosen", values), "value of the chosen action");
  EXPECT_EQ(words("chosen", logits), "logit of the chosen action");
  EXPECT_EQ(words("greedy", probabilities), "probability of the greedy action");
  EXPECT_EQ(words("margin:2/1", logits), "logit of action 2 minus that of action 1");
  EXPECT_EQ(words("probability", logits), "the policy's probability of the chosen action");
  EXPECT_EQ(words("probability", values),
            "softmax probability of the chosen action among the actions");
  EXPECT_EQ(words("value", logits), "the largest logit of an action (the network has no critic)");
  constexpr std::array<std::string_view, 3> kNames{"NOOP", "LEFT", "RIGHT"};
  EXPECT_EQ(Target::parse("margin:2/1").describe(logits, kNames),
            "logit of action 2 (RIGHT) minus that of action 1 (LEFT)");
}

TEST(TargetTest, TakesTheProbabilitiesOfANetworkThatEndsWithASoftmaxAsTheyAre) {
  const auto graph = std::make_shared<const nn::Graph>(small_head(false, true));
  const auto engine = nn::make_engine("reference", graph, {});
  ByteTensor observation(Shape{1, 2}, std::vector<std::uint8_t>{1, 2});
  nn::Tape tape;
  engine->forward(observation.view(), {}, tape);
  const Outputs outputs{*graph, tape, 0};
  const Target target = Target::parse("probability:1");
  EXPECT_EQ(target.value_of(outputs), outputs.values()[1]);
  std::vector<float> gradient(3);
  target.gradient(outputs, gradient);
  EXPECT_EQ(gradient, (std::vector<float>{0, 1, 0}));
}

}  // namespace
}  // namespace arcadecam::explain
