// Which differences are a policy's normalised logits, and what a softmax or a choice makes of them.
#include <gtest/gtest.h>

#include "checkpoint/onnx/drafts.h"

namespace arcadecam::checkpoint::onnx {
namespace {

using test::drafts::Small;

TEST(FuseLogSoftmax, AVectorLessTheLogarithmOfItsSumOfExponentials) {
  Small small({4});
  const int normaliser = small.add(LogSumExp{}, {0});
  const int end = small.add(SubtractNumber{}, {0, normaliser});
  fuse_log_softmax(small.draft);
  EXPECT_TRUE(small.draft.is<LogSoftmax>(end));
  EXPECT_EQ(small.draft.node(end).inputs, std::vector<int>{0});
}

TEST(FuseLogSoftmax, OfAnotherVectorItIsLeftAlone) {
  Small small({4});
  const int other = small.add(nn::Activation{nn::Activation::Kind::kTanh}, {0});
  const int normaliser = small.add(LogSumExp{}, {other});
  const int end = small.add(SubtractNumber{}, {0, normaliser});
  fuse_log_softmax(small.draft);
  EXPECT_TRUE(small.draft.is<SubtractNumber>(end));
}

TEST(FuseLogSoftmax, ItsSoftmaxIsTheVectorsAndItsChoiceIsOfTheLogits) {
  Small small({4});
  const int logits = small.add(LogSoftmax{}, {0});
  const int probabilities = small.add(nn::Softmax{}, {logits});
  const int choice = small.add(Choice{}, {probabilities});
  fuse_log_softmax(small.draft);
  EXPECT_EQ(small.draft.node(probabilities).inputs, std::vector<int>{0});
  EXPECT_EQ(small.draft.node(choice).inputs, std::vector<int>{logits});
}

}  // namespace
}  // namespace arcadecam::checkpoint::onnx
