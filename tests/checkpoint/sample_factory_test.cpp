// What Sample Factory's agents hold and what is refused. Whether they compute what the library
// does, agents_test.cpp says.
#include <gtest/gtest.h>

#include "checkpoint/named_network.h"

namespace arcadecam::checkpoint {
namespace {

using test_names::Network;
using test_names::says;

constexpr const char* kStatistics = "obs_normalizer.running_mean_std.running_mean_std.obs.";

Network appo(std::int64_t features) {
  Network network("sample-factory");
  network.nature("encoder.encoders.obs.enc.conv_head.");
  network.layer("encoder.encoders.obs.enc.mlp_layers.0", {3, features});
  network.layer("critic_linear", {1, 3});
  network.layer("action_parameterization.distribution_linear", {6, 3});
  return network;
}

TEST(SampleFactory, TheLayerBehindTellsTheLastStride) {
  const nn::Graph nature = appo(2 * 7 * 7).build(), simple = appo(2 * 4 * 4).build();
  const std::string last = "encoder.encoders.obs.enc.conv_head.4";
  EXPECT_EQ(nature.shape(*nature.find(last)), (Shape{2, 7, 7}));
  EXPECT_EQ(simple.shape(*simple.find(last)), (Shape{2, 4, 4}));
  EXPECT_TRUE(says(appo(99).refusal(), "'encoder.encoders.obs.enc.mlp_layers.0.weight'"));
}

TEST(SampleFactory, StatisticsOfEveryPixelAreStandardisedBy) {
  Network network = appo(2 * 7 * 7);
  EXPECT_FALSE(network.build().find("standardised"));
  network.add(std::string(kStatistics) + "running_mean", {4, 84, 84});
  EXPECT_TRUE(says(network.refusal(), "running_var' is missing"));
  network.add(std::string(kStatistics) + "running_var", {4, 84, 84});
  network.add(std::string(kStatistics) + "count", {1});
  const nn::Graph graph = network.build();
  const auto& map = std::get<nn::Affine>(graph.node(*graph.find("standardised")).op);
  EXPECT_NEAR(map.factor->values()[0], 316.2278F, 1e-3F) << "of a variance of 0";
  EXPECT_TRUE(graph.find("limited").has_value());
}

TEST(SampleFactory, StatisticsOfOtherPlanesAreRefused) {
  Network network = appo(2 * 7 * 7);
  network.add(std::string(kStatistics) + "running_mean", {3, 84, 84});
  network.add(std::string(kStatistics) + "running_var", {3, 84, 84});
  EXPECT_TRUE(says(network.refusal(), "'standardised' (Affine): expected factor of shape 4×84×84"));
}

TEST(SampleFactory, ARecurrentOneIsRefused) {
  Network network = appo(2 * 7 * 7);
  network.add("core.core.weight_ih_l0", {9, 3});
  EXPECT_TRUE(says(network.refusal(), "'core.core.weight_ih_l0' (9×3)"));
}

}  // namespace
}  // namespace arcadecam::checkpoint
