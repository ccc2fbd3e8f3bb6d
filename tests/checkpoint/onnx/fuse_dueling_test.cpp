// Which sums become a dueling head, and which must stay what they are.
#include <gtest/gtest.h>

#include "checkpoint/onnx/drafts.h"

namespace arcadecam::checkpoint::onnx {
namespace {

using test::drafts::linear;
using test::drafts::Small;

/// A value (node 1) and `actions` advantages (node 2) of one input.
struct Streams : Small {
  explicit Streams(std::int64_t actions) : Small({4}) {
    value = add(linear(1, 4), {0});
    advantages = add(linear(actions, 4), {0});
  }
  int value, advantages;
};

bool is_dueling(const Streams& small, int at) {
  return small.draft.is<nn::Dueling>(at) &&
         small.draft.node(at).inputs == std::vector<int>{small.value, small.advantages};
}

TEST(FuseDueling, DifferenceFirst) {
  Streams small(3);
  const int mean = small.add(Mean{}, {small.advantages});
  const int centred = small.add(SubtractNumber{}, {small.advantages, mean});
  const int end = small.add(AddNumber{}, {centred, small.value});
  fuse_dueling(small.draft);
  EXPECT_TRUE(is_dueling(small, end));
  EXPECT_TRUE(small.draft.is<SubtractNumber>(centred));
}

TEST(FuseDueling, SumFirst) {
  Streams small(3);
  const int mean = small.add(Mean{}, {small.advantages});
  const int sum = small.add(AddNumber{}, {small.advantages, small.value});
  const int end = small.add(SubtractNumber{}, {sum, mean});
  fuse_dueling(small.draft);
  EXPECT_TRUE(is_dueling(small, end));
}

// For a single action the sums are those of two single numbers.
TEST(FuseDueling, OfOneAction) {
  Streams small(1);
  const int mean = small.add(Mean{}, {small.advantages});
  const int centred = small.add(SubtractNumber{}, {small.advantages, mean});
  const int end = small.add(nn::Add{}, {small.value, centred});
  fuse_dueling(small.draft);
  EXPECT_TRUE(is_dueling(small, end));
}

TEST(FuseDueling, OthersAreLeftAlone) {
  Streams small(3);
  const int others = small.add(linear(3, 4), {0});
  const int mean = small.add(Mean{}, {others});
  const int of_others = small.add(SubtractNumber{}, {small.advantages, mean});
  const int sum = small.add(AddNumber{}, {of_others, small.value});
  const int raised = small.add(AddNumber{}, {small.advantages, small.value});
  const int less = small.add(SubtractNumber{}, {raised, mean});
  const int less_value = small.add(SubtractNumber{}, {raised, small.value});
  fuse_dueling(small.draft);
  EXPECT_TRUE(small.draft.is<AddNumber>(sum)) << "less the mean of other values";
  EXPECT_TRUE(small.draft.is<SubtractNumber>(less));
  EXPECT_TRUE(small.draft.is<SubtractNumber>(less_value)) << "less a number that is no mean";
  EXPECT_TRUE(small.draft.is<AddNumber>(raised));
}

}  // namespace
}  // namespace arcadecam::checkpoint::onnx
