// What every method promises, on every network and engine.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <deque>

#include "arcadecam/explain/map_algebra.h"
#include "arcadecam/explain/session.h"
#include "support/networks.h"

namespace arcadecam::explain {
namespace {

std::shared_ptr<const nn::Graph> network(const std::string& name) {
  return name == "small" ? test::small_graph() : test::golden_graph(name);
}

std::vector<std::string> method_ids() {
  std::vector<std::string> ids;
  for (const Method* method : methods()) ids.emplace_back(method->id);
  return ids;
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

  [[nodiscard]] std::vector<MethodSpec> spec() const { return {{std::string(method_->id), {}}}; }
  [[nodiscard]] Shape plane() const { return graph_->shape(0).inner(); }

  static constexpr std::int64_t kBatch = 3;
  const Method* method_ = nullptr;
  std::shared_ptr<const nn::Graph> graph_;
  std::unique_ptr<nn::Engine> engine_;
  ByteTensor states_;
  std::vector<Target> targets_;
};

TEST_P(Conformance, MapsHaveTheInputsSizeAndLieBetweenZeroAndOne) {
  Session session(*engine_, spec());
  session.forward(states_.view());
  session.explain(targets_);
  for (std::int64_t n = 0; n < kBatch; ++n) {
    const Attribution& result = session.result(0, n);
    EXPECT_EQ(result.map.shape(), plane());
    for (const float value : result.map.values()) ASSERT_TRUE(value >= 0 && value <= 1) << value;
    for (const float value : result.raw.values()) ASSERT_TRUE(std::isfinite(value));
    EXPECT_EQ(result.completeness.has_value(), method_->promise.complete);
  }
}

TEST_P(Conformance, ABatchWithDifferentTargetsEqualsSingleRuns) {
  Session batch(*engine_, spec());
  batch.forward(states_.view());
  batch.explain(targets_);
  Session single(*engine_, spec());
  for (std::int64_t n = 0; n < kBatch; ++n) {
    single.forward(ByteTensorView(states_[n].data(), states_.shape().inner().batch_of(1)));
    single.explain(std::vector{targets_[static_cast<std::size_t>(n)]});
    const auto a = single.result(0, 0).map.values(), b = batch.result(0, n).map.values();
    for (std::size_t i = 0; i < a.size(); ++i) ASSERT_NEAR(a[i], b[i], 1e-4);
  }
}

TEST_P(Conformance, TheSameCallGivesTheSameBytes) {
  Session first(*engine_, spec()), second(*engine_, spec());
  for (Session* session : {&first, &second}) {
    session->forward(states_.view());
    session->explain(targets_);
  }
  for (std::int64_t n = 0; n < kBatch; ++n) {
    EXPECT_TRUE(
        std::ranges::equal(first.result(0, n).raw.values(), second.result(0, n).raw.values()));
  }
}

/// A method's results for an output gradient of any scale, through the Explainer itself.
std::vector<float> map_for_gradient(const Method& method, nn::Engine& engine,
                                    const ByteTensor& states,
                                    const std::vector<float>& output_gradient,
                                    Attribution& result) {
  std::vector<Param> known(method.params().begin(), method.params().end());
  const auto explainer = method.make(engine.graph(), Params({std::string(method.id), {}}, known));
  nn::Tape tape;
  const ByteTensorView one(states.data(), states.shape().inner().batch_of(1));
  nn::Watch watch = explainer->watch();
  watch.rules = !explainer->rules().empty();
  engine.forward(one, watch, tape);
  const Tensor gradient(Shape{1, std::ssize(output_gradient)}, output_gradient);
  engine.backward(gradient.view(), tape);
  std::deque<nn::Tape> tapes;
  std::vector<const nn::Tape*> ruled;
  for (const nn::RulePass& pass : explainer->rules()) {
    engine.backward(gradient.view(), pass, tapes.emplace_back(&tape));
    ruled.push_back(&tapes.back());
  }
  Probe probe(engine);
  explainer->explain({engine.graph(), tape, one, 0, 0, Target::action(0), probe, ruled}, result);
  std::vector<float> map(result.map.values().begin(), result.map.values().end());
  minmax(map);  // as displayed
  return map;
}

TEST_P(Conformance, AZeroGradientGivesAZeroMap) {
  if (!method_->promise.uses_decision || !method_->promise.vanishes) return;
  Attribution result;
  const std::vector<float> zero(static_cast<std::size_t>(graph_->actions()), 0.0F);
  map_for_gradient(*method_, *engine_, states_, zero, result);
  EXPECT_TRUE(result.says_nothing());
}

TEST_P(Conformance, PromisesAboutTheTargetAreKept) {
  const auto actions = static_cast<std::size_t>(graph_->actions());
  std::vector<float> one(actions, 0.0F), other(actions, 0.0F), sum(actions, 0.0F),
      doubled(actions, 0.0F);
  one[0] = sum[0] = 1;
  doubled[0] = 2;
  other[1] = sum[1] = 1;
  Attribution a, b, both, twice;
  const auto map = map_for_gradient(*method_, *engine_, states_, one, a);
  map_for_gradient(*method_, *engine_, states_, other, b);
  map_for_gradient(*method_, *engine_, states_, sum, both);
  const auto scaled = map_for_gradient(*method_, *engine_, states_, doubled, twice);
  if (method_->promise.linear) {
    std::vector<float> added(a.raw.values().begin(), a.raw.values().end());
    for (std::size_t i = 0; i < added.size(); ++i) added[i] += b.raw.data()[i];
    EXPECT_LT(test::relative_difference(added, both.raw.values()), 1e-4);
  }
  if (method_->promise.scale_invariant) {
    // The references' epsilons break this in the last digits where gradients are small.
    EXPECT_LT(test::relative_difference(scaled, map), 0.02);
  }
  if (method_->promise.is_signed) {
    std::vector<float> negative(actions, 0.0F);
    negative[0] = -1;
    Attribution minus;
    map_for_gradient(*method_, *engine_, states_, negative, minus);
    const auto below_zero = [](const Attribution& result) {
      return std::ranges::any_of(result.raw.values(), [](float v) { return v < 0; });
    };
    bool any = below_zero(a) || below_zero(minus);
    // A method with a question of its own does not turn with the target's sign.
    Session session(*engine_, spec());
    session.forward(states_.view());
    session.explain(targets_);
    for (std::int64_t n = 0; n < kBatch; ++n) any = any || below_zero(session.result(0, n));
    EXPECT_TRUE(any) << "a method that promises a sign shows one";
  }
}

std::string case_name(
    const testing::TestParamInfo<std::tuple<std::string, std::string, std::string>>& test) {
  std::string name =
      std::get<0>(test.param) + "_" + std::get<1>(test.param) + "_" + std::get<2>(test.param);
  std::string result;
  for (const char c : name) result += c == '+' ? "plus" : c == '-' ? "_" : std::string(1, c);
  return result;
}

INSTANTIATE_TEST_SUITE_P(Onednn, Conformance,
                         testing::Combine(testing::ValuesIn(method_ids()),
                                          testing::Values("small", "atari_dqn", "atari_c51",
                                                          "convbn", "dueling", "trained_pong"),
                                          testing::Values("onednn")),
                         case_name);
INSTANTIATE_TEST_SUITE_P(Reference, Conformance,
                         testing::Combine(testing::ValuesIn(method_ids()),
                                          testing::Values("small", "atari_c51", "convbn",
                                                          "dueling"),
                                          testing::Values("reference")),
                         case_name);

}  // namespace
}  // namespace arcadecam::explain
