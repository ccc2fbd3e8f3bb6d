// Maps that are right and wrong by construction, against the measure that takes objects away.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <optional>

#include "arcadecam/core/error.h"
#include "episode/explained_objects.h"
#include "evaluate/game_context.h"
#include "evaluate/measures.h"
#include "game/editor.h"
#include "measure/localisation.h"
#include "measure/statistics.h"
#include "measure/toy.h"

namespace arcadecam::evaluate {
namespace {

using measure::Finding, measure::Mask, measure::Scores, measure::State;

/// A state of Pong in play, and what taking each of its objects away does to the action's value.
class CausalMeasure : public testing::Test {
 protected:
  CausalMeasure() {
    environment_.keep_history();
    environment_.reset(1, 0);
    const auto has_ball = [&] {
      const auto objects = environment_.objects();
      const auto ball = std::ranges::find(objects, "ball", &game::ObservedObject::name);
      return ball != objects.end() && !ball->planes.front().empty() && !ball->planes.back().empty();
    };
    for (int i = 0; i < 40 || (i < 400 && !has_ball()); ++i) environment_.step(i / 3 % 6);
    state_.observation =
        ByteTensor(environment_.observation().shape(), environment_.observation().values());
    snapshots_.push_back(environment_.save());
    state_.objects = episode::explained_objects(environment_.objects());
  }

  /// Value on one pixel that is of this object alone.
  void mark(std::vector<float>& map, std::size_t object, float value) const {
    std::vector<int> owners(map.size(), 0);
    Mask mine(map.size(), false);
    for (std::size_t i = 0; i < state_.objects.size(); ++i) {
      Mask mask(map.size(), false);
      measure::add_boxes(state_.objects[i], measure::Planes::kAll, 0, Shape{84, 84}, mask);
      for (std::size_t pixel = 0; pixel < mask.size(); ++pixel)
        owners[pixel] += mask[pixel] ? 1 : 0;
      if (i == object) mine = mask;
    }
    for (std::size_t pixel = 0; pixel < mine.size(); ++pixel) {
      if (!mine[pixel] || owners[pixel] != 1) continue;
      map[pixel] = value;
      return;
    }
    FAIL() << state_.objects[object].name << " has no pixel of its own";
  }

  agent::Agent agent_ = agent::load_agent("pong");
  game::Environment environment_{agent_.game, agent_.protocol};
  test::Found found(const std::string& measure, const test::GivenMap& map,
                    measure::Context& context) const {
    return {context, measure, map.subject(), measures()};
  }

  std::vector<game::Snapshot> snapshots_;
  measure::Question question_;
  State state_;
};

TEST_F(CausalMeasure, AMapInTheOrderOfTheEffectsAgreesAndItsReverseDoesNot) {
  game::Editor editor(agent_.game, agent_.protocol);
  GameContext context(agent_, question_, snapshots_);
  const test::GivenMap any(context, state_, std::vector<float>(84 * 84, 1.0F));
  const measure::Subject subject = any.subject();
  std::vector<double> effects;
  for (const explain::Object& object : state_.objects) {
    const auto redrawn = editor.show(environment_, game::remove(object.name));
    ASSERT_EQ(redrawn.planes, 4);
    context.forward(
        subject, 1,
        [&](std::int64_t, std::span<float> values) {
          std::ranges::copy(redrawn.observation.values(), values.begin());
        },
        [&](std::int64_t, const Scores& scores) {
          effects.push_back(std::abs(static_cast<double>(scores.values[0]) -
                                     static_cast<double>(subject.values[0])));
        });
  }
  ASSERT_EQ(effects.size(), 5U) << "ball, two paddles, two scores";
  EXPECT_GT(*std::ranges::max_element(effects), 0.01);
  std::vector<std::size_t> order(effects.size());
  std::iota(order.begin(), order.end(), 0);
  std::ranges::sort(order, [&](std::size_t a, std::size_t b) { return effects[a] < effects[b]; });
  std::vector<float> right(84 * 84, 0.0F), reversed(84 * 84, 0.0F);
  for (std::size_t i = 0; i < order.size(); ++i) {
    mark(right, order[i], static_cast<float>(i + 1) / 5);
    mark(reversed, order[i], static_cast<float>(5 - i) / 5);
  }
  const test::GivenMap oracle(context, state_, right), wrong(context, state_, reversed);
  EXPECT_NEAR(found("causal:radius=0", oracle, context)["value"], 1, 1e-9);
  EXPECT_NEAR(found("causal:radius=0", wrong, context)["value"], -1, 1e-9);
}

TEST_F(CausalMeasure, TellsOfEveryObjectItsMassAndWhatItsRemovalDoes) {
  GameContext context(agent_, question_, snapshots_);
  const test::GivenMap even(context, state_, std::vector<float>(84 * 84, 1.0F));
  const test::Found found = this->found("causal", even, context);
  std::map<std::string, std::map<std::string, double>> objects;
  for (const Finding& finding : found.all()) {
    if (!finding.object.empty()) objects[finding.object][finding.statistic] = finding.value;
  }
  ASSERT_EQ(objects.size(), 5U);
  std::vector<double> masses, changes;
  for (const auto& [name, numbers] : objects) {
    ASSERT_EQ(numbers.size(), 4U) << name;
    EXPECT_NEAR(numbers.at("mass"), numbers.at("area"), 1e-9) << name;
    masses.push_back(numbers.at("mass"));
    changes.push_back(std::abs(numbers.at("advantage-change")));
  }
  EXPECT_NEAR(measure::spearman(masses, changes), found["advantage"], 1e-12);
}

TEST_F(CausalMeasure, NeedsTheGame) {
  GameContext without(agent_, question_);
  const test::GivenMap map(without, state_, std::vector<float>(84 * 84, 1.0F));
  EXPECT_TRUE(found("causal", map, without).all().empty());
  measure::Context of_no_game(network_of(agent_), question_);
  EXPECT_THROW(found("causal", map, of_no_game), Error);
}

TEST(Measures, AllAreAllButThoseThatPlay) {
  const auto all = measure::parse_measures("all", measures());
  EXPECT_EQ(all.size() + 1, measures().size());
  for (const measure::BoundMeasure& measure : all) EXPECT_FALSE(measure.measure->needs.plays);
}

TEST(Measures, AreThoseWithoutAndWithAGameById) {
  std::vector<std::string_view> ids;
  for (const measure::Measure* measure : measures()) ids.push_back(measure->id);
  EXPECT_TRUE(std::ranges::is_sorted(ids));
  EXPECT_EQ(ids.size(), measure::measures().size() + game_measures().size());
  EXPECT_EQ(&measure::find_measure("play", measures()), game_measures()[1]);
  EXPECT_THROW(measure::find_measure("play"), Error);
  for (const measure::Measure* measure : measure::measures())
    EXPECT_FALSE(measure->needs.game || measure->needs.plays) << measure->id;
}

}  // namespace
}  // namespace arcadecam::evaluate
