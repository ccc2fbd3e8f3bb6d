// What the conventions of residual, implicit quantile and noisy networks refuse. Whether they
// compute what their libraries do, agents_test.cpp says.
#include <gtest/gtest.h>

#include <array>
#include <string>

#include "checkpoint/named_network.h"

namespace arcadecam::checkpoint {
namespace {

using test_names::Network;
using test_names::says;

Network iqn(std::int64_t embedded = 98) {
  Network network("iqn");
  network.nature("dqn_net.net.");
  network.layer("cosine_net.net.0", {embedded, 5});
  network.layer("quantile_net.net.0", {3, 98});
  network.layer("quantile_net.net.2", {6, 3});
  return network;
}

TEST(ImplicitQuantileConvention, ItsHiddenLayerIsThereOnceForEachMidpoint) {
  const Network network = iqn();
  const nn::Graph graph = network.build();
  EXPECT_EQ(graph.shape(*graph.find("quantile_net.net.0")), (Shape{32 * 3}));
  EXPECT_EQ(graph.actions(), 6);
  EXPECT_TRUE(says(network.description().network, "the mean of 32 quantiles"));
}

TEST(ImplicitQuantileConvention, AnEmbeddingOfOtherThanTheFeaturesIsRefused) {
  EXPECT_TRUE(says(iqn(97).refusal(), "'cosine_net.net.0' has 97 outputs; expected 98"));
}

TEST(ImplicitQuantileConvention, QuantilesThatDependOnTheStateAreNotTaken) {
  Network network = iqn();
  EXPECT_TRUE(network.recognised("iqn"));
  network.layer("fraction_net.net.0", {32, 98});
  EXPECT_FALSE(network.recognised("iqn"));
  EXPECT_TRUE(says(network.refusal(), "'fraction_net.net.0.weight'"));
}

TEST(ImplicitQuantileConvention, ASecondHiddenLayerIsRefused) {
  Network network("tianshou-iqn");
  network.nature("model.preprocess.net.");
  network.layer("model.embed_model.net.0", {98, 5});
  network.layer("model.last.model.0", {3, 98});
  network.layer("model.last.model.2", {4, 3});
  EXPECT_EQ(network.build().actions(), 4);
  network.layer("model.last.model.4", {6, 4});
  EXPECT_TRUE(says(network.refusal(), "'model.last.model.4.weight' (6×4)"));
}

Network rainbow(std::int64_t atoms) {
  Network network("cleanrl-rainbow");
  network.nature("network.");
  network.add("support", {atoms});
  network.noisy("value_head.0", {3, 98});
  network.noisy("value_head.2", {7, 3});
  network.noisy("advantage_head.0", {5, 98});
  network.noisy("advantage_head.2", {4 * 7, 5});
  return network;
}

TEST(CleanRlRainbow, ItsStreamsFitTheSupport) {
  const nn::Graph graph = rainbow(7).build();
  EXPECT_EQ(graph.actions(), 4);
  EXPECT_EQ(graph.shape(*graph.find("heads.0")), (Shape{8}));
  EXPECT_TRUE(says(rainbow(6).refusal(),
                   "'value_head.2' has 7 outputs; expected 6 atoms, as 'support' has"));
}

Network qdagger() {
  Network network("cleanrl-qdagger");
  for (const std::string sequence : {"network.0", "network.1", "network.2"}) {
    network.layer(sequence + ".conv", {2, sequence == "network.0" ? 4 : 2, 3, 3});
    for (const std::string block : {".res_block0", ".res_block1"}) {
      network.layer(sequence + block + ".conv0", {2, 2, 3, 3});
      network.layer(sequence + block + ".conv1", {2, 2, 3, 3});
    }
  }
  network.layer("network.5", {3, 2 * 11 * 11});
  network.layer("network.7", {6, 3});
  return network;
}

TEST(QDagger, IsNoneOfCleanRlsOtherNetworks) {
  Network network = qdagger();
  EXPECT_EQ(network.build().actions(), 6);
  EXPECT_TRUE(network.recognised("cleanrl-qdagger"));
  EXPECT_FALSE(network.recognised("cleanrl"));
  EXPECT_FALSE(network.recognised("impala"));
  network.layer("actor", {6, 3});
  EXPECT_FALSE(network.recognised("cleanrl-qdagger"));
  EXPECT_TRUE(network.recognised("impala"));
}

TEST(QDagger, AResidualBlockKeepsItsChannels) {
  Network network = qdagger();
  for (const char* part : {"weight", "bias"})
    network.remove(std::string("network.1.res_block1.conv1.") + part);
  network.layer("network.1.res_block1.conv1", {3, 2, 3, 3});
  EXPECT_TRUE(
      says(network.refusal(), "'network.1.res_block1.conv1.weight' has 3 filters; expected 2"));
}

TEST(Nature, TwoNetworksAreRefusedWithTheOptionThatLeavesOneOut) {
  for (const auto& [first, second, option] :
       {std::array{"net.a.", "target_net.a.", "--ignore target_net.)"},
        std::array{"agent.target.", "agent.q.", "--ignore agent.target.)"},
        std::array{"q1.", "q2.", "--ignore q2.)"}}) {
    Network network("nature");
    for (const std::string prefix : {first, second}) {
      network.nature(prefix + "conv.");
      network.layer(prefix + "fc", {8, 98});
      network.layer(prefix + "head", {6, 8});
    }
    EXPECT_TRUE(says(network.refusal(), option)) << network.refusal();
  }
}

}  // namespace
}  // namespace arcadecam::checkpoint
