// The value of an actor-critic's critic: explained where it is asked, not computed where it is not.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "arcadecam/explain/session.h"
#include "nn/reference/reference_network.h"
#include "support/networks.h"

namespace arcadecam::explain {
namespace {

class Critic : public testing::TestWithParam<std::tuple<bool, const char*>> {
 protected:
  std::shared_ptr<const nn::Graph> graph_ = test::actor_critic_graph(std::get<0>(GetParam()));
  std::unique_ptr<nn::Engine> engine_ = nn::make_engine(std::get<1>(GetParam()), graph_);
  ByteTensor state_ = test::random_observations(*graph_, 1);
  Target value_ = Target::parse("value");
};

TEST_P(Critic, IsNotComputedWhereNobodyAsks) {
  Session session(*engine_, parse_methods("gradcam,fullgrad,lrp"));
  session.forward(state_.view());
  session.explain(std::vector{Target::chosen()});
  EXPECT_THROW((void)session.tape().activation(*graph_->value()), Error);
  EXPECT_EQ(session.tape().forward_passes(), 1);
  // Not even asked in passing: a changed critic leaves the policy's bytes alone.
  std::vector<nn::Node> nodes(graph_->nodes().begin(), graph_->nodes().end());
  std::get<nn::Linear>(nodes[static_cast<std::size_t>(*graph_->value())].op).weight =
      test::random_weights({1, 5}, 99);
  const auto other = std::make_shared<const nn::Graph>(std::move(nodes));
  const auto engine = nn::make_engine(std::get<1>(GetParam()), other);
  Session same(*engine, parse_methods("gradcam,fullgrad,lrp"));
  same.forward(state_.view());
  same.explain(std::vector{Target::chosen()});
  for (std::size_t m = 0; m < 3; ++m) {
    EXPECT_TRUE(
        std::ranges::equal(session.result(m, 0).raw.values(), same.result(m, 0).raw.values()));
  }
}

TEST_P(Critic, GradientsAreThoseOfItsValue) {
  Session session(*engine_, parse_methods("fullgrad"), value_);
  session.forward(state_.view());
  session.explain(std::vector{value_});
  EXPECT_EQ(session.tape().forward_passes(), 1);
  const auto gradient = session.tape().gradient(0)[0].values();
  nn::ReferenceNetwork<double> slow(graph_);
  std::vector<double> input(state_.values().begin(), state_.values().end());
  const auto value = [&] {
    slow.forward(input);
    return slow.activation(*graph_->value())[0];
  };
  EXPECT_NEAR(session.result(0, 0).completeness->output, value(), 1e-5);
  for (std::size_t i = 0; i < input.size(); i += 3) {
    input[i] += 1e-3;
    const double above = value();
    input[i] -= 2e-3;
    const double slope = (above - value()) / 2e-3;
    input[i] += 1e-3;
    EXPECT_NEAR(gradient[i], slope, 1e-4 * std::max(0.01, std::abs(slope))) << i;
  }
}

TEST_P(Critic, AQuestionThatNobodyAnnouncedCostsAPass) {
  Session announced(*engine_, parse_methods("fullgrad"), value_);
  announced.forward(state_.view());
  announced.explain(std::vector{value_});
  Session session(*engine_, parse_methods("fullgrad"));
  session.forward(state_.view());
  session.explain(std::vector{value_});
  EXPECT_EQ(session.tape().forward_passes(), 2);
  EXPECT_EQ(session.result(0, 0).completeness->output, announced.result(0, 0).completeness->output);
  session.forward(state_.view());
  session.explain(std::vector{value_});
  EXPECT_EQ(session.tape().forward_passes(), 3) << "from then on it is kept";
}

TEST_P(Critic, MethodsLookAtItsLayersAndCanAskForThemselves) {
  const bool shared = std::get<0>(GetParam());
  Session session(*engine_, parse_methods("gradcam:target=value,gradcam"));
  session.forward(state_.view());
  session.explain(std::vector{Target::chosen()});
  EXPECT_EQ(session.result(0, 0).layers[0].layer, shared ? "policy.conv2" : "critic.conv2");
  EXPECT_EQ(session.result(1, 0).layers[0].layer, "policy.conv2");
  Session alone(*engine_, parse_methods("gradcam"), value_);
  alone.forward(state_.view());
  alone.explain(std::vector{value_});
  EXPECT_LT(
      test::relative_difference(session.result(0, 0).raw.values(), alone.result(0, 0).raw.values()),
      1e-5);
}

TEST_P(Critic, EveryMethodExplainsIt) {
  for (const Method* method : methods()) {
    const std::string few = method->id == "rise" ? ":masks=3:grid=3" : "";
    Session session(*engine_, parse_methods(std::string(method->id) + few), value_);
    session.forward(state_.view());
    session.set_objects({{{"a thing", std::vector<PixelBox>(2, PixelBox{1, 2, 6, 4})}}});
    session.explain(std::vector{value_});
    for (const float number : session.result(0, 0).raw.values())
      ASSERT_TRUE(std::isfinite(number)) << method->id;
  }
}

TEST_P(Critic, WhatAMethodReadsBesideItsQuestionIsThere) {
  // All methods and the scores of perturbation, plain and averaged, asked about the policy and
  // about the critic, announced or not.
  std::vector<std::string> texts{"perturbation:score=value", "perturbation:score=target"};
  for (const Method* method : methods()) texts.emplace_back(method->id);
  const bool slow = std::string(std::get<1>(GetParam())) != "cpu";
  for (const std::string& text : texts) {
    std::string few;
    if (text.starts_with("perturbation") || text == "sarfa") few = ":stride=5";
    if (text == "rise") few = ":masks=3:grid=3";
    if (text == "occlusion") few = ":window=5:stride=5";
    if (text == "smooth-fullgrad" || text == "gradient-shap") few = ":draws=2";
    if (text == "integrated-gradients") few = ":steps=2";
    for (const std::string average : {"", ":noise=0.1:samples=2", ":shifts=1"}) {
      if (slow && !average.empty()) continue;
      for (const char* about : {"chosen", "value"}) {
        Session session(*engine_, parse_methods(text + few + average), Target::parse(about));
        for (const char* target : {"chosen", "value"}) {
          session.forward(state_.view());
          session.set_objects({{{"a thing", std::vector<PixelBox>(2, PixelBox{1, 2, 6, 4})}}});
          EXPECT_NO_THROW(session.explain(std::vector{Target::parse(target)}))
              << text << average << " about " << about << " asked " << target;
        }
      }
    }
  }
}

TEST_P(Critic, PerturbationScoresTheCriticsChange) {
  // Half the squared change of V at the first place of the grid, by hand.
  Session session(*engine_, parse_methods("perturbation:score=value:stride=11:mask=2:blur=1"));
  session.forward(state_.view());
  session.explain(std::vector{Target::chosen()});
  std::vector<double> pixels(state_.values().begin(), state_.values().end());
  nn::ReferenceNetwork<double> slow(graph_);
  const auto value = [&] {
    slow.forward(pixels);
    return slow.activation(*graph_->value())[0];
  };
  const double before = value();
  Tensor mask(Shape{11, 11});
  for (const std::size_t pixel : {0UL, 1UL, 11UL}) mask.data()[pixel] = 1;
  gaussian_smooth(mask.view(), 2);
  const float top = *std::ranges::max_element(mask.values());
  for (std::size_t c = 0; c < 2; ++c) {
    Tensor blurred(Shape{11, 11});
    for (std::size_t i = 0; i < 121; ++i)
      blurred.data()[i] = static_cast<float>(pixels[c * 121 + i]);
    gaussian_smooth(blurred.view(), 1);
    for (std::size_t i = 0; i < 121; ++i) {
      const double m = mask.data()[i] / top;
      double& x = pixels[c * 121 + i];
      x = x * (1 - m) + blurred.data()[i] * m;
    }
  }
  const double score = std::pow(before - value(), 2) / 2;
  EXPECT_GT(score, 0);
  for (const float raw : session.result(0, 0).raw.values())
    EXPECT_NEAR(raw, score, 1e-3 * score) << "one place, stretched";
}

INSTANTIATE_TEST_SUITE_P(All, Critic,
                         testing::Combine(testing::Bool(),
                                          testing::Values("cpu", "reference", "compared")));

TEST(Critics, TargetsSayWhoseValueItIs) {
  EXPECT_EQ(Target::parse("value").describe(*test::actor_critic_graph(true)),
            "the state's value (the critic's)");
}

}  // namespace
}  // namespace arcadecam::explain
