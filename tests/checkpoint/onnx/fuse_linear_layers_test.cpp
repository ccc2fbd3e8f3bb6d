// What becomes a linear layer: biases, normalisations of vectors, means over quantiles.
#include <gtest/gtest.h>

#include "checkpoint/onnx/drafts.h"

namespace arcadecam::checkpoint::onnx {
namespace {

using test::drafts::linear;
using test::drafts::numbers;
using test::drafts::Small;
using Values = std::vector<float>;

Values values_of(const nn::Weights& weights) {
  return {weights->values().begin(), weights->values().end()};
}

TEST(FuseBias, AMatMulAndTheConstantBehindIt) {
  Small small({2});
  const int product = small.add(linear(3, 2), {0});
  const int end = small.add(AddConstant{numbers({7, 8, 9})}, {product});
  fuse_bias(small.draft);
  const auto* layer = small.draft.as<nn::Linear>(end);
  ASSERT_NE(layer, nullptr);
  EXPECT_EQ(values_of(layer->weight), (Values{1, 2, 3, 4, 5, 6}));
  EXPECT_EQ(values_of(layer->bias), (Values{7, 8, 9}));
  EXPECT_EQ(small.draft.node(end).inputs, std::vector<int>{0});
  EXPECT_EQ(small.draft.node(end).name, "n1 (2)") << "after the layer";
}

TEST(FuseBias, OthersAreLeftAlone) {
  Small small({2});
  const int relu = small.add(nn::Relu{}, {0});
  const int of_relu = small.add(AddConstant{numbers({7, 8})}, {relu});
  const int whole = small.add(nn::Linear{linear(2, 2).weight, numbers({1, 1})}, {0});
  const int second = small.add(AddConstant{numbers({7, 8})}, {whole});
  const int one = small.add(AddConstant{numbers({7})}, {small.add(linear(2, 2), {0})});
  fuse_bias(small.draft);
  EXPECT_TRUE(small.draft.is<AddConstant>(of_relu));
  EXPECT_TRUE(small.draft.is<AddConstant>(second)) << "the layer has a bias";
  EXPECT_TRUE(small.draft.is<AddConstant>(one)) << "one number for two outputs";
}

nn::BatchNorm2d norm() {  // (x − mean)·gamma/2 + beta
  return {numbers({2, 4}), numbers({1, 1}), numbers({1, 0}), numbers({4, 4}), 0};
}

TEST(FuseBatchNorm, IntoTheLinearLayerInFront) {
  Small small({2});
  const int layer = small.add(linear(2, 2), {0});
  const int end = small.add(FlatBatchNorm{norm()}, {layer});
  fuse_batch_norm(small.draft);
  const auto* merged = small.draft.as<nn::Linear>(end);
  ASSERT_NE(merged, nullptr);
  EXPECT_EQ(values_of(merged->weight), (Values{1, 2, 6, 8}));
  EXPECT_EQ(values_of(merged->bias), (Values{0, 1}));
  EXPECT_EQ(small.draft.node(end).inputs, std::vector<int>{0});
  EXPECT_EQ(small.draft.node(end).name, "n2");
  EXPECT_EQ(values_of(small.draft.as<nn::Linear>(layer)->weight), (Values{1, 2, 3, 4}))
      << "others may read the layer";
}

TEST(FuseBatchNorm, OrALayerOfItsOwn) {
  Small small({2});
  const int relu = small.add(nn::Relu{}, {0});
  const int end = small.add(FlatBatchNorm{norm()}, {relu});
  const int image = small.add(nn::Relu{}, {end});
  fuse_batch_norm(small.draft);
  const auto* own = small.draft.as<nn::Linear>(end);
  ASSERT_NE(own, nullptr);
  EXPECT_EQ(values_of(own->weight), (Values{1, 0, 0, 2}));
  EXPECT_EQ(values_of(own->bias), (Values{0, 1}));
  EXPECT_EQ(small.draft.node(end).inputs, std::vector<int>{relu});
  EXPECT_TRUE(small.draft.is<nn::Relu>(image));
}

TEST(FuseQuantiles, TheMeanOverALayersOutputs) {
  for (const bool outermost : {false, true}) {
    Small small({1});
    const int head = small.add(linear(4, 1), {0});  // 1, 2, 3, 4
    const int end = small.add(GroupMean{2, outermost}, {head});
    fuse_quantiles(small.draft);
    const auto* mean = small.draft.as<nn::Linear>(end);
    ASSERT_NE(mean, nullptr);
    EXPECT_EQ(values_of(mean->weight), outermost ? (Values{2, 3}) : (Values{1.5F, 3.5F}));
    EXPECT_EQ(small.draft.node(end).inputs, std::vector<int>{0});
  }
}

TEST(FuseQuantiles, OthersAreLeftAlone) {
  Small small({4});
  const int end = small.add(GroupMean{2, true}, {small.add(nn::Relu{}, {0})});
  fuse_quantiles(small.draft);
  EXPECT_TRUE(small.draft.is<GroupMean>(end));
}

}  // namespace
}  // namespace arcadecam::checkpoint::onnx
