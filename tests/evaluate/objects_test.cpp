// Maps that are right and wrong by construction, against the measures that ask where objects are.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <optional>

#include "episode/explained_objects.h"
#include "evaluate/localisation.h"
#include "evaluate/statistics.h"
#include "evaluate/toy.h"
#include "game/editor.h"

namespace arcadecam::evaluate {
namespace {

TEST(Localisation, CountsTiesForTheLastPlacesAsChanceWould) {
  const Mask mask{true, true, false, false, false};
  EXPECT_DOUBLE_EQ(rank_inside(std::vector<float>{5, 4, 3, 2, 1}, mask), 1);
  EXPECT_DOUBLE_EQ(rank_inside(std::vector<float>{1, 2, 3, 4, 5}, mask), 0);
  EXPECT_DOUBLE_EQ(rank_inside(std::vector<float>{5, 1, 4, 3, 2}, mask), 0.5);
  EXPECT_DOUBLE_EQ(rank_inside(std::vector<float>{1, 1, 1, 1, 1}, mask), 2.0 / 5);
  // One place is taken by 9, the other is shared by two values, one of them inside.
  EXPECT_DOUBLE_EQ(rank_inside(std::vector<float>{3, 0, 9, 3, 0}, mask), 0.25);
  EXPECT_DOUBLE_EQ(mass_inside(std::vector<float>{3, 0, 9, 3, 0}, mask), 0.2);
  EXPECT_TRUE(std::isnan(mass_inside(std::vector<float>(5, 0), mask)));
  EXPECT_TRUE(points_inside(std::vector<float>{9, 0, 9, 3, 0}, mask));
  EXPECT_FALSE(points_inside(std::vector<float>{3, 0, 9, 3, 0}, mask));
}

TEST(Localisation, EqualsQuantus) {
  // Made by scripts/golden/measures.py with Quantus 0.6.0.
  const auto maps = test::GoldenArrays("evaluate/shape.npz").get<float>("maps");
  const test::GoldenArrays golden("evaluate/localisation.npz");
  const auto masks = golden.get<std::uint8_t>("masks");
  const auto pointing = golden.get<double>("pointing"), mass = golden.get<double>("mass"),
             rank = golden.get<double>("rank");
  const std::int64_t count = maps.shape()[0], pixels = maps.size() / count;
  ASSERT_EQ(masks.size(), 2 * maps.size());
  for (std::int64_t n = 0; n < 2 * count; ++n) {
    const auto map = maps[n % count].values();
    const Mask mask(masks.data() + n * pixels, masks.data() + (n + 1) * pixels);
    EXPECT_EQ(points_inside(map, mask), pointing.data()[n] == 1) << n;
    EXPECT_NEAR(mass_inside(map, mask), mass.data()[n], 1e-6) << n;
    EXPECT_NEAR(rank_inside(map, mask), rank.data()[n], 1e-6) << n;
  }
}

TEST(Localisation, GrowsBoxesAndCutsThemAtTheEdge) {
  Mask mask(100, false);
  const game::ObservedObject object{"ball", "ball", {{0, 0, 2, 1}, {}, {8, 9, 1, 1}}};
  add_boxes(object, Planes::kNewest, 0, Shape{10, 10}, mask);
  EXPECT_EQ(area(mask), 1);
  EXPECT_TRUE(mask[98]);
  add_boxes(object, Planes::kAll, 1, Shape{10, 10}, mask);
  EXPECT_EQ(area(mask), 3 * 2 + 3 * 2);
}

TEST(LocalisationMeasure, AnOracleWinsAndAWrongMapLoses) {
  constexpr std::int64_t kSide = 10;
  const agent::Agent agent = test::agent_of(test::linear_graph(kSide, 3));
  const Question question;
  Context context(agent, question);
  State state = test::state_of(*agent.graph);
  state.observed = {{"ball", "ball", {{4, 4, 2, 2}}},
                    {"player", "player", {{0, 0, 5, 1}}},
                    {"score", "score", {{0, 9, 10, 1}}}};
  std::vector<float> oracle(100, 0.0F), wrong(100, 0.0F);
  for (const int at : {44, 45, 54, 55}) oracle[static_cast<std::size_t>(at)] = 1;
  for (int at = 90; at < 100; ++at) wrong[static_cast<std::size_t>(at)] = 0.5F;
  const auto found = [&](const std::vector<float>& map) {
    const test::GivenMap given(context, state, map);
    return test::Found(context, "localisation:radius=0", given.subject());
  };
  const auto right = found(oracle);
  EXPECT_EQ(right["ball.mass"], 1);
  EXPECT_EQ(right["ball.over-chance"], 25);
  EXPECT_EQ(right["ball.rank"], 1);
  EXPECT_EQ(right["ball.pointing"], 1);
  EXPECT_EQ(right["things.mass"], 1);
  EXPECT_EQ(right["player.mass"], 0);
  EXPECT_EQ(right["score.mass"], 0);
  const auto astray = found(wrong);
  EXPECT_EQ(astray["ball.mass"], 0);
  EXPECT_EQ(astray["ball.rank"], 0);
  EXPECT_EQ(astray["ball.pointing"], 0);
  EXPECT_EQ(astray["score.mass"], 1);
  const auto even = found(std::vector<float>(100, 0.3F));
  EXPECT_NEAR(even["ball.over-chance"], 1, 1e-6);
  EXPECT_NEAR(even["things.over-chance"], 1, 1e-6);
  EXPECT_NEAR(even["ball.rank"], 0.04, 1e-9);
  const test::GivenMap nothing(context, state, std::vector<float>(100, 0.0F));
  EXPECT_TRUE(test::Found(context, "localisation", nothing.subject()).all().empty());
}

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
    state_.snapshot = environment_.save();
    state_.observed = environment_.objects();
    state_.objects = episode::explained_objects(state_.observed);
  }

