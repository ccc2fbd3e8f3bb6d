// The planted agents in their real games: what they use is checked by the game's own redrawing, not
// taken from the wiring.
#include "planted/planted.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <string>
#include <vector>

#include "agent/agent.h"
#include "arcadecam/core/error.h"
#include "arcadecam/nn/engine.h"
#include "game/editor.h"

namespace arcadecam::agent {
namespace {

/// Plays greedily.
class Player {
 public:
  explicit Player(const std::string& name)
      : agent_(load_agent(name)),
        engine_(nn::make_engine("cpu", agent_.graph)),
        environment_(agent_.game, agent_.protocol) {
    environment_.keep_history();
  }

  std::vector<float> values(ByteTensorView observation) {
    engine_->forward(ByteTensorView(observation.data(), observation.shape().batch_of(1)), {},
                     tape_);
    return {tape_.output().values().begin(), tape_.output().values().end()};
  }
  game::StepResult step() {
    const std::vector<float> all = values(environment_.observation());
    return environment_.step(static_cast<int>(std::ranges::max_element(all) - all.begin()));
  }
  game::Environment& environment() { return environment_; }
  [[nodiscard]] const Agent& agent() const { return agent_; }

 private:
  Agent agent_;
  std::unique_ptr<nn::Engine> engine_;
  nn::Tape tape_;
  game::Environment environment_;
};

double largest_change(const std::vector<float>& before, const std::vector<float>& after) {
  double largest = 0;
  for (std::size_t i = 0; i < before.size(); ++i)
    largest =
        std::max(largest, std::abs(static_cast<double>(after[i]) - static_cast<double>(before[i])));
  return largest;
}

/// The observation with an object's own boxes, and a pixel around them, as they were drawn again:
/// elsewhere the frame may have gone on otherwise, as a ball does that no longer bounces off.
ByteTensor within_boxes(const game::Environment& environment, const ByteTensor& redrawn,
                        const std::string& name) {
  ByteTensor mixed(environment.observation().shape(), environment.observation().values());
  const auto objects = environment.objects();
  const auto object = std::ranges::find(objects, name, &game::ObservedObject::name);
  if (object == objects.end()) return mixed;
  for (int plane = 0; plane < 4; ++plane) {
    const PixelBox& box = object->planes[static_cast<std::size_t>(plane)];
    if (box.empty()) continue;
    for (int y = std::max(box.top - 1, 0); y <= std::min(box.top + box.height, 83); ++y) {
      for (int x = std::max(box.left - 1, 0); x <= std::min(box.left + box.width, 83); ++x) {
        const auto at = static_cast<std::size_t>((plane * 84 + y) * 84 + x);
        mixed.values()[at] = redrawn.values()[at];
      }
    }
  }
  return mixed;
}

/// In how many of the states an object's removal changes some action value, of how many it can be
/// removed in.
struct Uses {
  int changed = 0, states = 0;
};

std::map<std::string, Uses> uses_in_play(Player& player, int states) {
  game::Editor editor(player.agent().game, player.agent().protocol);
  std::map<std::string, Uses> uses;
  player.environment().reset(3, 0);
  for (int i = 0; i < 40; ++i) player.step();
  for (int state = 0; state < states; ++state) {
    for (int i = 0; i < 7 && !player.environment().over(); ++i) player.step();
    if (player.environment().over()) break;
    const std::vector<float> before = player.values(player.environment().observation());
    for (const game::PossibleEdit& edit : editor.possible(player.environment())) {
      if (edit.change != game::Change::kRemove) continue;
      const game::Redrawn redrawn = editor.show(player.environment(), game::remove(edit.object));
      EXPECT_EQ(redrawn.planes, 4);
      Uses& use = uses[edit.object];
      ++use.states;
      const ByteTensor without =
          within_boxes(player.environment(), redrawn.observation, edit.object);
      if (largest_change(before, player.values(without.view())) > 1e-6) ++use.changed;
    }
  }
  return uses;
}

TEST(PlantedAgents, LoadByNameWithTheirGame) {
  const Agent agent = load_agent("planted:pong");
  EXPECT_EQ(agent.name, "planted:pong");
  EXPECT_EQ(agent.game.name, "pong");
  EXPECT_EQ(agent.protocol.name, "modern");
  EXPECT_EQ(agent.checkpoint.convention, "planted");
  EXPECT_EQ(agent.checkpoint.file, "planted:pong");
  EXPECT_EQ(agent.checkpoint.sha256.size(), 64U);
  EXPECT_EQ(agent.checkpoint.tensors.size(), 10U);
  EXPECT_NE(agent.checkpoint.sha256, load_agent("planted:pong/score").checkpoint.sha256);
  EXPECT_THROW((void)load_agent("planted:chess"), Error);
}

TEST(PlantedAgents, OptionsOfReadingAFileAreRefused) {
  AgentOptions options;
  options.load.as = "nature";
  try {
    (void)load_agent("planted:pong", options);
    FAIL();
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(),
                 "planted:pong: is no file; leave out the options that say how a checkpoint is "
                 "read");
  }
}

TEST(PlantedAgents, OnlyWhatIsSaidToBeUsedChangesAnyValue) {
  for (const planted::Planted& planted : planted::all_planted()) {
    // The opponent's twin sees the ball where it flies through a paddle's columns.
    if (planted.variant->name == "opponent") continue;
    Player player(planted.name());
    const std::vector<std::string_view> used(planted.variant->uses.begin(),
                                             planted.variant->uses.end());
    std::map<std::string, Uses> uses = uses_in_play(player, 12);
    for (const std::string_view name : used)
      EXPECT_TRUE(uses.contains(std::string(name))) << planted.name() << ": " << name;
    // Of Freeway's cars those of the lane ahead count: most of them do not, in a given state.
    Uses cars;
    for (const auto& [object, use] : uses) {
      if (std::ranges::find(used, object) == used.end()) {
        EXPECT_EQ(use.changed, 0) << planted.name() << " uses " << object;
      } else if (object.starts_with("car ")) {
        cars.changed += use.changed;
        cars.states = use.states;
      } else {
        EXPECT_GT(4 * use.changed, use.states) << planted.name() << " does not use " << object;
      }
    }
    EXPECT_GE(4 * cars.changed, cars.states) << planted.name();
  }
}

// The lines of 84 where the chicken minds the cars of each lane begin here; there are up to eight.
constexpr std::array<int, 10> kMindsFrom{16, 22, 28, 34, 40, 48, 54, 60, 66, 72};

TEST(PlantedAgents, OfFreewaysCarsOnlyThoseOfTheLaneAheadCount) {
  Player player("planted:freeway");
  game::Environment& environment = player.environment();
  game::Editor editor(player.agent().game, player.agent().protocol);
  environment.reset(0, 1);
  int used = 0, unused = 0;
  for (int i = 0; i < 240; ++i) {
    player.step();
    if (i < 20 || i % 11 != 0) continue;
    const auto objects = environment.objects();
    const PixelBox chicken =
        std::ranges::find(objects, "player", &game::ObservedObject::name)->planes.back();
    const std::vector<float> before = player.values(environment.observation());
    for (std::size_t lane = 0; lane < kMindsFrom.size(); ++lane) {
      const std::string car = "car " + std::to_string(lane);
      const game::Redrawn redrawn = editor.show(environment, game::remove(car));
      const ByteTensor without = within_boxes(environment, redrawn.observation, car);
      if (largest_change(before, player.values(without.view())) <= 1e-6) {
        ++unused;
        continue;
      }
      ++used;
      EXPECT_LT(kMindsFrom[lane], chicken.top + chicken.height) << i << " " << car;
      EXPECT_GT(kMindsFrom[lane] + 8, chicken.top) << i << " " << car;
    }
  }
  EXPECT_GT(used, 5);
  EXPECT_GT(unused, 100);
}

TEST(PlantedAgents, TheOpponentsTwinUsesTheOpponentAndTheBallOnlyAtAPaddle) {
  Player player("planted:pong/opponent");
  const std::map<std::string, Uses> uses = uses_in_play(player, 25);
  EXPECT_GT(10 * uses.at("enemy").changed, 9 * uses.at("enemy").states);
  EXPECT_EQ(uses.at("player").changed, uses.at("player").states);
  EXPECT_EQ(uses.at("enemy score").changed, 0);
  EXPECT_EQ(uses.at("player score").changed, 0);
  EXPECT_LT(4 * uses.at("ball").changed, uses.at("ball").states);
}

// Points of the first 600 steps.
int points(const std::string& name, std::uint64_t episode) {
  Player player(name);
  player.environment().reset(0, episode);
  int points = 0;
  for (int i = 0; i < 600 && !player.environment().over(); ++i) points += player.step().reward;
  return points;
}

TEST(PlantedAgents, PlayBetterThanChance) {
  // At random an agent loses a dozen points of Pong by then, and gets one or two of Breakout.
  EXPECT_GT(points("planted:pong", 0), -6);
  EXPECT_GT(points("planted:breakout", 0), 4);
  // Who always goes up gets six, at random none.
  EXPECT_GT(points("planted:freeway", 0), 7);
}

}  // namespace
}  // namespace arcadecam::agent
