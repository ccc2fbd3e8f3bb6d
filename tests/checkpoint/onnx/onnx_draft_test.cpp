// What a draft promises: names, shapes, the limit of its weights, and what becomes of it.
#include <gtest/gtest.h>

#include "arcadecam/core/error.h"
#include "checkpoint/formats/archives.h"
#include "checkpoint/onnx/drafts.h"

namespace arcadecam::checkpoint::onnx {
namespace {

using test::error_of;
using test::drafts::linear;
using test::drafts::numbers;
using test::drafts::Small;

TEST(Draft, NamesAreMadeUnique) {
  Small small({2});
  const auto name = [&](const char* wanted) {
    return small.draft.node(small.draft.append({wanted, nn::Relu{}, {0}, ""})).name;
  };
  EXPECT_EQ(name("a"), "a");
  EXPECT_EQ(name("a"), "a (2)");
  EXPECT_EQ(name("a (3)"), "a (3)");
  EXPECT_EQ(name("a"), "a (4)");
  EXPECT_EQ(name("a (2)"), "a (2) (2)");
}

// A search for each name from the beginning would take 20,000³ steps.
TEST(Draft, OneNameForAllNodesIsNoTrouble) {
  Small small({2});
  for (int i = 0; i < 20'000; ++i)
    small.draft.append({"a", nn::Relu{}, {small.draft.size() - 1}, ""});
  EXPECT_EQ(small.draft.node(20'000).name, "a (20000)");
}

TEST(Draft, WhatDoesNotFitIsRefusedWithItsOrigin) {
  const auto refusal = [](DraftOp op, const Shape& shape, int inputs = 1) {
    Small small(shape);
    return error_of([&] { small.add(std::move(op), std::vector(std::size_t(inputs), 0)); });
  };
  const std::string expected =
      "the ONNX operator Some of node 'n1': its inputs do not fit each other";
  EXPECT_EQ(refusal(RowSoftmax{4}, {6}), expected);
  EXPECT_EQ(refusal(RowSum{0}, {6}), expected);
  EXPECT_EQ(refusal(RowScale{numbers({1, 2})}, {3}), expected);
  EXPECT_EQ(refusal(GroupMean{-2, true}, {4}), expected);
  EXPECT_EQ(refusal(AddConstant{numbers({1, 2})}, {3}), expected);
  EXPECT_EQ(refusal(AddConstant{numbers({1, 2, 3})}, {2, 1, 1}), expected);
  EXPECT_EQ(refusal(AddNumber{}, {3}, 2), expected);
  EXPECT_EQ(refusal(SubtractNumber{}, {2, 1, 1}, 2), expected);
  EXPECT_EQ(refusal(Mean{}, {2, 1, 1}), expected);
  EXPECT_EQ(refusal(Product{}, {3}), expected);
  EXPECT_EQ(refusal(Choice{}, {2, 1, 1}), expected);
}

TEST(Draft, AReplacementKeepsTheShape) {
  Small small({4});
  const int mean = small.add(GroupMean{2, true}, {0});
  EXPECT_NE(error_of([&] { small.draft.replace(mean, linear(3, 4), {0}); }).find("do not fit"),
            std::string::npos);
  EXPECT_TRUE(small.draft.is<GroupMean>(mean)) << "as it was";
  small.draft.replace(mean, linear(2, 4), {0});
  EXPECT_EQ(small.draft.shape(mean), Shape{2});
}

TEST(Draft, WeightsOfReplacementsCountAsWell) {
  Small small({2000});
  const nn::Linear layer = linear(2000, 2000);
  const auto fill = [&] {
    for (int i = 0; i < 3; ++i) small.draft.replace(small.add(linear(2000, 2000), {0}), layer, {0});
  };
  EXPECT_NE(error_of(fill).find("the same weights too often"), std::string::npos);
}

TEST(Draft, TheGraphHoldsWhatTheOutputNeeds) {
  Small small({3});
  const int unused = small.add(Erf{}, {0});
  const int output = small.add(linear(2, 3), {0});
  small.add(nn::Relu{}, {unused});
  const nn::Graph graph = small.draft.graph({output});
  ASSERT_EQ(graph.size(), 2);
  EXPECT_EQ(graph.node(1).name, "n2");
}

TEST(Draft, AnOperatorThatIsLeftIsRefused) {
  const auto refusal = [](DraftOp op, const Shape& shape = {4}, int inputs = 1) {
    Small small(shape);
    int at = small.add(std::move(op), std::vector(std::size_t(inputs), 0));
    if (small.draft.shape(at).rank() == 3) at = small.add(nn::Flatten{}, {at});
    return error_of([&] { static_cast<void>(small.draft.graph({at})); });
  };
  const std::string start = "the ONNX operator Some of node 'n1': ";
  EXPECT_EQ(refusal(Erf{}), start + "only within GELU");
  EXPECT_EQ(refusal(AddConstant{numbers({1})}),
            start + "a constant is supported only as the bias of a MatMul or a Conv");
  EXPECT_NE(refusal(Product{}, {2, 2, 2}, 2).find("only a product with one number"),
            std::string::npos);
  EXPECT_EQ(refusal(AddNumber{}, {1}, 2), start + "two inputs of different shapes");
  EXPECT_NE(refusal(Mean{}).find("only reductions of an image"), std::string::npos);
  EXPECT_NE(refusal(RowSum{2}).find("only reductions of an image"), std::string::npos);
  EXPECT_EQ(refusal(GroupMean{2, true}),
            start + "a mean over quantiles that no linear layer gives");
  EXPECT_NE(refusal(RowSoftmax{2}).find("only over a vector, or over atoms"), std::string::npos);
  EXPECT_NE(refusal(Choice{}).find("the choice of an action"), std::string::npos);
}

}  // namespace
}  // namespace arcadecam::checkpoint::onnx
