// Relevance rules against dense matrices and conservation.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>

#include "arcadecam/nn/engine.h"
#include "support/networks.h"

namespace arcadecam {
namespace {

using nn::Rule;
using nn::RuleMap;
using test::random_weights;
namespace rule = nn::rule;

using Vector = std::vector<double>;
using Matrix = std::vector<Vector>;  // [output][input]

/// A layer as z = W·x + b, found by asking the network.
struct Dense {
  Matrix weights;
  Vector bias;
};

Tensor random_input(const nn::Graph& graph, std::uint64_t seed) {
  return Tensor(graph.shape(0).batch_of(1), random_weights(graph.shape(0), seed, 1)->values());
}

Dense dense(nn::Engine& engine) {
  const nn::Graph& graph = engine.graph();
  Tensor x(graph.shape(0).batch_of(1));
  nn::Tape tape;
  const auto run = [&] {
    engine.forward(TensorView(x.view()), {}, tape);
    return Vector(tape.output().values().begin(), tape.output().values().end());
  };
  Dense result{{}, run()};
  result.weights.assign(result.bias.size(), Vector(static_cast<std::size_t>(x.size())));
  for (std::size_t i = 0; i < x.values().size(); ++i) {
    x.values()[i] = 1;
    const Vector z = run();
    x.values()[i] = 0;
    for (std::size_t j = 0; j < z.size(); ++j) {
      const double w = z[j] - result.bias[j];
      result.weights[j][i] = std::abs(w) < 1e-6 ? 0 : w;
    }
  }
  return result;
}

/// Σ_j R_j·n(x_i, w_ij, z_j) / (Σ_i n + n_b(b_j, z_j)) for a rule's contribution n.
using Contribution = std::function<double(double, double, double)>;
using BiasPart = std::function<double(double, double)>;
Vector shares(const Dense& layer, const Vector& x, const Vector& relevance,
              const Contribution& contribution, const BiasPart& bias_part) {
  Vector result(x.size());
  for (std::size_t j = 0; j < relevance.size(); ++j) {
    double z = layer.bias[j];
    for (std::size_t i = 0; i < x.size(); ++i) z += layer.weights[j][i] * x[i];
    double sum = bias_part(layer.bias[j], z);
    for (std::size_t i = 0; i < x.size(); ++i) sum += contribution(x[i], layer.weights[j][i], z);
    if (sum == 0) continue;
    for (std::size_t i = 0; i < x.size(); ++i)
      result[i] += contribution(x[i], layer.weights[j][i], z) / sum * relevance[j];
  }
  return result;
}

double plus(double v) {
  return v > 0 ? v : 0;
}
double minus(double v) {
  return v < 0 ? v : 0;
}
double none(double, double) {
  return 0;
}

struct RelevanceCase {
  std::string name;
  Rule rule;
  std::function<Vector(const Dense&, const Vector&, const Vector&)> expected;
};

std::vector<RelevanceCase> cases() {
  std::vector<RelevanceCase> list;
  const auto product = [](double x, double w, double) { return x * w; };
  list.push_back(
      {"epsilon", rule::Epsilon{0.05F, true}, [=](const auto& layer, const auto& x, const auto& r) {
         // With what stabilises as if it were a bias.
         return shares(layer, x, r, product,
                       [](double b, double z) { return b + (z < 0 ? -0.05 : 0.05); });
       }});
  list.push_back({"epsilon without bias", rule::Epsilon{0, false},
                  [=](const auto& layer, const auto& x, const auto& r) {
                    return shares(layer, x, r, product, none);
                  }});
  list.push_back(
      {"gamma", rule::Gamma{0.5F, true}, [](const auto& layer, const auto& x, const auto& r) {
         const auto favour = [](double v, double z) {
           return v + 0.5 * (z < 0 ? minus(v) : plus(v));
         };
         return shares(
             layer, x, r, [&](double a, double w, double z) { return favour(a * w, z); }, favour);
       }});
  list.push_back({"z+", rule::AlphaBeta{}, [](const auto& layer, const auto& x, const auto& r) {
                    return shares(
                        layer, x, r, [](double a, double w, double) { return plus(a * w); },
                        [](double b, double) { return plus(b); });
                  }});
  list.push_back({"alpha 2 beta 1", rule::AlphaBeta{2, 1, false},
                  [](const auto& layer, const auto& x, const auto& r) {
                    Vector result = shares(
                        layer, x, r, [](double a, double w, double) { return plus(a * w); }, none);
                    const Vector against = shares(
                        layer, x, r, [](double a, double w, double) { return minus(a * w); }, none);
                    for (std::size_t i = 0; i < result.size(); ++i)
                      result[i] = 2 * result[i] - against[i];
                    return result;
                  }});
  list.push_back({"flat", rule::Flat{}, [](const auto& layer, const auto& x, const auto& r) {
                    return shares(
                        layer, x, r, [](double, double w, double) { return w == 0 ? 0.0 : 1.0; },
                        none);
                  }});
  list.push_back({"w^2", rule::WSquare{}, [](const auto& layer, const auto& x, const auto& r) {
                    return shares(
                        layer, x, r, [](double, double w, double) { return w * w; }, none);
                  }});
  list.push_back({"box", rule::ZBox{-1, 1.5F}, [](const auto& layer, const auto& x, const auto& r) {
                    return shares(
                        layer, x, r,
                        [](double a, double w, double) { return a * w + plus(w) - 1.5 * minus(w); },
                        none);
                  }});
  list.push_back({"argmax", rule::Argmax{}, [](const auto& layer, const auto& x, const auto& r) {
                    Vector result(x.size());
                    for (std::size_t j = 0; j < r.size(); ++j) {
                      std::size_t best = x.size();
                      for (std::size_t i = 0; i < x.size(); ++i) {
                        if (layer.weights[j][i] == 0) continue;  // outside the window
                        if (best == x.size() ||
                            x[i] * layer.weights[j][i] > x[best] * layer.weights[j][best])
                          best = i;
                      }
                      result[best] += r[j];
                    }
                    return result;
                  }});
  return list;
}

nn::BatchNorm2d random_norm(std::int64_t channels, std::uint64_t seed) {
  const auto variance = std::make_shared<Tensor>(Shape{channels});
  for (std::int64_t c = 0; c < channels; ++c)
    variance->data()[c] = 0.5F * static_cast<float>(1 << c % 4);
  return {random_weights({channels}, seed), random_weights({channels}, seed + 1),
          random_weights({channels}, seed + 2), variance, 1e-5F};
}

/// One layer, its input of both signs: linear; convolution with padding and stride; the same with a
/// batch normalisation to be merged, behind it, in front of it (also of a linear layer), on both
/// sides.
std::shared_ptr<const nn::Graph> one_layer(const std::string& kind) {
  using namespace nn;
  if (kind == "linear") {
    return std::make_shared<const Graph>(
        std::vector<Node>{{"input", Input{{7}}, {}},
                          {"q", Linear{random_weights({5, 7}, 1), random_weights({5}, 2)}, {0}}});
  }
  std::vector<Node> nodes{{"input", Input{{3, 6, 6}}, {}}};
  const auto add = [&](const std::string& name, Op op) {
    nodes.push_back({name, std::move(op), {static_cast<int>(nodes.size()) - 1}});
  };
  if (kind != "convolution" && kind != "normalised") add("before", random_norm(3, 11));
  if (kind == "preceded_linear") {
    add("flatten", Flatten{});
    add("q", Linear{random_weights({5, 108}, 1), random_weights({5}, 2)});
    return std::make_shared<const Graph>(nodes);
  }
  add("conv", Conv2d{random_weights({4, 3, 3, 3}, 3), random_weights({4}, 4), 2, 1});
  if (kind == "normalised" || kind == "between") add("bn", random_norm(4, 5));
  add("q", Flatten{});
  return std::make_shared<const Graph>(nodes);
}

class OneLayer : public testing::TestWithParam<std::tuple<std::string, std::string>> {};

TEST_P(OneLayer, EveryRuleEqualsItsFormulaOnTheDenseMatrix) {
  const auto& [id, kind] = GetParam();
  const auto graph = one_layer(kind);
  const auto engine = nn::make_engine(id, graph);
  const Dense layer = dense(*engine);
  const Tensor x = random_input(*graph, 8);
  const Tensor gradient(graph->shape(graph->output()).batch_of(1),
                        random_weights(graph->shape(graph->output()), 9)->values());
  nn::Tape tape;
  nn::Pass pass = engine->forward(TensorView(x.view()), {{}, {}, true}, tape);
  Vector relevance;
  for (std::int64_t j = 0; j < gradient.size(); ++j)
    relevance.push_back(double{tape.output().data()[j]} * gradient.data()[j]);
  nn::Tape ruled(&tape);
  for (const RelevanceCase& test : cases()) {
    pass.backward(gradient.view(), {{test.rule, {}}, {0}}, ruled);
    const Vector expected =
        test.expected(layer, Vector(x.values().begin(), x.values().end()), relevance);
    const std::vector<float> rounded(expected.begin(), expected.end());
    EXPECT_LT(test::relative_difference(ruled.gradient(0).values(), rounded), 2e-4) << test.name;
  }
}

INSTANTIATE_TEST_SUITE_P(
    All, OneLayer,
    testing::Combine(testing::Values("cpu", "reference"),
                     testing::Values("linear", "convolution", "normalised", "preceded", "between",
                                     "preceded_linear")),
    [](const auto& layer) { return std::get<0>(layer.param) + "_" + std::get<1>(layer.param); });

class Conservation : public testing::TestWithParam<std::tuple<std::string, std::string>> {};

TEST_P(Conservation, WhatEntersAtTheHeadArrivesAtTheInput) {
  const auto& [id, network] = GetParam();
  const auto graph = network == "small" ? test::small_graph() : test::golden_graph(network);
  const auto engine = nn::make_engine(id, graph);
  const auto states = test::random_observations(*graph, 2);
  nn::Tape tape;
  nn::Pass pass = engine->forward(states.view(), {{}, {}, true}, tape);
  Tensor gradient(tape.output().shape());
  for (std::int64_t n = 0; n < 2; ++n) gradient[n].data()[n] = 1;
  const bool distributional = network == "atari_c51";
  const int entry = distributional ? graph->size() - 2 : graph->output();
  nn::Tape ruled(&tape);
  const std::vector<Rule> rules{rule::Epsilon{0, false},
                                rule::Gamma{0.25F, false},
                                rule::AlphaBeta{1, 0, false},
                                rule::AlphaBeta{2, 1, false},
                                rule::Flat{},
                                rule::WSquare{},
                                rule::Argmax{}};
  for (std::size_t k = 0; k < rules.size(); ++k) {
    pass.backward(gradient.view(), {{rules[k], {}}, {0, entry}}, ruled);
    for (std::int64_t n = 0; n < 2; ++n) {
      double arrived = 0, entered = 0, size = 0;
      for (const float r : ruled.gradient(0)[n].values()) {
        arrived += r;
        size += std::abs(r);
      }
      for (const float r : ruled.gradient(entry)[n].values()) entered += r;
      if (!distributional) {
        EXPECT_NEAR(entered, tape.output()[n].data()[n], 1e-6);
      }
      EXPECT_NEAR(arrived, entered, 1e-4 * std::max(size, std::abs(entered))) << "rule " << k;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(All, Conservation,
                         testing::Combine(testing::Values("cpu", "reference"),
                                          testing::Values("atari_c51", "dueling", "convbn")),
                         [](const auto& test) {
                           return std::get<0>(test.param) + "_" + std::get<1>(test.param);
                         });

/// A batch normalisation in front of a convolution, and one that two nodes read.
std::shared_ptr<const nn::Graph> normalised_graph(bool shared) {
  using namespace nn;
  std::vector<Node> nodes{
      {"input", Input{{2, 11, 11}}, {}},
      {"conv", Conv2d{random_weights({4, 2, 3, 3}, 1), random_weights({4}, 2), 1, 1}, {0}},
      {"relu", Relu{}, {1}},
      {"bn", random_norm(4, 3), {2}},
      {"conv2", Conv2d{random_weights({4, 4, 3, 3}, 7), random_weights({4}, 8), 1, 1}, {3}}};
  if (shared) nodes.push_back({"add", Add{}, {3, 4}});
  const auto add = [&](const std::string& name, Op op) {
    nodes.push_back({name, std::move(op), {static_cast<int>(nodes.size()) - 1}});
  };
  add("relu2", Relu{});
  add("flatten", Flatten{});
  add("q", Linear{random_weights({3, 484}, 9), random_weights({3}, 10)});
  return std::make_shared<const Graph>(nodes);
}

class ConservationWithoutBiases
    : public testing::TestWithParam<std::tuple<std::string, std::string>> {
 protected:
  static std::shared_ptr<const nn::Graph> network(const std::string& name) {
    if (name == "gru" || name == "lstm") return test::recurrent_graph(name == "lstm");
    if (name == "smooth") return test::smooth_graph();
    return normalised_graph(name == "shared_norm");
  }
};

TEST_P(ConservationWithoutBiases, WhatEntersArrivesAtTheInputAndWhatIsRemembered) {
  const auto& [id, name] = GetParam();
  const auto graph = network(name);
  const auto engine = nn::make_engine(id, graph);
  const auto states = test::random_observations(*graph, 2);
  std::vector<int> watched{0, graph->output()};
  watched.insert(watched.end(), graph->states().begin(), graph->states().end());
  std::vector<Rule> rules{rule::Epsilon{0, false}, rule::Gamma{0.25F, false}, rule::WSquare{},
                          rule::Argmax{}};
  // z⁺ loses what arrives where no contribution is positive, which happens with four hidden values.
  if (graph->states().empty()) rules.emplace_back(rule::AlphaBeta{1, 0, false});
  for (const bool remembers : {false, true}) {
    if (remembers && graph->states().empty()) continue;
    Tensor memory;
    if (remembers) memory = *random_weights({2, graph->state_size()}, 20);
    nn::Tape tape, ruled(&tape);
    nn::Pass pass = engine->forward({states.view(), memory.view()}, {{}, {}, true}, tape);
    Tensor gradient(tape.output().shape());
    for (std::int64_t n = 0; n < 2; ++n) gradient[n].data()[n] = 1;
    for (std::size_t k = 0; k < rules.size(); ++k) {
      pass.backward(gradient.view(), {{rules[k], {}, false}, watched}, ruled);
      for (std::int64_t n = 0; n < 2; ++n) {
        double arrived = 0, size = 0, remembered = 0;
        for (const int node : watched) {
          if (node == graph->output()) continue;
          for (const float r : ruled.gradient(node)[n].values()) {
            arrived += r;
            size += std::abs(r);
            if (node != 0) remembered += std::abs(r);
          }
        }
        EXPECT_NEAR(arrived, tape.output()[n].data()[n], 1e-4 * size) << "rule " << k;
        // Some rules give shares whatever the inputs are.
        if (k < 2) {
          EXPECT_EQ(remembered > 0, remembers) << "rule " << k;
        }
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(
    All, ConservationWithoutBiases,
    testing::Combine(testing::Values("cpu", "reference"),
                     testing::Values("norm_in_front", "shared_norm", "gru", "lstm", "smooth")),
    [](const auto& test) { return std::get<0>(test.param) + "_" + std::get<1>(test.param); });

TEST(Relevance, ConstantsTakeTheirShareUnlessTheyAreLeftOut) {
  const auto graph = normalised_graph(true);
  for (const char* id : {"cpu", "reference"}) {
    const auto engine = nn::make_engine(id, graph);
    const auto states = test::random_observations(*graph, 1);
    nn::Tape tape, ruled(&tape);
    nn::Pass pass = engine->forward(states.view(), {{}, {}, true}, tape);
    Tensor gradient(tape.output().shape());
    gradient.data()[0] = 1;
    const auto arrived = [&](bool bias) {
      pass.backward(gradient.view(), {{rule::Epsilon{0, false}, {}, bias}, {0}}, ruled);
      double sum = 0;
      for (const float r : ruled.gradient(0).values()) sum += r;
      return sum / tape.output().data()[0];
    };
    EXPECT_NEAR(arrived(false), 1, 1e-3) << id;
    EXPECT_GT(std::abs(arrived(true) - 1), 0.003) << id << ": the shift of 'bn' is one";
    EXPECT_NEAR(arrived(false), 1, 1e-3) << id << ": what was compiled for one is not the other's";
  }
}

}  // namespace
}  // namespace arcadecam
