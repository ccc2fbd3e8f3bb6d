// Parameters of flax as people save them and what torch.export.save writes
// (scripts/golden/flax_agents.py), PureJaxQL's and sbx's files
// (purejaxql.py, sbx_agents.py), and Dopamine's full Rainbow
// and PPO (dopamine_bundle.py): read, and computing what the libraries did.
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <string>

#include "arcadecam/checkpoint/checkpoint.h"
#include "arcadecam/core/files.h"
#include "arcadecam/nn/engine.h"
#include "checkpoint/formats/archives.h"
#include "checkpoint/golden_agents.h"
#include "checkpoint/load_bytes.h"
#include "core/gzip.h"
#include "support/golden.h"
#include "support/networks.h"

namespace arcadecam::checkpoint {
namespace {

using test::agent_file;
using test::any_has;
using test::error_of;
using test::outputs_of;

struct FlaxFile {
  const char* file;
  const char* container;
  const char* convention;
  const char* said = "flax";  ///< the arrays beside it
};

class FlaxFiles : public testing::TestWithParam<FlaxFile> {};

TEST_P(FlaxFiles, ComputeWhatTheLibraryDid) {
  const FlaxFile& row = GetParam();
  const Checkpoint checkpoint = load(agent_file(row.file));
  EXPECT_EQ(checkpoint.container, row.container);
  EXPECT_EQ(checkpoint.convention, row.convention);
  const auto expected =
      test::GoldenArrays("agents/" + std::string(row.said) + ".npz").get<float>(row.file);
  for (const std::string engine : {"cpu", "reference"}) {
    EXPECT_LT(
        test::relative_difference(outputs_of(checkpoint.graph, engine).values(), expected.values()),
        1e-5)
        << engine;
  }
}

INSTANTIATE_TEST_SUITE_P(
    All, FlaxFiles,
    testing::Values(
        FlaxFile{"flax.safetensors", "safetensors", "cleanrl-jax"},
        FlaxFile{"flax_arrays.npz", "npz", "cleanrl-jax"},
        FlaxFile{"flax.pkl", "pickle of arrays", "cleanrl-jax"},
        FlaxFile{"flax_state.msgpack", "gzip, flax msgpack", "cleanrl-jax"},
        FlaxFile{"flax_nnx.msgpack", "flax msgpack", "nature-channels-last"},
        FlaxFile{"dopamine_full_rainbow.1", "gzip, pickle of arrays", "dopamine-full-rainbow",
                 "dopamine_bundle"},
        FlaxFile{"dopamine_ppo.1", "gzip, pickle of arrays", "dopamine-ppo", "dopamine_bundle"},
        FlaxFile{"purejaxql.safetensors", "safetensors", "purejaxql", "purejaxql"},
        FlaxFile{"purejaxql_plain.safetensors", "safetensors", "purejaxql", "purejaxql"},
        FlaxFile{"sbx_dqn.msgpack", "flax msgpack", "sbx", "sbx"},
        FlaxFile{"exported.pt2", "gzip, torch.export", "cleanrl"}),
    [](const auto& test) {
      std::string name = test.param.file;
      std::ranges::replace(name, '.', '_');
      return name;
    });

TEST(FlaxAgents, WhatAnOptimiserRemembersIsLeftOut) {
  EXPECT_TRUE(any_has(load(agent_file("flax_state.msgpack")).evidence,
                      "Left out: 20 tensors of an optimiser or a target network"));
}

TEST(FlaxAgents, FullRainbowIsDuelingAndPpoAnActorCritic) {
  const Checkpoint rainbow = load(agent_file("dopamine_full_rainbow.1"));
  EXPECT_EQ(rainbow.algorithm, "Rainbow");
  EXPECT_EQ(rainbow.network, "FullRainbowNetwork, noisy, dueling, C51 head (11 atoms, -10 … 10)");
  const Checkpoint ppo = load(agent_file("dopamine_ppo.1"));
  EXPECT_EQ(ppo.algorithm, "PPO");
  EXPECT_TRUE(ppo.graph.value().has_value());
  EXPECT_EQ(ppo.graph.output_kind(), nn::OutputKind::kLogits);
}

// FlaxFile alone they have the names of a DQN; the maps of a margin are the same.
TEST(FlaxAgents, SbxsActorIsReadWithADoubt) {
  const Checkpoint actor = load(agent_file("sbx_ppo.msgpack"));
  EXPECT_TRUE(any_has(actor.unknown, "or the logits of PPO's actor"));
  Tensor logits = outputs_of(actor.graph, "reference");
  for (std::int64_t n = 0; n < logits.shape()[0]; ++n) {
    float mean = 0;
    for (std::int64_t a = 0; a < 6; ++a) mean += logits.data()[n * 6 + a] / 6;
    for (std::int64_t a = 0; a < 6; ++a) logits.data()[n * 6 + a] -= mean;
  }
  const auto expected = test::GoldenArrays("agents/sbx.npz").get<float>("sbx_ppo.msgpack");
  EXPECT_LT(test::relative_difference(logits.values(), expected.values()), 1e-5);
}

TEST(FlaxAgents, WhatNormalisesByAveragesThatNobodySavedIsNamed) {
  for (const auto& row :
       {std::pair("purejaxql_batch_norm.safetensors", "'CNN_0/BatchNorm_0' normalises"),
        std::pair("purejaxql_norm_input.safetensors", "'BatchNorm_0' normalises")}) {
    const std::string error = error_of([&] { load(agent_file(row.first)); });
    EXPECT_NE(error.find(row.second), std::string::npos) << error;
    EXPECT_NE(error.find("NORM_TYPE=layer_norm"), std::string::npos) << error;
  }
}

// The same file as somebody's own network.
TEST(FlaxAgents, NormalisedPixelsCanBeDescribed) {
  std::string layers;
  for (const auto& [i, stride] : {std::pair(0, 4), std::pair(1, 2), std::pair(2, 1)}) {
    const std::string n = std::to_string(i);
    layers +=
        R"({"type": "conv", "weight": "CNN_0,Conv_)" + n + R"(,kernel", "bias": "CNN_0,Conv_)" + n +
        R"(,bias", "layout": "hwio", "stride": )" + std::to_string(stride) +
        R"(}, {"type": "layer_norm", "each_pixel": true, "epsilon": 1e-6, "weight": "CNN_0,LayerNorm_)" +
        n + R"(,scale", "bias": "CNN_0,LayerNorm_)" + n + R"(,bias"}, {"type": "relu"}, )";
  }
  const std::string json = R"({"input": {"channels": 4}, "ignore": ["BatchNorm_0"], "layers": [)" +
                           layers +
                           R"({"type": "flatten"},
    {"type": "linear", "weight": "CNN_0,Dense_0,kernel", "bias": "CNN_0,Dense_0,bias", "layout": "io", "order": "hwc"},
    {"type": "layer_norm", "epsilon": 1e-6, "weight": "CNN_0,LayerNorm_3,scale", "bias": "CNN_0,LayerNorm_3,bias"},
    {"type": "relu"}, {"type": "linear", "weight": "Dense_0,kernel", "bias": "Dense_0,bias", "layout": "io"}]})";
  const test::TemporaryFolder folder;
  std::ofstream(folder.path() / "net.json") << json;
  LoadOptions options;
  options.network = folder.path() / "net.json";
  const Checkpoint described = load(agent_file("purejaxql.safetensors"), options);
  const auto expected =
      test::GoldenArrays("agents/purejaxql.npz").get<float>("purejaxql.safetensors");
  EXPECT_LT(test::relative_difference(outputs_of(described.graph, "reference").values(),
                                      expected.values()),
            1e-5);
}

TEST(FlaxAgents, ExportedProgramsThatAreBrokenAreRefused) {
  const Bytes whole =
      gunzip(read_file(agent_file("exported.pt2")), InflateLimits{std::uint64_t{1} << 24});
  // The list of weights is stored as it is; its checksum is that of the original.
  for (std::size_t size = 1000; size < whole.size(); size += 9001)
    EXPECT_NE(error_of([&] { load_bytes(ByteView(whole).first(size), "cut.pt2", {}); }), "");
}

}  // namespace
}  // namespace arcadecam::checkpoint
