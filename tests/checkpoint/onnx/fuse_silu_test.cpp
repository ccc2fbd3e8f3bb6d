// Which products become a SiLU, and which must stay what they are.
#include <gtest/gtest.h>

#include "checkpoint/onnx/drafts.h"

namespace arcadecam::checkpoint::onnx {
namespace {

using test::drafts::Small;
using Kind = nn::Activation::Kind;

bool is_silu(const Small& small, int at) {
  const auto* op = small.draft.as<nn::Activation>(at);
  return op != nullptr && op->kind == Kind::kSilu &&
         small.draft.node(at).inputs == std::vector<int>{0};
}

TEST(FuseSilu, AValueTimesItsSigmoid) {
  for (const bool sigmoid_first : {false, true}) {
    for (const DraftOp& op : {DraftOp(Product{}), DraftOp(nn::Gate{})}) {
      Small small({2, 3, 3});
      const int gate = small.add(nn::Activation{Kind::kSigmoid}, {0});
      const int end = small.add(op, sigmoid_first ? std::vector{gate, 0} : std::vector{0, gate});
      fuse_silu(small.draft);
      EXPECT_TRUE(is_silu(small, end));
    }
  }
}

TEST(FuseSilu, OthersAreLeftAlone) {
  Small small({4});
  const int tanh = small.add(nn::Activation{Kind::kTanh}, {0});
  const int sigmoid = small.add(nn::Activation{Kind::kSigmoid}, {tanh});
  const int by_tanh = small.add(nn::Gate{}, {0, tanh});
  const int of_another = small.add(nn::Gate{}, {0, sigmoid});
  fuse_silu(small.draft);
  EXPECT_TRUE(small.draft.is<nn::Gate>(by_tanh));
  EXPECT_TRUE(small.draft.is<nn::Gate>(of_another));
}

}  // namespace
}  // namespace arcadecam::checkpoint::onnx
