#include "render/step_words.h"

#include <gtest/gtest.h>

namespace arcadecam::render {
namespace {

TEST(StepWords, AnActionThatAPolicyDrewIsSampled) {
  episode::RunInfo info;
  episode::Step step;
  step.decision = {1, false};
  EXPECT_EQ(not_greedy_words(info), "random action");
  EXPECT_EQ(step_words(info, step, false)[1], "action 1 (not greedy)");
  info.sampled = true;
  EXPECT_EQ(not_greedy_words(info), "sampled");
  EXPECT_EQ(step_words(info, step, false)[1], "action 1 (sampled)");
}

TEST(StepWords, TheFootNamesTheTargetThatWasAsked) {
  episode::RunInfo info;
  info.policy = "greedy";
  info.protocol.name = "modern";
  EXPECT_EQ(how_words(info), "modern protocol · policy greedy · seed 0") << "nothing is explained";
  info.methods.push_back({"gradcam", {}});
  info.target = "margin:3/2";
  EXPECT_TRUE(how_words(info).ends_with("explained: margin:3/2")) << how_words(info);
  info.target = "chosen";
  info.outputs = nn::OutputKind::kLogits;
  EXPECT_TRUE(how_words(info).ends_with("explained: the chosen action's logit")) << how_words(info);
}

}  // namespace
}  // namespace arcadecam::render
