// Which operators become a GELU, and which must stay what they are.
#include <gtest/gtest.h>

#include <numbers>

#include "checkpoint/onnx/drafts.h"

namespace arcadecam::checkpoint::onnx {
namespace {

using test::drafts::numbers;
using test::drafts::Small;

constexpr float kRoot = std::numbers::sqrt2_v<float> / 2;

/// 1 + erf(inside·x) for node x.
int gate(Small& small, int x, float inside = kRoot, float plus = 1) {
  const int erf = small.add(Erf{}, {small.add(nn::Scale{inside}, {x})});
  return small.add(AddConstant{numbers({plus})}, {erf});
}

bool is_gelu_of(const Small& small, int at, int x) {
  const auto* op = small.draft.as<nn::Activation>(at);
  return op != nullptr && op->kind == nn::Activation::Kind::kGelu &&
         small.draft.node(at).inputs == std::vector<int>{x};
}

TEST(FuseGelu, WhereverTheHalfStands) {
  for (const Shape& shape : {Shape{3}, Shape{2, 4, 4}}) {
    Small last(shape), first(shape), gated(shape), swapped(shape);
    int end = last.add(nn::Scale{0.5F}, {last.add(Product{}, {0, gate(last, 0)})});
    fuse_gelu(last.draft);
    EXPECT_TRUE(is_gelu_of(last, end, 0));

    const int half = first.add(nn::Scale{0.5F}, {0});
    end = first.add(Product{}, {half, gate(first, 0)});
    fuse_gelu(first.draft);
    EXPECT_TRUE(is_gelu_of(first, end, 0));

    end = gated.add(Product{}, {0, gated.add(nn::Scale{0.5F}, {gate(gated, 0)})});
    fuse_gelu(gated.draft);
    EXPECT_TRUE(is_gelu_of(gated, end, 0));

    end = swapped.add(nn::Scale{0.5F}, {swapped.add(nn::Gate{}, {gate(swapped, 0), 0})});
    fuse_gelu(swapped.draft);
    EXPECT_TRUE(is_gelu_of(swapped, end, 0));
  }
}

// x itself may be a product with a number: pixels that were divided.
TEST(FuseGelu, OfAScaledInput) {
  Small small({3});
  const int x = small.add(nn::Scale{1 / 255.0F}, {0});
  const int end = small.add(nn::Scale{0.5F}, {small.add(Product{}, {x, gate(small, x)})});
  fuse_gelu(small.draft);
  EXPECT_TRUE(is_gelu_of(small, end, x));
}

TEST(FuseGelu, OthersAreLeftAlone) {
  const auto stays = [](float inside, float plus, float factor, bool other) {
    Small small({3});
    const int x = other ? small.add(nn::Relu{}, {0}) : 0;
    const int product = small.add(Product{}, {x, gate(small, 0, inside, plus)});
    const int end = small.add(nn::Scale{factor}, {product});
    fuse_gelu(small.draft);
    return small.draft.is<nn::Scale>(end) && small.draft.is<Product>(product);
  };
  EXPECT_FALSE(stays(kRoot, 1, 0.5F, false));
  EXPECT_TRUE(stays(1, 1, 0.5F, false)) << "erf(x)";
  EXPECT_TRUE(stays(kRoot, 2, 0.5F, false)) << "2 + erf";
  EXPECT_TRUE(stays(kRoot, 1, 1.5F, false)) << "thrice as large";
  EXPECT_TRUE(stays(kRoot, 1, -0.5F, false)) << "its negative";
  EXPECT_TRUE(stays(kRoot, 1, 0, false));
  EXPECT_TRUE(stays(kRoot, 1, 0.5F, true)) << "the product with another value";
}

}  // namespace
}  // namespace arcadecam::checkpoint::onnx
