// What PFRL's conventions refuse. Whether they compute what the library does, agents_test.cpp says.
#include <gtest/gtest.h>

#include "checkpoint/named_network.h"

namespace arcadecam::checkpoint {
namespace {

using test_names::Network;
using test_names::says;

/// The Nature convolutions with 2 channels each: 98 features.
void convolutions(Network& network, const std::string& prefix) {
  network.layer(prefix + "0", {2, 4, 8, 8});
  network.layer(prefix + "1", {2, 2, 4, 4});
  network.layer(prefix + "2", {2, 2, 3, 3});
}

TEST(Pfrl, AtomsMustDivideTheOutputs) {
  Network network("pfrl");
  convolutions(network, "0.layers.");
  network.layer("0.output", {3, 98});
  network.layer("1.model.0.output", {28, 3});
  network.add("1.z_values", {7});
  EXPECT_EQ(network.build().actions(), 4);
  network.remove("1.z_values");
  network.add("1.z_values", {5});
  EXPECT_TRUE(says(network.refusal(), "has 28 outputs; expected a multiple of 5 atoms"));
}

TEST(Pfrl, OneBiasOfAllActionsIsOne) {
  Network network("pfrl");
  convolutions(network, "0.layers.");
  network.layer("0.output", {3, 98});
  network.add("1.weight", {4, 3});
  EXPECT_TRUE(says(network.refusal(), "'1.bias' is missing"));
  network.add("2.bias", {1});
  EXPECT_EQ(network.build().actions(), 4);
  network.add("1.bias", {4});
  EXPECT_TRUE(says(network.refusal(), "'1.bias' (4)"));
}

Network pfrl_rainbow(std::int64_t width, std::int64_t outputs) {
  Network network("pfrl-dueling");
  convolutions(network, "conv_layers.");
  for (const char* part : {".mu", ".sigma"}) {
    network.layer(std::string("main_stream") + part, {width, 98});
    network.layer(std::string("a_stream") + part, {outputs, width / 2});
    network.layer(std::string("v_stream") + part, {7, width / 2});
  }
  return network;
}

TEST(PfrlRainbow, HalfOfItsHiddenLayerIsTheValues) {
  const Network network = pfrl_rainbow(6, 28);
  EXPECT_EQ(network.build().actions(), 4);
  EXPECT_TRUE(says(network.description().network, "noisy dueling C51 (7 atoms"));
  EXPECT_TRUE(says(pfrl_rainbow(7, 28).refusal(), "'main_stream' has 7 outputs; expected an even"));
  EXPECT_TRUE(
      says(pfrl_rainbow(6, 27).refusal(), "'a_stream' has 27 outputs; expected a multiple of"));
}

TEST(PfrlActorCritic, ARecurrentOneIsRefused) {
  Network network("pfrl-actor-critic");
  network.nature("");
  network.layer("7", {3, 98});
  network.layer("9.child_modules.0.0", {6, 3});
  network.layer("9.child_modules.1", {1, 3});
  EXPECT_TRUE(network.recognised("pfrl-actor-critic"));
  EXPECT_TRUE(network.build().value().has_value());
  network.add("9.weight_ih_l0", {12, 3});
  EXPECT_TRUE(says(network.refusal(), "'9.weight_ih_l0' (12×3)"));
}

}  // namespace
}  // namespace arcadecam::checkpoint
