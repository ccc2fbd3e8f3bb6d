// Measures against what Quantus 0.6.0 says of the same arrays, of a network with a bend, under the
// same draws.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <optional>

#include "measure/pixel_order.h"
#include "measure/pixel_sets.h"
#include "measure/stability.h"
#include "measure/statistics.h"
#include "measure/toy.h"

namespace arcadecam::measure {
namespace {

/// Made by scripts/golden/more_measures.py.
class Quantus : public testing::Test {
 protected:
  static constexpr std::int64_t kPixels = 144;

  Quantus() {
    const auto tensor = [&](const char* name) {
      return std::make_shared<const Tensor>(golden_.get<float>(name));
    };
    std::vector<nn::Node> nodes;
    nodes.push_back({"input", nn::Input{Shape{1, 12, 12}}, {}});
    nodes.push_back({"scale", nn::Scale{1.0F / 255}, {0}});
    nodes.push_back({"flat", nn::Flatten{}, {1}});
    nodes.push_back({"hidden", nn::Linear{tensor("w1"), tensor("b1")}, {2}});
    nodes.push_back({"bend", nn::Relu{}, {3}});
    nodes.push_back({"q", nn::Linear{tensor("w2"), tensor("b2")}, {4}});
    network_ = test::network_of(std::make_shared<const nn::Graph>(std::move(nodes)));
    context_.emplace(network_, question_);
  }

  /// States of the pictures, with the action of the largest output.
  std::vector<State> states_of(const char* pictures) {
    const auto bytes = golden_.get<std::uint8_t>(pictures);
    std::vector<State> states;
    for (std::int64_t n = 0; n < bytes.shape()[0]; ++n) {
      State& state = states.emplace_back();
      state.index = state.rank = state.step = n;
      state.observation = ByteTensor(bytes[n].shape(), bytes[n].values());
      state.action = context_->decide(state.observation, {}).action;
    }
    return states;
  }

  /// The map of a state, and what it is a map of.
  test::GivenMap given(const State& state, const char* maps) {
    const auto all = golden_.get<float>(maps);
    const auto values = all[state.index].values();
    return {*context_, state, {values.begin(), values.end()}};
  }

  /// Holds a measure without draws against what Quantus says of every map.
  void expect_equal(const std::string& measure, const std::string& statistic,
                    const std::string& golden) {
    const auto expected = golden_.get<double>(golden);
    for (const State& state : states_of("pictures")) {
      const test::GivenMap map = given(state, "maps");
      const test::Found found(*context_, measure, map.subject());
      EXPECT_NEAR(found[statistic], expected.data()[state.index], 1e-5) << state.index;
    }
  }

  /// What a measure that compares states finds, by statistic; missing where it says nothing.
  std::vector<std::map<std::string, double>> compared(const std::string& measure) {
    const auto scorer = parse_measures(measure).front().make();
    for (const State& state : states_of("many_pictures"))
      scorer->remember(given(state, "many_maps").subject());
    std::vector<std::map<std::string, double>> found;
    for (const auto& list : scorer->compare_all()) {
      auto& of_state = found.emplace_back();
      for (const Finding& finding : list) of_state[finding.statistic] = finding.value;
    }
    return found;
  }

