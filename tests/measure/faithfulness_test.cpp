// Measures that remove or add pixels, change them a little, or compare states: closed forms on a
// network without bends, and slow references.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <numeric>
#include <set>

#include "measure/pixel_sets.h"
#include "measure/stability.h"
#include "measure/statistics.h"
#include "measure/toy.h"

namespace arcadecam::measure {
namespace {

class OneLayer : public testing::Test {
 protected:
  static constexpr std::int64_t kSide = 12, kPixels = kSide * kSide;

  OneLayer() { state_.action = 1; }

  /// What each pixel adds to the value of the state's action.
  [[nodiscard]] std::vector<float> parts() const {
    const auto& linear = std::get<nn::Linear>(network_.graph->node(2).op);
    std::vector<float> all;
    for (std::int64_t i = 0; i < kPixels; ++i)
      all.push_back(linear.weight->data()[kPixels + i] *
                    static_cast<float>(state_.observation.data()[i]));
    return all;
  }
  [[nodiscard]] double bias() const {
    return static_cast<double>(std::get<nn::Linear>(network_.graph->node(2).op).bias->data()[1]);
  }
  [[nodiscard]] test::Found found_of(const std::string& measure, const std::vector<float>& map) {
    const test::GivenMap given(context_, state_, map);
    return {context_, measure, given.subject()};
  }

