#include "agent/agent.h"

#include <gtest/gtest.h>

#include "arcadecam/core/error.h"
#include "profile/embedded.h"
#include "support/golden.h"

namespace arcadecam::agent {
namespace {

std::string error_of(const std::string& name, const AgentOptions& options = {}) {
  try {
    (void)load_agent(name, options);
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

TEST(AgentTest, EmbeddedAgentsLoadByNameAndPlayTheirGame) {
  const auto cards = profile::embedded_agents();
  ASSERT_EQ(cards.size(), 7U);
  for (const profile::Card& card : cards) {
    const Agent agent = load_agent(card.name);
    EXPECT_TRUE(card.name.starts_with(agent.game.name)) << card.name;
    const bool c51 = card.name == "pong_c51", ours = agent.checkpoint.convention == "cleanrl-pqn";
    EXPECT_EQ(agent.checkpoint.algorithm, c51 ? "C51" : ours ? "PQN" : "DQN") << card.name;
    EXPECT_EQ(agent.protocol.name, ours ? "ale-vector-sticky" : "modern");
    EXPECT_FALSE(card.score.empty()) << card.name << " has no measured score";
    EXPECT_FALSE(card.made.empty());
  }
  EXPECT_EQ(load_agent("PONG").game.title, "Pong") << "case is ignored";
}

TEST(AgentTest, AnotherSourcesAgentTakesItsPreset) {
  AgentOptions options;
  options.load.game = "pong";
  const Agent agent = load_agent((test::golden_dir() / "agents" / "sb3_dqn.zip").string(), options);
  EXPECT_EQ(agent.protocol.name, "stable-baselines3");
  EXPECT_EQ(agent.protocol.stack, 4);
  EXPECT_EQ(agent.protocol.fire, atari::Protocol::Fire::kTwoSteps);
}

// Trained on one colour frame of three planes, which look like three grey ones.
TEST(AgentTest, ThreePlanesAreColoursWhereTheUserSaysSo) {
  const std::string file = (test::golden_dir() / "agents" / "sb3_colours.zip").string();
  AgentOptions options;
  options.load.game = "pong";
  const Agent grey = load_agent(file, options);
  EXPECT_EQ(grey.protocol.stack, 3);
  EXPECT_EQ(grey.protocol.pixels.planes(), 1);
  options.load.grey = "rgb";
  const Agent colours = load_agent(file, options);
  EXPECT_EQ(colours.protocol.stack, 1);
  EXPECT_EQ(colours.protocol.pixels.planes(), 3);
  EXPECT_EQ(colours.protocol.name, "stable-baselines3 (changed)");
}

TEST(AgentTest, OptionsGiveWhatTheFileDoesNotSay) {
  const std::string file = (test::golden_dir() / "checkpoints" / "dqn_flat.pt").string();
  EXPECT_NE(error_of(file).find("--game"), std::string::npos);
  AgentOptions options;
  options.load.game = "Air Raid";
  options.load.protocol = "classic";
  const Agent agent = load_agent(file, options);
  EXPECT_EQ(agent.game.name, "air_raid");
  EXPECT_EQ(agent.protocol.name, "classic");
  options.load.game = "breakout";  // 4 actions; the network has 6
  EXPECT_NE(error_of(file, options).find("6 actions"), std::string::npos);
  options.load.game = "brakeout";
  EXPECT_NE(error_of(file, options).find("breakout"), std::string::npos)
      << "the nearest name is offered";
  EXPECT_NE(error_of("nobody").find("air_raid, breakout, "), std::string::npos);
}

TEST(RandomizeWeights, GivesTheNetworkTheOutputsOfAnotherGame) {
  AgentOptions options;
  options.load.game = "video_pinball";
  EXPECT_THROW(load_agent("pong", options), Error);  // 6 actions for 9
  options.randomize_weights = 3;
  const Agent agent = load_agent("pong", options);
  EXPECT_EQ(agent.graph->actions(), 9);
  EXPECT_FALSE(agent.protocol.full_action_set);
  const auto& last = std::get<nn::Linear>(agent.graph->node(agent.graph->output()).op);
  EXPECT_NE(last.weight->data()[0], 0);
}

TEST(AgentTest, KnowsWhoseOutputsAreAPolicy) {
  const auto of_file = [](const char* file) {
    AgentOptions options;
    options.load.game = "pong";
    return load_agent((test::golden_dir() / "agents" / file).string(), options)
        .graph->output_kind();
  };
  EXPECT_EQ(of_file("sb3_ppo.zip"), nn::OutputKind::kLogits);
  EXPECT_EQ(of_file("sb3_a2c.zip"), nn::OutputKind::kLogits);
  EXPECT_EQ(load_agent("pong").graph->output_kind(), nn::OutputKind::kValues);
  EXPECT_EQ(load_agent("breakout").graph->output_kind(), nn::OutputKind::kValues);
}

}  // namespace
}  // namespace arcadecam::agent
