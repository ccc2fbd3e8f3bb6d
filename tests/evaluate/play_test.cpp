// Playing while pixels are hidden, against games played by hand.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "arcadecam/core/error.h"
#include "evaluate/game_context.h"
#include "evaluate/measures.h"
#include "evaluate/toy_agent.h"
#include "support/networks.h"

namespace arcadecam::evaluate {
namespace {

constexpr int kSteps = 30;

/// A small network that plays a game in which points come soon.
agent::Agent asterix() {
  const game::Game game = game::find_game("asterix");
  const Shape input{4, 84, 84};
  const auto actions = static_cast<std::int64_t>(game.actions.size());
  std::vector<nn::Node> nodes;
  nodes.push_back({"input", nn::Input{input}, {}});
  nodes.push_back({"flat", nn::Flatten{}, {0}});
  nodes.push_back({"q",
                   nn::Linear{test::random_weights(Shape{actions, input.count()}, 14),
                              test::random_weights(Shape{actions}, 15)},
                   {1}});
  agent::Agent agent = test::agent_of(std::make_shared<const nn::Graph>(std::move(nodes)));
  agent.game = game;
  return agent;
}

/// The score of an episode's first steps; blind: the agent sees black.
double played(GameContext& context, std::int64_t episode, bool blind) {
  const agent::Agent& agent = context.agent();
  game::Environment environment(agent.game, agent.protocol);
  environment.reset(context.seed(), static_cast<std::uint64_t>(episode));
  double score = 0;
  for (int step = 0; step < kSteps && !environment.over(); ++step) {
    ByteTensor seen(environment.observation().shape(), environment.observation().values());
    if (blind) std::ranges::fill(seen.values(), std::uint8_t{0});
    score += environment.step(context.decide(seen, {}).action).reward;
  }
  return score;
}

TEST(Play, HidesNothingOrEverything) {
  const agent::Agent agent = asterix();
  const measure::Question question{explain::Target::chosen(), "reference", 0};
  GameContext context(agent, question);
  context.use(explain::parse_methods("sobel").front());
  context.begin("play");
  std::vector<measure::Finding> found;
  measure::parse_measures("play:shares=0/100:steps=30", measures())
      .front()
      .make()
      ->play(context, 1, found);
  std::map<double, double> curve;
  double mean = 0;
  for (const measure::Finding& finding : found) {
    EXPECT_EQ(finding.statistic, "score");
    if (std::isnan(finding.at))
      mean = finding.value;
    else
      curve[finding.at] = finding.value;
  }
  const double seeing = played(context, 1, false), blind = played(context, 1, true);
  EXPECT_EQ(curve, (std::map<double, double>{{0, seeing}, {1, blind}}));
  EXPECT_NE(seeing, blind);
  EXPECT_EQ(mean, (seeing + blind) / 2);
}

TEST(Play, ReadsItsShares) {
  for (const char* wrong : {"101", "-1", "x", "5/", ""}) {
    try {
      (void)measure::parse_measures("play:shares=" + std::string(wrong), measures());
      ADD_FAILURE() << wrong;
    } catch (const Error& error) {
      EXPECT_TRUE(std::string(error.what()).starts_with("measure play: share")) << error.what();
    }
  }
}

}  // namespace
}  // namespace arcadecam::evaluate