  Network network_ = test::network_of(test::linear_graph(kSide, 3));
  Question question_{explain::Target::chosen(), "reference", 5};
  Context context_{network_, question_};
  State state_ = test::state_of(*network_.graph);
};

TEST_F(OneLayer, TheTruthAgreesWhollyAndItsOppositeNot) {
  std::vector<float> truth = parts(), opposite = truth;
  for (float& value : opposite) value = -value;
  for (const std::string measure :
       {"faithfulness-correlation:pixels=20", "faithfulness-estimate:pixels=12"}) {
    EXPECT_NEAR(found_of(measure, truth)["correlation"], 1, 1e-5) << measure;
    EXPECT_NEAR(found_of(measure, opposite)["correlation"], -1, 1e-5) << measure;
  }
}

TEST_F(OneLayer, AnEvenMapAgreesWithNothing) {
  const std::vector<float> even(kPixels, 1);
  for (const char* measure :
       {"faithfulness-correlation:pixels=20", "faithfulness-estimate:pixels=12",
        "monotonicity-correlation:pixels=12"})
    EXPECT_EQ(found_of(measure, even)["correlation"], 0) << measure;
  // A map that is zero everywhere says nothing, and one set has no correlation.
  const std::vector<float> empty(kPixels, 0), truth = parts();
  for (const char* measure :
       {"faithfulness-correlation", "faithfulness-estimate", "monotonicity",
        "monotonicity-correlation", "relative-input-stability", "relative-output-stability"})
    EXPECT_TRUE(found_of(measure, empty).all().empty()) << measure;
  for (const char* measure : {"faithfulness-estimate:pixels=144", "monotonicity:pixels=200"})
    EXPECT_TRUE(found_of(measure, truth).all().empty()) << measure;
}

TEST_F(OneLayer, MonotonicityCountsTheStepsThatRise) {
  const std::vector<float> part = parts();
  std::vector<float> map;
  for (std::int64_t i = 0; i < kPixels; ++i)
    map.push_back(static_cast<float>(i * 31 % kPixels + 1));
  // Weakest first, ten at a time; the picture starts black.
  std::vector<std::int64_t> order(kPixels);
  std::iota(order.begin(), order.end(), std::int64_t{0});
  std::ranges::sort(order, {}, [&](std::int64_t i) { return map[static_cast<std::size_t>(i)]; });
  std::vector<double> values;
  double value = bias();
  for (std::int64_t i = 0; i < kPixels; ++i) {
    value +=
        static_cast<double>(part[static_cast<std::size_t>(order[static_cast<std::size_t>(i)])]);
    if (i % 10 == 9 || i == kPixels - 1) values.push_back(value);
  }
  ASSERT_EQ(values.size(), 15U);
  int rises = 0;
  for (std::size_t i = 1; i < values.size(); ++i) rises += values[i] >= values[i - 1] ? 1 : 0;
  const test::Found mixed = found_of("monotonicity:pixels=10", map);
  EXPECT_NEAR(mixed["rises"], rises / 14.0, 1e-12);
  EXPECT_EQ(mixed["monotone"], 0);
  // Whatever falls is on the first step, which is not compared with anything: all others rise.
  std::vector<float> good;
  for (const float one : part) good.push_back(one < 0 ? 0.0F : 1 + one);
  const auto falling = std::ranges::count_if(part, [](float one) { return one < 0; });
  const test::Found rising = found_of("monotonicity:pixels=" + std::to_string(falling), good);
  EXPECT_EQ(rising["monotone"], 1);
  EXPECT_EQ(rising["rises"], 1);
}

TEST_F(OneLayer, TheTargetVariesWithTheWeightsThatGoTogether) {
  // A set's grey moves the value by (grey·Σw − Σw·x): slowly, by hand.
  const test::GivenMap given(context_, state_, std::vector<float>(kPixels, 1));
  const std::vector<PixelSet> sets{{0, 5, 77}, {10}, {1, 2, 3, 143}};
  const std::vector<float> greys{0, 100, 255, 30, 7, 200};
  const auto changes = squared_changes(context_, given.subject(), sets, greys);
  const auto& weight = *std::get<nn::Linear>(network_.graph->node(2).op).weight;
  for (std::size_t s = 0; s < sets.size(); ++s) {
    double expected = 0;
    for (std::size_t n = 0; n < 2; ++n) {
      double change = 0;
      for (const std::int64_t pixel : sets[s])
        change += static_cast<double>(weight.data()[kPixels + pixel]) *
                  (static_cast<double>(greys[2 * s + n]) - state_.observation.data()[pixel]);
      expected += change * change / 2;
    }
    EXPECT_NEAR(changes[s], expected, 1e-4 * std::max(1.0, expected)) << s;
  }
}

TEST(SetDraw, DrawsWithoutReplacementAndNeverTheSameOrder) {
  SetDraw draw(50, Random(4));
  const PixelSet first = draw.draw(20), second = draw.draw(20), all = draw.draw(50);
  for (const PixelSet& set : {first, second, all}) {
    const std::set<std::int64_t> distinct(set.begin(), set.end());
    EXPECT_EQ(distinct.size(), set.size());
    EXPECT_GE(*distinct.begin(), 0);
    EXPECT_LT(*distinct.rbegin(), 50);
  }
  EXPECT_NE(first, second);
  EXPECT_EQ(SetDraw(50, Random(4)).draw(20), first);
}

TEST_F(OneLayer, AMapOfWeightsIsStableAndARandomOneIsNot) {
  for (const std::string measure : {"relative-input-stability", "relative-output-stability"}) {
    double still = -1, moving = -1;
    for (const char* method : {"saliency", "random"}) {
      context_.use(explain::parse_methods(method).front());
      context_.explain_states(std::array<const State*, 1>{&state_}, [&](const Subject& subject) {
        const test::Found found(context_, measure + ":reach=0.0001", subject);
        (method == std::string("saliency") ? still : moving) = found["largest"];
      });
    }
    EXPECT_NEAR(still, 0, 1e-3) << measure;
    EXPECT_GT(moving, 1) << measure;
  }
}

TEST(LargestRatio, IsOfPicturesThatKeepTheAction) {
  const std::vector<RelativeChange> changes{
      {2, 4, 1, true}, {9, 1, 1, false}, {3, 2, 0, true}, {0, 0, 0, true}};
  EXPECT_EQ(*largest_ratio(changes, &RelativeChange::picture), 1.5);
  EXPECT_EQ(*largest_ratio(changes, &RelativeChange::outputs), 3 / kSmallest);
  const std::vector<RelativeChange> none{{9, 1, 1, false}};
  EXPECT_FALSE(largest_ratio(none, &RelativeChange::picture).has_value());
}

TEST(NoisyPictures, StayWithinReachAndBetweenBlackAndWhite) {
  ByteTensor picture(Shape{1, 20, 20});
  for (std::int64_t i = 0; i < picture.size(); ++i)
    picture.data()[i] = static_cast<std::uint8_t>(i % 3 == 0 ? 0 : i % 3 == 1 ? 128 : 255);
  const auto noisy = noisy_pictures(picture, 2, 0.1, Random(3));
  ASSERT_EQ(noisy.size(), 2U);
  double lowest = 255, highest = -255;
  for (std::int64_t i = 0; i < picture.size(); ++i) {
    const double value = noisy[1].data()[i], step = value - picture.data()[i];
    EXPECT_GE(value, 0);
    EXPECT_LE(value, 255);
    EXPECT_LE(std::abs(step), 25.5 + 1e-4);
    if (i % 3 == 1) lowest = std::min(lowest, step), highest = std::max(highest, step);
  }
  EXPECT_LT(lowest, -20) << "noise darkens as much as it brightens";
  EXPECT_GT(highest, 20);
  EXPECT_NE(noisy[0].data()[1], noisy[1].data()[1]);
}

/// States of which each has a map and an action.
class ManyStates : public OneLayer {
 protected:
  using Lists = std::vector<std::vector<Finding>>;

