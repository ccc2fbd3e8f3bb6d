// Which sums become the expected value of a distribution, and which must stay what they are.
#include <gtest/gtest.h>

#include "checkpoint/onnx/drafts.h"

namespace arcadecam::checkpoint::onnx {
namespace {

using test::drafts::numbers;
using test::drafts::Small;

// Two actions of three atoms.
int expected_value(Small& small, std::int64_t softmax, std::vector<float> support,
                   std::int64_t sum) {
  const int probabilities = small.add(RowSoftmax{softmax}, {0});
  const int weighted = small.add(RowScale{numbers(std::move(support))}, {probabilities});
  return small.add(RowSum{sum}, {weighted});
}

TEST(FuseC51, TheSumOfProbabilitiesTimesTheSupport) {
  Small small({6});
  const int end = expected_value(small, 3, {-1, 0, 1}, 3);
  fuse_c51(small.draft);
  const auto* head = small.draft.as<nn::ExpectedValue>(end);
  ASSERT_NE(head, nullptr);
  EXPECT_EQ(small.draft.node(end).inputs, std::vector<int>{0}) << "the logits";
  EXPECT_EQ(std::vector(head->support->values().begin(), head->support->values().end()),
            (std::vector<float>{-1, 0, 1}));
  EXPECT_EQ(small.draft.shape(end), Shape{2});
}

TEST(FuseC51, OthersAreLeftAlone) {
  Small rows({6}), softmax({6}), none({6});
  const int other_rows = expected_value(rows, 3, {-1, 0, 1}, 2);
  const int other_softmax = expected_value(softmax, 2, {-1, 0, 1}, 3);
  const int no_softmax = none.add(RowSum{3}, {none.add(RowScale{numbers({1, 2, 3})}, {0})});
  const int plain = none.add(RowSum{3}, {0});
  for (Small* small : {&rows, &softmax, &none}) fuse_c51(small->draft);
  EXPECT_TRUE(rows.draft.is<RowSum>(other_rows)) << "sums over other rows than the support's";
  EXPECT_TRUE(softmax.draft.is<RowSum>(other_softmax)) << "a softmax over other rows";
  EXPECT_TRUE(none.draft.is<RowSum>(no_softmax));
  EXPECT_TRUE(none.draft.is<RowSum>(plain));
}

}  // namespace
}  // namespace arcadecam::checkpoint::onnx
