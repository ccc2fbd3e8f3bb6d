// Which tensors of Dopamine's checkpoints are the online network's, and which layers of it.
#include "checkpoint/building/dopamine_online.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "arcadecam/core/error.h"

namespace arcadecam::checkpoint {
namespace {

StateDict state_of(const std::vector<std::pair<std::string, Shape>>& tensors) {
  StateDict state;
  for (const auto& [name, shape] : tensors)
    state.tensors.push_back({name, std::make_shared<const Tensor>(shape)});
  return state;
}

std::vector<std::string> names(const StateDict& state) {
  std::vector<std::string> result;
  for (const auto& tensor : state.tensors) result.push_back(tensor.name);
  return result;
}

using Names = std::vector<std::string>;

TEST(DopamineOnline, TargetsAreLeftOutAndAnythingElseIsNot) {
  const DopamineOnline online =
      dopamine_online(state_of({{"online_params/params/Conv_0/kernel", {1}},
                                {"target_params/params/Conv_0/kernel", {1}},
                                {"target_network_params/params/Conv_0/kernel", {1}},
                                {"state", {84, 84, 4}},
                                {"state/kernel", {1}},
                                {"other/kernel", {1}}}));
  EXPECT_EQ(online.prefix, "online_params/params/");
  EXPECT_EQ(names(online.flax),
            (Names{"online_params/params/Conv_0/kernel", "state/kernel", "other/kernel"}));
}

TEST(DopamineOnline, WithoutAnOnlineNetworkNothingIsATarget) {
  const DopamineOnline online = dopamine_online(
      state_of({{"params/Conv_0/kernel", {1}}, {"target_params/Conv_0/kernel", {1}}}));
  EXPECT_EQ(online.prefix, "params/");
  EXPECT_EQ(online.flax.tensors.size(), 2U);
}

TEST(DopamineOnline, TensorFlowsLayersAreThoseOfFlax) {
  const DopamineOnline online = dopamine_online(state_of({{"Online/Conv/weights", {1}},
                                                          {"Online/Conv/weights/RMSProp_1", {1}},
                                                          {"Online/Conv_2/bias", {1}},
                                                          {"Online/fully_connected/biases", {1}},
                                                          {"Online/fully_connected_1/kernel", {1}},
                                                          {"Online/more", {1}},
                                                          {"Target/Conv/weights", {1}},
                                                          {"global_step", {1}}}));
  EXPECT_EQ(names(online.flax),
            (Names{"params/Conv_0/kernel", "params/Conv_2/bias", "params/Dense_0/bias",
                   "params/Dense_1/kernel", "Online/more"}));
}

// Keras's layer without a name comes first, as slim's does that has one.
TEST(DopamineOnline, TensorFlowsEmbeddingOfQuantilesIsTheFirstDenseLayer) {
  for (const char* embedding : {"Online/dense/kernel", "Online/dense_7/kernel"}) {
    const DopamineOnline keras =
        dopamine_online(state_of({{"Online/Conv/kernel", {1}},
                                  {embedding, {1}},
                                  {"Online/fully_connected/kernel", {1}},
                                  {"Online/fully_connected_1/kernel", {1}}}));
    EXPECT_EQ(names(keras.flax), (Names{"params/Conv_0/kernel", "params/Dense_0/kernel",
                                        "params/Dense_1/kernel", "params/Dense_2/kernel"}));
  }
  const DopamineOnline slim =
      dopamine_online(state_of({{"Online/Conv/weights", {1}},
                                {"Online/fully_connected/weights", {1}},
                                {"Online/fully_connected_1/weights", {1}},
                                {"Online/fully_connected_2/weights", {1}}}));
  EXPECT_EQ(names(slim.flax), (Names{"params/Conv_0/kernel", "params/Dense_0/kernel",
                                     "params/Dense_1/kernel", "params/Dense_2/kernel"}));
}

}  // namespace
}  // namespace arcadecam::checkpoint
