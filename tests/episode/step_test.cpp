#include "episode/step.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace arcadecam::episode {
namespace {

TEST(Probabilities, AreTheSoftmaxOfLogits) {
  const std::vector<float> logits{0, std::log(3.0F)};
  const std::vector<float> shares = probabilities(logits);
  ASSERT_EQ(shares.size(), 2U);
  EXPECT_NEAR(shares[0], 0.25, 1e-6);
  EXPECT_NEAR(shares[1], 0.75, 1e-6);
  EXPECT_NEAR(probabilities(std::vector<float>{1000, 1000})[0], 0.5, 1e-6) << "no overflow";
  EXPECT_TRUE(probabilities(std::vector<float>{}).empty());
}

TEST(RunInfoTest, NamesWhatIsExplained) {
  RunInfo info;
  info.target = "chosen";
  EXPECT_EQ(info.target_words(), "the chosen action's value");
  EXPECT_EQ(info.output_word(), "action value");
  info.logits = true;
  EXPECT_EQ(info.target_words(), "the chosen action's logit");
  EXPECT_EQ(info.output_word(), "logit");
  info.target = "margin:3/2";
  EXPECT_EQ(info.target_words(), "margin:3/2");
}

TEST(RunInfoTest, ProvenanceHoldsModeAndDifficulty) {
  RunInfo info;
  auto provenance = info.provenance();
  EXPECT_EQ(provenance.at("Mode"), "the game's default");
  EXPECT_EQ(provenance.at("Outputs"), "action values");
  info.rules.mode = 4;
  info.rules.difficulty = 1;
  info.logits = true;
  provenance = info.provenance();
  EXPECT_EQ(provenance.at("Mode"), "4");
  EXPECT_EQ(provenance.at("Difficulty"), "1");
  EXPECT_EQ(provenance.at("Outputs"), "logits");
}

}  // namespace
}  // namespace arcadecam::episode
