// Maps that are right and wrong by construction, against what planted agents are known to use.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "episode/explained_objects.h"
#include "evaluate/game_context.h"
#include "evaluate/measures.h"
#include "game/editor.h"
#include "measure/toy.h"

namespace arcadecam::evaluate {
namespace {

using measure::State;

/// A state of Pong in play with the ball between the paddles, and the pixels of its objects.
class TruthMeasure : public testing::Test {
 protected:
  static constexpr std::size_t kPixels = 84 * 84;

  TruthMeasure() {
    environment_.keep_history();
    environment_.reset(1, 0);
    for (int i = 0; i < 40 || (i < 400 && !ball_is_between()); ++i) environment_.step(i / 3 % 6);
    state_.observation =
        ByteTensor(environment_.observation().shape(), environment_.observation().values());
    snapshots_.push_back(environment_.save());
    state_.objects = episode::explained_objects(environment_.objects());
  }

  [[nodiscard]] bool ball_is_between() const {
    for (const game::ObservedObject& object : environment_.objects()) {
      if (object.name != "ball") continue;
      return std::ranges::all_of(object.planes, [](const PixelBox& box) {
        return !box.empty() && box.left > 20 && box.left < 64;
      });
    }
    return false;
  }

  /// One on the pixels of the newest two planes that an object's removal changes.
  void mark(std::vector<float>& map, const std::string& object, float value = 1) {
    game::Editor editor(agent_.game, agent_.protocol);
    const auto redrawn = editor.show(environment_, game::remove(object));
    const std::span<const std::uint8_t> before = state_.observation.values(),
                                        after = redrawn.observation.values();
    for (std::size_t i = 2 * kPixels; i < before.size(); ++i) {
      if (before[i] != after[i]) map[i % kPixels] = value;
    }
  }

  test::Found found(const agent::Agent& agent, std::vector<float> map,
                    const std::string& method = "saliency") {
    GameContext context(agent, question_, snapshots_);
    context.use({method, {}});
    const test::GivenMap given(context, state_, std::move(map));
    return {context, "truth", given.subject(), measures()};
  }

  agent::Agent agent_ = agent::load_agent("planted:pong");
  game::Environment environment_{agent_.game, agent_.protocol};
  std::vector<game::Snapshot> snapshots_;
  measure::Question question_;
  State state_;
};

TEST_F(TruthMeasure, AMapOfWhatIsUsedIsPerfect) {
  std::vector<float> map(kPixels, 0.0F);
  mark(map, "ball");
  mark(map, "player");
  const auto pixels = std::ranges::count(map, 1.0F);
  const test::Found found = this->found(agent_, map);
  EXPECT_EQ(found["auc"], 1);
  EXPECT_EQ(found["used"], 1);
  EXPECT_NEAR(found["used.over-chance"], static_cast<double>(kPixels) / static_cast<double>(pixels),
              1e-9);
  EXPECT_EQ(found["unused"], 0);
  EXPECT_EQ(found["unused.over-chance"], 0);
}

TEST_F(TruthMeasure, AMapOfTheRestIsWrong) {
  std::vector<float> map(kPixels, 0.0F);
  mark(map, "enemy");
  mark(map, "enemy score");
  mark(map, "player score");
  const auto pixels = std::ranges::count(map, 1.0F);
  const test::Found found = this->found(agent_, map);
  EXPECT_LT(found["auc"], 0.5);
  EXPECT_EQ(found["used"], 0);
  EXPECT_EQ(found["unused"], 1);
  EXPECT_NEAR(found["unused.over-chance"],
              static_cast<double>(kPixels) / static_cast<double>(pixels), 1e-9);
}

TEST_F(TruthMeasure, AMapThatSaysTheSameEverywhereIsChance) {
  const test::Found found = this->found(agent_, std::vector<float>(kPixels, 0.25F));
  EXPECT_NEAR(found["auc"], 0.5, 1e-12);
  EXPECT_NEAR(found["used.over-chance"], 1, 1e-6);
  EXPECT_NEAR(found["unused.over-chance"], 1, 1e-6);
}

TEST_F(TruthMeasure, HalfOfTheMapOnEachSideIsHalf) {
  std::vector<float> map(kPixels, 0.0F), other = map;
  mark(map, "ball");
  mark(other, "enemy");
  const auto ball = static_cast<float>(std::ranges::count(map, 1.0F));
  const auto enemy = static_cast<float>(std::ranges::count(other, 1.0F));
  mark(map, "enemy", ball / enemy);
  const test::Found found = this->found(agent_, map);
  EXPECT_NEAR(found["used"], 0.5, 1e-5);
  EXPECT_NEAR(found["unused"], 0.5, 1e-5);
}

// What a twin uses in addition counts as used there.
TEST_F(TruthMeasure, ATwinUsesItsShortcut) {
  std::vector<float> map(kPixels, 0.0F);
  mark(map, "player score");
  EXPECT_EQ(found(agent_, map)["unused"], 1);
  EXPECT_EQ(found(agent::load_agent("planted:pong/score"), map)["used"], 1);
  std::vector<float> corner(kPixels, 0.0F);
  corner[0] = 1;
  EXPECT_EQ(found(agent_, corner)["used"], 0);
  EXPECT_EQ(found(agent::load_agent("planted:pong/corner"), corner)["used"], 1);
}

TEST_F(TruthMeasure, GradientsTellTwinsApartAndActivationsDoNot) {
  GameContext context(agent_, question_, snapshots_);
  const auto told = [&](const std::string& method) {
    context.use({method, {}});
    double apart = -1;
    const State* states[] = {&state_};
    context.explain_states(states, [&](const measure::Subject& subject) {
      apart = test::Found(context, "truth", subject, measures())["told-apart"];
    });
    return apart;
  };
  EXPECT_EQ(told("saliency"), 1);
  // The score's and the corner's twin have the same activations as the agent.
  EXPECT_LT(told("mean-activation"), 0.7);
}

TEST_F(TruthMeasure, OtherAgentsHaveNoKnownTruth) {
  std::vector<float> map(kPixels, 0.0F);
  mark(map, "ball");
  EXPECT_TRUE(found(agent::load_agent("pong"), map).all().empty());
  agent::AgentOptions options;
  options.randomize_weights = 1;
  EXPECT_TRUE(found(agent::load_agent("planted:pong", options), map).all().empty());
}

}  // namespace
}  // namespace arcadecam::evaluate
