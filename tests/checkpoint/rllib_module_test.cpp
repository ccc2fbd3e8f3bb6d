// What RLlib's RLModules leave unsaid, and what is refused. Whether they compute what the library
// does, agents_test.cpp says.
#include <gtest/gtest.h>

#include "checkpoint/named_network.h"

namespace arcadecam::checkpoint {
namespace {

using test_names::Network;
using test_names::says;

/// Kernels of two channels each, and PPO's heads on `flat` values.
Network ppo(const std::vector<std::int64_t>& kernels, std::int64_t flat) {
  Network network("rllib-module");
  std::int64_t planes = 4, at = 1;
  for (const std::int64_t kernel : kernels) {
    network.layer("encoder.encoder.net.0.cnn." + std::to_string(at), {2, planes, kernel, kernel});
    planes = 2;
    at += 3;
  }
  network.layer("pi.net.mlp.0", {6, flat});
  network.layer("vf.net.mlp.0", {1, flat});
  return network;
}

TEST(RllibModule, TheHeadsInputsTellHowHighTheObservationIs) {
  for (const auto& [extent, last] : {std::pair{84, 6}, std::pair{64, 4}, std::pair{42, 3}}) {
    const nn::Graph graph = ppo({4, 4, 4, 4}, std::int64_t{2} * last * last).build();
    EXPECT_EQ(graph.shape(0), (Shape{4, extent, extent}));
    EXPECT_TRUE(graph.value().has_value());
  }
  EXPECT_EQ(ppo({4, 4, 11}, 2 * 11 * 11).build().shape(0), (Shape{4, 42, 42}));
  EXPECT_TRUE(says(ppo({8, 4, 3}, 2 * 10 * 10).refusal(),
                   "'pi.net.mlp.0' takes 200 values; expected what observations of 84×84"));
}

TEST(RllibModule, UnknownStridesAreNotGuessed) {
  EXPECT_TRUE(says(ppo({8, 4, 5}, 2 * 11 * 11).refusal(),
                   "its convolutions have kernels of 8, 4, 5, whose strides the file does not"));
}

TEST(RllibModule, ADistributionOfUnknownAtomsIsRefused) {
  Network network("rllib-module");
  network.layer("encoder.net.0.cnn.1", {2, 4, 8, 8});
  network.layer("encoder.net.0.cnn.4", {2, 2, 4, 4});
  network.layer("encoder.net.0.cnn.7", {2, 2, 3, 3});
  network.layer("af.net.mlp.0", {60, 2 * 11 * 11});
  EXPECT_TRUE(network.recognised("rllib-module"));
  EXPECT_TRUE(says(network.refusal(), "'af' has 60 outputs: a distribution's"));
}

TEST(RllibModule, ACriticIsOneNumber) {
  Network network = ppo({8, 4, 3}, 2 * 11 * 11);
  network.remove("vf.net.mlp.0.weight");
  network.remove("vf.net.mlp.0.bias");
  network.layer("vf.net.mlp.0", {2, 2 * 11 * 11});
  EXPECT_TRUE(says(network.refusal(), "the critic 'vf.net.mlp.0' has 2 outputs; expected 1"));
}

}  // namespace
}  // namespace arcadecam::checkpoint
