// Every question to every method that reads one decision's passes.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "arcadecam/explain/session.h"
#include "support/networks.h"

namespace arcadecam::explain {
namespace {

struct Case {
  const char *network, *engine;
};

std::vector<Target> questions(bool distributional) {
  std::vector<Target> targets;
  for (const char* text : {"greedy", "action:2", "margin", "margin:0/2", "advantage", "advantage:1",
                           "value", "probability", "logit:1", "finer"}) {
    targets.push_back(Target::parse(text));
  }
  if (distributional) {
    for (const char* text :
         {"atom-logit:20", "atom-probability:25/1", "entropy", "lower-tail", "upper-tail:0.1/2"}) {
      targets.push_back(Target::parse(text));
    }
  }
  return targets;
}

class Questions : public testing::TestWithParam<Case> {
 protected:
  void SetUp() override {
    const std::string name = GetParam().network;
    graph_ = name == "small" ? test::small_graph() : test::golden_graph(name);
    engine_ = nn::make_engine(GetParam().engine, graph_);
    targets_ = questions(name == "atari_c51");
    states_ = test::random_observations(*graph_, std::ssize(targets_));
    for (const Method* method : methods()) {
      const std::span<const Param> own = method->params();
      std::vector<Param> known(own.begin(), own.end());
      known.insert(known.end(), common_params().begin(), common_params().end());
      const MethodSpec spec{std::string(method->id), {}};
      // What probes asks its question of every probe, which costs hundreds of passes.
      if (method->make(*graph_, Params(spec, known))->probes()) continue;
      specs_.push_back(spec);
      methods_.push_back(method);
    }
  }
  [[nodiscard]] ByteTensorView state(std::int64_t n) const {
    return {states_[n].data(), states_.shape().inner().batch_of(1)};
  }

  std::shared_ptr<const nn::Graph> graph_;
  std::unique_ptr<nn::Engine> engine_;
  std::vector<Target> targets_;
  ByteTensor states_;
  std::vector<MethodSpec> specs_;
  std::vector<const Method*> methods_;
};

TEST_P(Questions, ABatchOfDifferentOnesEqualsSingleRuns) {
  Session batch(*engine_, specs_), single(*engine_, specs_);
  batch.forward(states_.view());
  batch.explain(targets_);
  for (std::int64_t n = 0; n < std::ssize(targets_); ++n) {
    single.forward(state(n));
    single.explain(std::vector{targets_[static_cast<std::size_t>(n)]});
    for (std::size_t m = 0; m < specs_.size(); ++m) {
      const Attribution &a = batch.result(m, n), &b = single.result(m, 0);
      const std::string what =
          fmt::format("{} of {}", specs_[m].id, targets_[static_cast<std::size_t>(n)].text());
      for (const float value : a.map.values()) ASSERT_TRUE(value >= 0 && value <= 1) << what;
      for (const float value : a.raw.values()) ASSERT_TRUE(std::isfinite(value)) << what;
      EXPECT_EQ(a.signed_map.empty(), !methods_[m]->promise.is_signed) << what;
      if (!a.planes.empty()) {
        EXPECT_EQ(a.planes.shape(), graph_->shape(0)) << what;
      }
      // Relative to the numbers' size; a random map is that of its observation.
      EXPECT_LT(test::relative_difference(a.raw.values(), b.raw.values()), 2e-3) << what;
    }
  }
}

TEST_P(Questions, LinearMethodsSubtractLikeTheQuestion) {
  Session session(*engine_, specs_);
  session.forward(state(0));
  std::vector<std::vector<float>> parts[3];
  for (int k = 0; k < 3; ++k) {
    session.explain(std::vector{Target::parse(
        std::array{"action:0", "action:2", "margin:0/2"}[static_cast<std::size_t>(k)])});
    for (std::size_t m = 0; m < specs_.size(); ++m) {
      const auto raw = session.result(m, 0).raw.values();
      parts[k].emplace_back(raw.begin(), raw.end());
    }
  }
  for (std::size_t m = 0; m < specs_.size(); ++m) {
    if (!methods_[m]->promise.linear) continue;
    std::vector<float> difference = parts[0][m];
    double size = 0;
    for (std::size_t i = 0; i < difference.size(); ++i) {
      size = std::max(size, static_cast<double>(std::abs(difference[i])));
      difference[i] -= parts[1][m][i];
    }
    for (std::size_t i = 0; i < difference.size(); ++i)
      ASSERT_NEAR(difference[i], parts[2][m][i], 1e-4 * size) << specs_[m].id;
  }
}

TEST_P(Questions, CompleteMethodsSumToTheirValueWhereTheNetworkIsPiecewiseLinear) {
  Session session(*engine_, specs_);
  session.forward(states_.view());
  session.explain(targets_);
  for (std::size_t m = 0; m < specs_.size(); ++m) {
    if (!methods_[m]->promise.complete) continue;
    for (std::int64_t n = 0; n < std::ssize(targets_); ++n) {
      const Target& target = targets_[static_cast<std::size_t>(n)];
      const auto& terms = session.result(m, n).completeness;
      ASSERT_TRUE(terms.has_value()) << specs_[m].id;
      // What a method relative to a baseline sums to is a difference of two values.
      if (specs_[m].id == "fullgrad") {
        EXPECT_NEAR(terms->output, target.value_of({*graph_, session.tape(), n}),
                    1e-5 * std::max(1.0, std::abs(terms->output)));
      }
      const bool linear = target.text() != "probability" && target.text() != "finer";
      if (linear && std::string_view(GetParam().network) == "dueling") {
        EXPECT_LT(terms->relative_residual(), 1e-5) << specs_[m].id << " " << target.text();
      }
    }
  }
}

std::string targets_case_name(const testing::TestParamInfo<Case>& test) {
  return fmt::format("{}_{}", test.param.network, test.param.engine);
}

INSTANTIATE_TEST_SUITE_P(Networks, Questions,
                         testing::Values(Case{"small", "cpu"}, Case{"small", "reference"},
                                         Case{"dueling", "cpu"}, Case{"atari_c51", "cpu"},
                                         Case{"convbn", "cpu"}),
                         targets_case_name);

}  // namespace
}  // namespace arcadecam::explain
