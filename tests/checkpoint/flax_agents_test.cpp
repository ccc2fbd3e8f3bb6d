// Parameters of flax as people save them, Dopamine's full Rainbow and PPO, and what
// torch.export.save writes (scripts/golden/flax_agents.py): read, and computing what the libraries
// did.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "arcadecam/checkpoint/checkpoint.h"
#include "arcadecam/core/files.h"
#include "arcadecam/nn/engine.h"
#include "checkpoint/formats/archives.h"
#include "checkpoint/load_bytes.h"
#include "core/gzip.h"
#include "support/golden.h"
#include "support/networks.h"

namespace arcadecam::checkpoint {
namespace {

using test::error_of;

std::filesystem::path agent(const std::string& file) {
  return test::golden_dir() / "agents" / file;
}

Tensor outputs_of(const nn::Graph& graph, const std::string& engine_id) {
  const auto engine = nn::make_engine(engine_id, std::make_shared<const nn::Graph>(graph));
  const auto states = test::GoldenArrays("checkpoints/known_input.npz").get<std::uint8_t>("x");
  nn::Tape tape;
  engine->forward(states.view(), {}, tape);
  return Tensor(tape.output().shape(), tape.output().values());
}

bool says(const std::vector<std::string>& sentences, std::string_view text) {
  return std::ranges::any_of(sentences, [&](const std::string& sentence) {
    return sentence.find(text) != std::string::npos;
  });
}

struct Saved {
  const char* file;
  const char* container;
  const char* convention;
};

class FlaxFiles : public testing::TestWithParam<Saved> {};

TEST_P(FlaxFiles, ComputeWhatTheLibraryDid) {
  const Saved& row = GetParam();
  const Checkpoint checkpoint = load(agent(row.file));
  EXPECT_EQ(checkpoint.container, row.container);
  EXPECT_EQ(checkpoint.convention, row.convention);
  const auto expected = test::GoldenArrays("agents/flax.npz").get<float>(row.file);
  for (const std::string engine : {"onednn", "reference"}) {
    EXPECT_LT(
        test::relative_difference(outputs_of(checkpoint.graph, engine).values(), expected.values()),
        1e-5)
        << engine;
  }
}

INSTANTIATE_TEST_SUITE_P(
    All, FlaxFiles,
    testing::Values(Saved{"flax.safetensors", "safetensors", "cleanrl-jax"},
                    Saved{"flax_arrays.npz", "npz", "cleanrl-jax"},
                    Saved{"flax.pkl", "pickle of arrays", "cleanrl-jax"},
                    Saved{"flax_state.msgpack", "gzip, flax msgpack", "cleanrl-jax"},
                    Saved{"flax_nnx.msgpack", "flax msgpack", "nature-channels-last"},
                    Saved{"dopamine_full_rainbow.1", "gzip, pickle of arrays",
                          "dopamine-full-rainbow"},
                    Saved{"dopamine_ppo.1", "gzip, pickle of arrays", "dopamine-ppo"},
                    Saved{"exported.pt2", "gzip, torch.export", "cleanrl"}),
    [](const auto& test) {
      std::string name = test.param.file;
      std::ranges::replace(name, '.', '_');
      return name;
    });

TEST(FlaxAgents, WhatAnOptimiserRemembersIsLeftOut) {
  EXPECT_TRUE(says(load(agent("flax_state.msgpack")).evidence,
                   "Left out: 20 tensors of an optimiser or a target network"));
}

TEST(FlaxAgents, FullRainbowIsDuelingAndPpoAnActorCritic) {
  const Checkpoint rainbow = load(agent("dopamine_full_rainbow.1"));
  EXPECT_EQ(rainbow.algorithm, "Rainbow");
  EXPECT_EQ(rainbow.network, "FullRainbowNetwork, noisy, dueling, C51 head (11 atoms, -10 … 10)");
  const Checkpoint ppo = load(agent("dopamine_ppo.1"));
  EXPECT_EQ(ppo.algorithm, "PPO");
  EXPECT_TRUE(ppo.graph.value().has_value());
  EXPECT_EQ(ppo.graph.output_kind(), nn::OutputKind::kLogits);
}

TEST(FlaxAgents, NetworksThatNormaliseEachPixelAreNamed) {
  EXPECT_NE(error_of([&] {
              load(agent("purejaxql.safetensors"));
            }).find("a network that normalises between its convolutions"),
            std::string::npos);
}

TEST(FlaxAgents, ExportedProgramsThatAreBrokenAreRefused) {
  const Bytes whole =
      gunzip(read_file(agent("exported.pt2")), InflateLimits{std::uint64_t{1} << 24});
  // The list of weights is stored as it is; its checksum is that of the original.
  for (std::size_t size = 1000; size < whole.size(); size += 9001)
    EXPECT_NE(error_of([&] { load_bytes(ByteView(whole).first(size), "cut.pt2", {}); }), "");
}

}  // namespace
}  // namespace arcadecam::checkpoint