  /// Value on one pixel that is of this object alone.
  void mark(std::vector<float>& map, std::size_t object, float value) const {
    std::vector<int> owners(map.size(), 0);
    Mask mine(map.size(), false);
    for (std::size_t i = 0; i < state_.observed.size(); ++i) {
      Mask mask(map.size(), false);
      add_boxes(state_.observed[i], Planes::kAll, 0, Shape{84, 84}, mask);
      for (std::size_t pixel = 0; pixel < mask.size(); ++pixel)
        owners[pixel] += mask[pixel] ? 1 : 0;
      if (i == object) mine = mask;
    }
    for (std::size_t pixel = 0; pixel < mine.size(); ++pixel) {
      if (!mine[pixel] || owners[pixel] != 1) continue;
      map[pixel] = value;
      return;
    }
    FAIL() << state_.observed[object].name << " has no pixel of its own";
  }

  agent::Agent agent_ = agent::load_agent("pong");
  game::Environment environment_{agent_.game, agent_.protocol};
  Question question_;
  Context context_{agent_, question_};
  State state_;
};

TEST_F(CausalMeasure, AMapInTheOrderOfTheEffectsAgreesAndItsReverseDoesNot) {
  game::Editor editor(agent_.game, agent_.protocol);
  const test::GivenMap any(context_, state_, std::vector<float>(84 * 84, 1.0F));
  const evaluate::Subject subject = any.subject();
  std::vector<double> effects;
  for (const game::ObservedObject& object : state_.observed) {
    const auto redrawn = editor.show(environment_, game::remove(object.name));
    ASSERT_EQ(redrawn.planes, 4);
    context_.forward(
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
  const test::GivenMap oracle(context_, state_, right), wrong(context_, state_, reversed);
  EXPECT_NEAR(test::Found(context_, "causal:radius=0", oracle.subject())["value"], 1, 1e-9);
  EXPECT_NEAR(test::Found(context_, "causal:radius=0", wrong.subject())["value"], -1, 1e-9);
}

TEST_F(CausalMeasure, TellsOfEveryObjectItsMassAndWhatItsRemovalDoes) {
  const test::GivenMap even(context_, state_, std::vector<float>(84 * 84, 1.0F));
  const test::Found found(context_, "causal", even.subject());
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
  EXPECT_NEAR(spearman(masses, changes), found["advantage"], 1e-12);
}

TEST_F(CausalMeasure, StickyActionsChangeTheMapThatFollowsThePictureOnly) {
  for (int i = 0; i < 4; ++i) environment_.step(3);
  for (int i = 0; i < 2; ++i) environment_.step(2);
  LastStep last{environment_.save(), 3, 2};
  environment_.step(3);
  state_.observation =
      ByteTensor(environment_.observation().shape(), environment_.observation().values());
  state_.last_step = last;
  const auto found = [&](const std::string& method) {
    std::optional<test::Found> result;
    context_.use(explain::parse_methods(method).front());
    context_.explain_states(std::array<const State*, 1>{&state_}, [&](const Subject& subject) {
      result.emplace(context_, "robustness:samples=1", subject);
    });
    return *result;
  };
  const auto moving = found("sobel"), still = found("centre");
  // The paddle goes the other way: a small part of the picture, the same whatever the method.
  EXPECT_GT(moving["sticky-picture"], 0);
  EXPECT_LT(moving["sticky-picture"], 0.2);
  EXPECT_EQ(moving["sticky-picture"], still["sticky-picture"]);
  EXPECT_GT(moving["sticky-change"], 0);
  EXPECT_LT(moving["sticky-spearman"], 1);
  EXPECT_EQ(still["sticky-change"], 0);
  EXPECT_NEAR(still["sticky-spearman"], 1, 1e-12);
  state_.last_step->repeated = 3;  // nothing else would have happened
  const test::Found same = found("sobel");
  for (const Finding& finding : same.all())
    EXPECT_FALSE(finding.statistic.starts_with("sticky")) << finding.statistic;
}

TEST_F(CausalMeasure, NeedsTheGame) {
  state_.snapshot.reset();
  const test::GivenMap map(context_, state_, std::vector<float>(84 * 84, 1.0F));
  EXPECT_TRUE(test::Found(context_, "causal", map.subject()).all().empty());
}

}  // namespace
}  // namespace arcadecam::evaluate
