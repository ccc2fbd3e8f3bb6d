#include "episode/step.h"

#include <gtest/gtest.h>

namespace arcadecam::episode {
namespace {

TEST(RunInfoTest, NamesWhatIsExplained) {
  RunInfo info;
  info.target = "chosen";
  EXPECT_EQ(info.target_words(), "the chosen action's value");
  EXPECT_EQ(info.output_word(), "action value");
  info.outputs = nn::OutputKind::kLogits;
  EXPECT_EQ(info.target_words(), "the chosen action's logit");
  EXPECT_EQ(info.output_word(), "logit");
  info.outputs = nn::OutputKind::kProbabilities;
  info.target = "chosen";
  EXPECT_EQ(info.target_words(), "the chosen action's probability");
  EXPECT_EQ(info.output_word(), "probability");
  info.target = "margin:3/2";
  EXPECT_EQ(info.target_words(), "margin:3/2");
}

TEST(RunInfoTest, ProvenanceHoldsModeAndDifficulty) {
  RunInfo info;
  auto provenance = info.provenance();
  EXPECT_EQ(provenance.at("Mode"), "the game's default");
  EXPECT_EQ(provenance.at("Outputs"), "action values");
  info.protocol.mode = 4;
  info.protocol.difficulty = 1;
  info.outputs = nn::OutputKind::kLogits;
  provenance = info.provenance();
  EXPECT_EQ(provenance.at("Mode"), "4");
  EXPECT_EQ(provenance.at("Difficulty"), "1");
  EXPECT_EQ(provenance.at("Outputs"), "a policy's logits");
}

}  // namespace
}  // namespace arcadecam::episode