  test::GoldenArrays golden_{"evaluate/quantus.npz"};
  Network network_;
  Question question_{explain::Target::chosen(), "reference", 5};
  std::optional<Context> context_;
};

TEST_F(Quantus, FaithfulnessCorrelationOfTheSetsThatItDrew) {
  const auto sets = golden_.get<std::int64_t>("sets");
  const auto expected = golden_.get<double>("faithfulness_correlation");
  for (const State& state : states_of("pictures")) {
    std::vector<PixelSet> drawn;
    for (std::int64_t run = 0; run < sets.shape()[0]; ++run) {
      const auto set = sets[run][state.index].values();
      drawn.emplace_back(set.begin(), set.end());
    }
    const test::GivenMap map = given(state, "maps");
    const Subject subject = map.subject();
    EXPECT_NEAR(pearson(sums_over(subject.map(), drawn), losses(*context_, subject, drawn)),
                expected.data()[state.index], 1e-5)
        << state.index;
  }
}

TEST_F(Quantus, FaithfulnessEstimate) {
  expect_equal("faithfulness-estimate:pixels=12", "correlation", "faithfulness_estimate");
}

TEST_F(Quantus, MonotonicityWhenItPutsThePicturesPixelsBack) {
  expect_equal("monotonicity:pixels=48", "monotone", "monotonicity");
}

TEST_F(Quantus, MonotonicityCorrelationUnderTheSameGreys) {
  const auto all_greys = golden_.get<float>("greys");
  const auto expected = golden_.get<double>("monotonicity_correlation");
  const std::int64_t steps = all_greys.shape()[0], samples = all_greys.shape()[1];
  for (const State& state : states_of("pictures")) {
    const test::GivenMap map = given(state, "maps");
    const Subject subject = map.subject();
    auto order = pixel_order(subject.map(), Random(1));
    std::ranges::reverse(order);
    const std::vector<PixelSet> sets = steps_of(order, 12);
    ASSERT_EQ(std::ssize(sets), steps);
    std::vector<float> greys;
    for (std::int64_t i = 0; i < steps * samples; ++i)
      greys.push_back(all_greys.data()[i * all_greys.shape()[2] + state.index]);
    EXPECT_NEAR(
        spearman(sums_over(subject.map(), sets), squared_changes(*context_, subject, sets, greys)),
        expected.data()[state.index], 1e-5)
        << state.index;
  }
}

TEST_F(Quantus, RelativeStabilityUnderTheSameNoise) {
  const auto noisy = golden_.get<float>("noisy");
  const auto by_input = golden_.get<double>("relative_input_stability"),
             by_output = golden_.get<double>("relative_output_stability");
  const std::vector<State> states = states_of("pictures");
  std::vector<const State*> borrowed;
  for (const State& state : states) borrowed.push_back(&state);
  context_->use(explain::parse_methods("input-x-gradient").front());
  std::int64_t seen = 0;
  context_->explain_states(borrowed, [&](const Subject& subject) {
    const std::int64_t n = subject.state.index;
    std::vector<Tensor> pictures;
    for (std::int64_t sample = 0; sample < noisy.shape()[0]; ++sample)
      pictures.emplace_back(Shape{1, 12, 12}, noisy[sample][n].values());
    const auto changes = relative_changes(*context_, subject, pictures);
    const double input = *largest_ratio(changes, &RelativeChange::picture);
    const double output = *largest_ratio(changes, &RelativeChange::outputs);
    EXPECT_NEAR(input / by_input.data()[n], 1, 1e-4) << n;
    EXPECT_NEAR(output / by_output.data()[n], 1, 1e-4) << n;
    ++seen;
  });
  EXPECT_EQ(seen, by_input.size());
}

TEST_F(Quantus, Sufficiency) {
  const auto expected = golden_.get<double>("sufficiency");
  const auto found = compared("sufficiency:within=0.7");
  ASSERT_EQ(std::ssize(found), expected.size());
  for (std::size_t n = 0; n < found.size(); ++n)
    EXPECT_NEAR(found[n].at("sufficiency"), expected.data()[n], 1e-5) << n;
}

TEST_F(Quantus, Consistency) {
  const auto expected = golden_.get<double>("consistency");
  const auto found = compared("consistency:grid=4:cells=2");
  ASSERT_EQ(std::ssize(found), expected.size());
  for (std::size_t n = 0; n < found.size(); ++n) {
    // Quantus counts 0 where no map is alike.
    const double value = found[n].contains("consistency") ? found[n].at("consistency") : 0;
    EXPECT_NEAR(value, expected.data()[n], 1e-5) << n;
    EXPECT_EQ(found[n].contains("consistency"), found[n].at("alike") > 0) << n;
  }
}

}  // namespace
}  // namespace arcadecam::measure