  /// Compares maps, whose states decide for action 0 or 1.
  Lists compared(const std::string& measure,
                 const std::vector<std::pair<std::vector<float>, int>>& all) {
    const auto scorer = parse_measures(measure).front().make();
    for (int round = 0; round < 2; ++round) {  // nothing of the first is left in the second
      for (const auto& [map, action] : all) {
        const test::GivenMap given(context_, state_, map);
        const std::vector<float> values{action == 0 ? 1.0F : 0.0F, action == 0 ? 0.0F : 1.0F};
        const Subject subject = given.subject();
        scorer->remember({state_, subject.target, action, values, 1, subject.attribution});
      }
      lists_ = scorer->compare_all();
    }
    return lists_;
  }
  static std::map<std::string, double> numbers(const std::vector<Finding>& list) {
    std::map<std::string, double> all;
    for (const Finding& finding : list) all[finding.statistic] = finding.value;
    return all;
  }
  /// Bright at two pixels.
  static std::vector<float> at(std::int64_t first, std::int64_t second, float other = 0.5F) {
    std::vector<float> map(kPixels, 0.0F);
    map[static_cast<std::size_t>(first)] = 1;
    map[static_cast<std::size_t>(second)] = other;
    return map;
  }

  Lists lists_;
};

TEST_F(ManyStates, SufficiencyIsTheShareOfNearMapsThatLeadToTheSameAction) {
  const std::vector<float> none(kPixels, 0.0F);
  // Only two pixels ever vary: 0 and 100. Maps one, two and three are near each other.
  const auto found =
      compared("sufficiency:within=0.5",
               {{at(0, 5), 1}, {at(0, 5, 0.5F), 1}, {at(0, 5), 0}, {none, 1}, {at(100, 5), 1}});
  ASSERT_EQ(found.size(), 5U);
  auto first = numbers(found[0]);
  EXPECT_EQ(first.at("sufficiency"), 0.5);
  EXPECT_NEAR(first.at("over-chance"), 0.5 - 2.0 / 3, 1e-12);
  EXPECT_NEAR(first.at("near"), 2.0 / 3, 1e-12);
  EXPECT_EQ(numbers(found[2]).at("sufficiency"), 0);
  EXPECT_TRUE(found[3].empty()) << "a map that says nothing is compared with no other";
  EXPECT_EQ(numbers(found[4]), (std::map<std::string, double>{{"near", 0}}));
}

TEST_F(ManyStates, TheNearestPairsAreNearWithoutALimit) {
  // Ten pairs, of which the first two states' are nearest; 10 % of them is one.
  std::vector<std::pair<std::vector<float>, int>> all;
  for (const float bright : {0.1F, 0.11F, 0.3F, 0.6F, 1.0F}) all.emplace_back(at(0, 5, bright), 1);
  all[1].second = 0;
  const auto found = compared("sufficiency:nearest=10", all);
  EXPECT_EQ(numbers(found[0]).at("sufficiency"), 0);
  EXPECT_EQ(numbers(found[1]).at("near"), 0.25);
  for (const std::size_t other : {2U, 3U, 4U})
    EXPECT_EQ(numbers(found[other]), (std::map<std::string, double>{{"near", 0}}));
  const auto half = compared("sufficiency:nearest=100", all);
  for (const auto& list : half) EXPECT_EQ(numbers(list).at("near"), 1);
}

TEST_F(ManyStates, MapsThatNeverVaryAreAllNear) {
  const auto found =
      compared("sufficiency:within=0", {{at(0, 5), 1}, {at(0, 5), 1}, {at(0, 5), 0}});
  EXPECT_EQ(numbers(found[0]).at("sufficiency"), 0.5);
  EXPECT_EQ(numbers(found[0]).at("over-chance"), 0);
  EXPECT_EQ(numbers(found[2]).at("near"), 1);
  for (const std::string measure : {"sufficiency", "consistency"}) {
    EXPECT_TRUE(compared(measure, {}).empty()) << measure;
    EXPECT_TRUE(compared(measure, {{at(0, 5), 1}}).front().empty()) << measure;
  }
}

TEST_F(ManyStates, ConsistencyGoesByTheStrongestCells) {
  // 3×3 cells of 4×4 pixels: pixels 0 and 1 are in one cell, 5 in the next, 143 in the last.
  const auto found = compared("consistency:grid=3:cells=2",
                              {{at(0, 5), 1}, {at(5, 1), 0}, {at(0, 1), 1}, {at(0, 143), 1}});
  EXPECT_EQ(numbers(found[0]).at("consistency"), 0) << "the same two cells, another action";
  EXPECT_NEAR(numbers(found[0]).at("over-chance"), -2.0 / 3, 1e-12);
  EXPECT_NEAR(numbers(found[0]).at("alike"), 1.0 / 3, 1e-12);
  EXPECT_FALSE(numbers(found[2]).contains("consistency")) << "one cell is not two";
  EXPECT_EQ(numbers(found[3]).at("alike"), 0);
  const auto strongest = compared("consistency:grid=3:cells=1",
                                  {{at(0, 5), 1}, {at(5, 1), 0}, {at(0, 1), 1}, {at(0, 143), 1}});
  EXPECT_EQ(numbers(strongest[0]).at("consistency"), 1);
  EXPECT_NEAR(numbers(strongest[0]).at("alike"), 2.0 / 3, 1e-12);
}

}  // namespace
}  // namespace arcadecam::measure
