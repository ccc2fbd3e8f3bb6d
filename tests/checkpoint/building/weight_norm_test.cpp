#include "checkpoint/building/weight_norm.h"

#include <gtest/gtest.h>

#include <memory>

namespace arcadecam::checkpoint {
namespace {

nn::Weights weights_of_shape(const Shape& shape, const std::vector<float>& values) {
  return std::make_shared<const Tensor>(shape, values);
}

TEST(WeightNorm, AWeightIsItsDirectionByItsLength) {
  StateDict state{{{"a.bias", weights_of_shape(Shape{2}, {1, 2})},
                   {"a.weight_g", weights_of_shape(Shape{2, 1}, {10, -2})},
                   {"a.weight_v", weights_of_shape(Shape{2, 2}, {3, 4, 0, 5})}}};
  EXPECT_EQ(undo_weight_norm(state), std::vector<std::string>{"a.weight"});
  ASSERT_EQ(state.tensors.size(), 2U);
  const nn::Weights weight = state.find("a.weight");
  ASSERT_NE(weight, nullptr);
  EXPECT_EQ(weight->shape(), Shape({2, 2}));
  const std::vector<float> expected{6, 8, 0, -2};
  for (std::size_t i = 0; i < 4; ++i) EXPECT_FLOAT_EQ(weight->values()[i], expected[i]);
}

TEST(WeightNorm, WhatIsNoneStaysAsItIs) {
  for (const auto& [length, direction] : {std::pair(weights_of_shape(Shape{3, 1}, {1, 1, 1}),
                                                    weights_of_shape(Shape{2, 2}, {3, 4, 0, 5})),
                                          std::pair(weights_of_shape(Shape{2, 1}, {1, 1}),
                                                    weights_of_shape(Shape{2, 2}, {3, 4, 0, 0})),
                                          std::pair(weights_of_shape(Shape{2, 1}, {1, 1}),
                                                    weights_of_shape(Shape{4}, {3, 4, 0, 5}))}) {
    StateDict state{{{"parametrizations.weight.original0", length},
                     {"parametrizations.weight.original1", direction}}};
    EXPECT_TRUE(undo_weight_norm(state).empty());
    EXPECT_EQ(state.tensors.size(), 2U);
  }
  StateDict alone{{{"weight_v", weights_of_shape(Shape{1, 1}, {1})}}};
  EXPECT_TRUE(undo_weight_norm(alone).empty());
}

}  // namespace
}  // namespace arcadecam::checkpoint
