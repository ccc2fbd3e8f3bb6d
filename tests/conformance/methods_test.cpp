// What every method promises, on every network and engine.
#include <fmt/ranges.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "arcadecam/explain/session.h"
#include "support/networks.h"
#include "support/sanitized.h"

namespace arcadecam::explain {
namespace {

std::shared_ptr<const nn::Graph> network(const std::string& name) {
  if (name == "small") return test::small_graph();
  if (name == "critic") return test::actor_critic_graph(true);
  if (name == "residual") return test::residual_graph();
  if (name == "quantiles") return test::quantile_graph();
  if (name == "smooth") return test::smooth_graph();
  if (name == "standardised") return test::standardised_graph();
  if (name == "gru" || name == "lstm") return test::recurrent_graph(name == "lstm");
  return test::golden_graph(name);
}

/// `nodes` with what `node` gives times `factor`: the last layers' weights, biases and support.
void scale_output(std::vector<nn::Node>& nodes, int node, float factor) {
  const auto scaled = [&](const nn::Weights& weights) -> nn::Weights {
    if (!weights) return nullptr;
    auto result = std::make_shared<Tensor>(*weights);
    for (float& value : result->values()) value *= factor;
    return result;
  };
  nn::Node& here = nodes[static_cast<std::size_t>(node)];
  if (auto* linear = std::get_if<nn::Linear>(&here.op)) {
    *linear = {scaled(linear->weight), scaled(linear->bias)};
  } else if (auto* expectation = std::get_if<nn::ExpectedValue>(&here.op)) {
    expectation->support = scaled(expectation->support);
  } else {
    ASSERT_TRUE(std::holds_alternative<nn::Dueling>(here.op)) << here.name;
    for (const int input : here.inputs) scale_output(nodes, input, factor);
  }
}

/// The network with `factor` times its values.
std::shared_ptr<const nn::Graph> scaled_network(const nn::Graph& graph, float factor) {
  std::vector<nn::Node> nodes(graph.nodes().begin(), graph.nodes().end());
  scale_output(nodes, graph.output(), factor);
  return std::make_shared<const nn::Graph>(std::move(nodes));
}

class Conformance
    : public testing::TestWithParam<std::tuple<std::string, std::string, std::string>> {
 protected:
  void SetUp() override {
    const auto& [method, network_name, engine] = GetParam();
    method_ = &find_method(method);
    graph_ = network(network_name);
    engine_ = nn::make_engine(engine, graph_);
    states_ = test::random_observations(*graph_, kBatch);
    for (std::int64_t n = 0; n < kBatch; ++n) {
      targets_.push_back(Target::action(static_cast<int>(n % graph_->actions())));
    }
  }

  /// The method with few samples where it has many.
  [[nodiscard]] std::vector<MethodSpec> spec() const {
    const std::int64_t half = plane()[0] / 2;
    const std::map<std::string_view, std::string> few{
        {"gradient-shap", ":draws=3"},
        {"integrated-gradients", ":steps=4"},
        {"occlusion", fmt::format(":window={}:stride={}", half, half)},
        {"perturbation", fmt::format(":stride={}", half)},
        {"rise", ":masks=6:grid=3"},
        {"sarfa", fmt::format(":stride={}", half)},
        {"sess", ":sizes=2"},
        {"smooth-fullgrad", ":draws=3"}};
    const auto at = few.find(method_->id);
    return parse_methods(std::string(method_->id) + (at == few.end() ? "" : at->second));
  }
  /// What the first state's explanation is.
  Attribution explain_one(const Target& target, std::vector<MethodSpec> specs = {}) {
    return explain_one(*engine_, target, std::move(specs));
  }
  Attribution explain_one(nn::Engine& engine, const Target& target,
                          std::vector<MethodSpec> specs = {}) {
    Session session(engine, specs.empty() ? spec() : specs);
    session.forward(ByteTensorView(states_.data(), states_.shape().inner().batch_of(1)));
    session.set_objects({objects_});
    session.explain(std::vector{target});
    return session.result(0, 0);
  }
  [[nodiscard]] Shape plane() const { return graph_->shape(0).inner(); }

  static constexpr std::int64_t kBatch = 3;
  const Method* method_ = nullptr;
  std::shared_ptr<const nn::Graph> graph_;
  std::unique_ptr<nn::Engine> engine_;
  ByteTensor states_;
  std::vector<Target> targets_;
  std::vector<Object> objects_{{"all over", std::vector<PixelBox>(4, PixelBox{1, 2, 6, 4})},
                               {"one frame", {PixelBox{7, 7, 3, 9}}}};
};

TEST_P(Conformance, MapsHaveTheInputsSizeAndLieBetweenZeroAndOne) {
  Session session(*engine_, spec());
  session.forward(states_.view());
  session.set_objects({objects_, objects_, objects_});
  session.explain(targets_);
  for (std::int64_t n = 0; n < kBatch; ++n) {
    const Attribution& result = session.result(0, n);
    EXPECT_EQ(result.map.shape(), plane());
    for (const float value : result.map.values()) ASSERT_TRUE(value >= 0 && value <= 1) << value;
    for (const float value : result.raw.values()) ASSERT_TRUE(std::isfinite(value));
    // Relevance is measured, though biases may take a part of it.
    EXPECT_EQ(result.completeness.has_value(), method_->promise.complete || method_->id == "lrp");
  }
}

TEST_P(Conformance, ABatchWithDifferentTargetsEqualsSingleRuns) {
  Session batch(*engine_, spec());
  batch.forward(states_.view());
  batch.set_objects({objects_, objects_, objects_});
  batch.explain(targets_);
  Session single(*engine_, spec());
  for (std::int64_t n = 0; n < kBatch; ++n) {
    single.forward(ByteTensorView(states_[n].data(), states_.shape().inner().batch_of(1)));
    single.set_objects({objects_});
    single.explain(std::vector{targets_[static_cast<std::size_t>(n)]});
    const auto a = single.result(0, 0).map.values(), b = batch.result(0, n).map.values();
    for (std::size_t i = 0; i < a.size(); ++i) ASSERT_NEAR(a[i], b[i], 1e-4);
  }
}

TEST_P(Conformance, TheSameCallGivesTheSameBytes) {
  Session first(*engine_, spec()), second(*engine_, spec());
  for (Session* session : {&first, &second}) {
    session->forward(states_.view());
    session->set_objects({objects_, objects_, objects_});
    session->explain(targets_);
  }
  for (std::int64_t n = 0; n < kBatch; ++n) {
    EXPECT_TRUE(
        std::ranges::equal(first.result(0, n).raw.values(), second.result(0, n).raw.values()));
  }
}

/// The target Σ weight·value with these first weights and zeros behind them.
Target linear(const nn::Graph& graph, std::vector<int> weights) {
  weights.resize(static_cast<std::size_t>(graph.actions()));
  return Target::parse(fmt::format("linear:{}", fmt::join(weights, "/")));
}

TEST_P(Conformance, AZeroTargetGivesAZeroMap) {
  const Attribution zero = explain_one(linear(*graph_, {}));
  if (method_->promise.uses_decision && method_->promise.vanishes) {
    EXPECT_TRUE(zero.says_nothing());
    EXPECT_FALSE(zero.warnings.empty()) << "and says why";
    return;
  }
  // A baseline has no question, and the others ask one of their own about the same action.
  const Attribution one = explain_one(linear(*graph_, {1}));
  ASSERT_FALSE(one.raw.values().empty());
  EXPECT_TRUE(std::ranges::equal(zero.raw.values(), one.raw.values()));
}

TEST_P(Conformance, WhereNothingDependsOnTheInputTheMapSaysSo) {
  // What the last layer multiplies by zero leaves its bias, or nothing.
  std::vector<nn::Node> nodes(graph_->nodes().begin(), graph_->nodes().end());
  const auto deafen = [&](auto& self, int node) -> void {
    nn::Node& here = nodes[static_cast<std::size_t>(node)];
    if (auto* layer = std::get_if<nn::Linear>(&here.op)) {
      layer->weight = std::make_shared<Tensor>(layer->weight->shape());
      return;
    }
    for (const int input : here.inputs) self(self, input);
  };
  deafen(deafen, graph_->output());
  const auto engine =
      nn::make_engine(std::get<2>(GetParam()), std::make_shared<const nn::Graph>(std::move(nodes)));
  for (const char* target : {"action:1", "advantage:1"}) {
    const Attribution result = explain_one(*engine, Target::parse(target));
    if (!method_->promise.uses_decision) {
      // A baseline does not look at what the last layer makes of the rest.
      const Attribution before = explain_one(Target::parse(target));
      EXPECT_TRUE(std::ranges::equal(result.raw.values(), before.raw.values()));
      continue;
    }
    EXPECT_TRUE(result.says_nothing()) << target;
    const bool reason = std::ranges::any_of(result.warnings, [](Warning warning) {
      return warning == Warning::kZeroGradient || warning == Warning::kConstant;
    });
    EXPECT_TRUE(reason) << target << ": and the reason is no evidence against it";
    // FullGrad's terms hold the biases of a softmax's logits.
    if (method_->id != "fullgrad") {
      EXPECT_EQ(std::ranges::count(result.warnings, Warning::kIncomplete), 0) << target;
    }
  }
}

TEST_P(Conformance, ScaleInvariantMapsStayWhenTheNetworksValuesAreScaled) {
  const Attribution as_it_is = explain_one(Target::action(1));
  // About 1e-4 and 1e4, in powers of two: nothing is rounded otherwise.
  for (const float factor : {0x1p-13F, 0x1p13F}) {
    const auto engine = nn::make_engine(std::get<2>(GetParam()), scaled_network(*graph_, factor));
    const Attribution scaled = explain_one(*engine, Target::action(1));
    for (const float value : scaled.map.values()) ASSERT_TRUE(value >= 0 && value <= 1) << value;
    if (method_->promise.scale_invariant) {
      EXPECT_LT(test::relative_difference(scaled.map.values(), as_it_is.map.values()), 2e-3)
          << "values times " << factor;
    }
  }
}

TEST_P(Conformance, PromisesAboutTheTargetAreKept) {
  const Attribution a = explain_one(linear(*graph_, {1}));
  if (method_->promise.linear) {
    const Attribution b = explain_one(linear(*graph_, {0, 1})),
                      both = explain_one(linear(*graph_, {1, 1}));
    std::vector<float> added(a.raw.values().begin(), a.raw.values().end());
    for (std::size_t i = 0; i < added.size(); ++i) added[i] += b.raw.data()[i];
    EXPECT_LT(test::relative_difference(added, both.raw.values()), 1e-3);
  }
  if (method_->promise.scale_invariant) {
    const Attribution twice = explain_one(linear(*graph_, {2}));
    EXPECT_LT(test::relative_difference(twice.map.values(), a.map.values()), 2e-3);
  }
  if (method_->promise.is_signed) {
    const auto below_zero = [](const Attribution& result) {
      return std::ranges::any_of(result.raw.values(), [](float v) { return v < 0; });
    };
    bool any = below_zero(a) || below_zero(explain_one(linear(*graph_, {-1})));
    // A method with a question of its own does not turn with the target's sign.
    Session session(*engine_, spec());
    session.forward(states_.view());
    session.set_objects({objects_, objects_, objects_});
    session.explain(targets_);
    for (std::int64_t n = 0; n < kBatch; ++n) any = any || below_zero(session.result(0, n));
    EXPECT_TRUE(any) << "a method that promises a sign shows one";
  }
  if (method_->promise.stochastic) {
    auto other = spec();
    other[0].values.emplace_back("seed", "1");
    const Attribution reseeded = explain_one(linear(*graph_, {1}), other);
    EXPECT_FALSE(std::ranges::equal(a.raw.values(), reseeded.raw.values())) << "another seed";
  }
  if (method_->extra_passes.empty()) {
    EXPECT_EQ(a.probes, PassCount{});
  }
}

std::string methods_case_name(
    const testing::TestParamInfo<std::tuple<std::string, std::string, std::string>>& test) {
  std::string name =
      std::get<0>(test.param) + "_" + std::get<1>(test.param) + "_" + std::get<2>(test.param);
  std::string result;
  for (const char c : name) result += c == '+' ? "plus" : c == '-' ? "_" : std::string(1, c);
  return result;
}

/// Every method on every network; where it runs the network many times and the engine is slow, on
/// the small one.
std::vector<std::tuple<std::string, std::string, std::string>> cases(
    const std::string& engine, const std::vector<std::string>& networks) {
  std::vector<std::tuple<std::string, std::string, std::string>> list;
  for (const Method* method : methods()) {
    for (const std::string& name : networks) {
      if (engine == "reference" && name != "small" && !method->extra_passes.empty()) continue;
      list.emplace_back(method->id, name, engine);
    }
  }
  return list;
}

INSTANTIATE_TEST_SUITE_P(Cpu, Conformance,
                         testing::ValuesIn(cases("cpu", {"small", "critic", "gru", "lstm",
                                                         "residual", "quantiles", "smooth",
                                                         "standardised", "atari_dqn", "atari_c51",
                                                         "convbn", "dueling", "trained_pong"})),
                         methods_case_name);
// Instrumented, the reference engine takes minutes for whole Atari networks, and its loops are the
// same for the small one.
std::vector<std::string> for_reference() {
  if (test::is_sanitized()) return {"small"};
  return {"small", "atari_c51", "convbn", "dueling"};
}
INSTANTIATE_TEST_SUITE_P(Reference, Conformance,
                         testing::ValuesIn(cases("reference", for_reference())), methods_case_name);

}  // namespace
}  // namespace arcadecam::explain
