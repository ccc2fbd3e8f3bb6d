// Known networks saved in other ways (scripts/golden/wrapped_agents.py): what is said of them, and
// that they compute what the library's own did.
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <string>
#include <vector>

#include "arcadecam/checkpoint/checkpoint.h"
#include "arcadecam/core/files.h"
#include "arcadecam/nn/engine.h"
#include "checkpoint/formats/archives.h"
#include "checkpoint/golden_agents.h"
#include "checkpoint/load_bytes.h"
#include "support/golden.h"
#include "support/networks.h"

namespace arcadecam::checkpoint {
namespace {

using test::agent_file;
using test::any_has;
using test::outputs_of;

double difference(const nn::Graph& graph, const std::string& file,
                  const std::string& engine = "cpu") {
  const auto expected = test::GoldenArrays("agents/wrapped.npz").get<float>(file);
  return test::relative_difference(outputs_of(graph, engine).values(), expected.values());
}

struct WrappedFile {
  const char* file;
  const char* convention;
  const char* algorithm;  // empty: not known
  const char* protocol;   // empty: not known
  const char* evidence;   // what is said of how it is read
  const char* as = nullptr;
};

const std::vector<WrappedFile>& wrapped_files() {
  static const std::vector<WrappedFile> files{
      {"wrapped_compiled.pt", "cleanrl", "DQN", "cleanrl", "'_orig_mod.'"},
      {"wrapped_averaged.pt", "cleanrl", "DQN", "cleanrl", "'module.module.'"},
      {"wrapped_lightning.ckpt", "cleanrl", "DQN", "cleanrl", "'model.'"},
      {"entry_actor_critic.pt", "cleanrl", "DQN", "cleanrl", "Convention cleanrl"},
      {"entry_agent_state_dict.pt", "cleanrl", "DQN", "cleanrl", "Convention cleanrl"},
      {"entry_online_net.pt", "cleanrl", "DQN", "cleanrl", "Convention cleanrl"},
      {"entry_q_network_state_dict.pt", "cleanrl", "DQN", "cleanrl", "Convention cleanrl"},
      {"entry_lone.pt", "cleanrl", "DQN", "cleanrl", "the entry 'policy_net'"},
      {"entry_list.pt", "cleanrl", "DQN", "cleanrl", "the list's first item"},
      {"torchrl_actor.pt", "torchrl", "DQN", "", "'module.0.module.features.'"},
      {"torchrl_loss.pt", "torchrl", "DQN", "", "'value_network_params.module.0.module.features.'"},
      {"torchrl_alone.pt", "torchrl", "DQN", "", "as --as says", "torchrl"},
      {"rainbow_1_3.pth", "kaixhin-rainbow-padded", "Rainbow", "rainbow", "'conv1.'"},
      {"rainbow_1_3_renamed.pth", "kaixhin-rainbow-padded", "Rainbow", "rainbow", "as --as says",
       "kaixhin-rainbow-padded"},
      {"curl.pth", "kaixhin-rainbow", "Rainbow", "rainbow", "'convs.'"},
      {"sb3_trpo.zip", "stable-baselines3", "TRPO", "stable-baselines3", "'action_net.'"},
      {"sb3_maskable.zip", "stable-baselines3", "MaskablePPO", "stable-baselines3",
       "'action_net.'"},
      {"sb3_colours.zip", "stable-baselines3", "PPO", "stable-baselines3", "'action_net.'"},
      {"cleanba_ppo.cleanrl_model", "cleanba", "PPO", "envpool-default", "ConvSequence_0"},
      {"lightning_target.ckpt", "cleanrl", "DQN", "cleanrl",
       "10 tensors of networks beside the one that plays ('target_net.')"},
      {"weight_norm.pt", "cleanrl", "DQN", "cleanrl", "2 with weight normalisation"},
      {"weight_norm_old.pt", "cleanrl", "DQN", "cleanrl", "2 with weight normalisation"},
      {"batch_norm.onnx", "onnx", "", "", "Convention onnx"},
  };
  return files;
}

class WrappedFiles : public testing::TestWithParam<WrappedFile> {};

TEST_P(WrappedFiles, AreRecognisedAndComputeWhatTheLibraryDid) {
  const WrappedFile& row = GetParam();
  LoadOptions options;
  if (row.as != nullptr) options.as = row.as;
  const Checkpoint checkpoint = load(agent_file(row.file), options);
  EXPECT_EQ(checkpoint.convention, row.convention);
  EXPECT_EQ(checkpoint.algorithm.value_or(""), row.algorithm);
  EXPECT_EQ(checkpoint.protocol.value_or(""), row.protocol);
  EXPECT_TRUE(any_has(checkpoint.evidence, row.evidence)) << row.evidence;
  EXPECT_EQ(checkpoint.graph.actions(), 6);
  for (const std::string engine : {"cpu", "reference"})
    EXPECT_LT(difference(checkpoint.graph, row.file, engine), 1e-4) << engine;
}

INSTANTIATE_TEST_SUITE_P(All, WrappedFiles, testing::ValuesIn(wrapped_files()),
                         [](const auto& file) {
                           std::string name = file.param.file;
                           std::ranges::replace_if(
                               name, [](unsigned char c) { return std::isalnum(c) == 0; }, '_');
                           return name;
                         });

TEST(WrappedAgents, EveryGoldenFileIsInTheTable) {
  const test::GoldenArrays golden("agents/wrapped.npz");
  for (const auto& [name, values] : golden.all()) {
    const std::string& file = name;
    const bool listed = std::ranges::any_of(
        wrapped_files(), [&](const WrappedFile& row) { return row.file == file; });
    EXPECT_TRUE(listed || file == "batch_norm.pt" || file == "lightning_two.ckpt" ||
                file.starts_with("sb3_screens_"))
        << file;
  }
}

TEST(WrappedAgents, CutOffFilesAreRefused) {
  for (const WrappedFile& row : wrapped_files()) {
    const Bytes whole = read_file(agent_file(row.file), std::uint64_t{1} << 24);
    for (const std::size_t part : {1U, 5U, 9U}) {
      const ByteView cut = ByteView(whole).first(whole.size() * part / 10);
      EXPECT_NE(test::error_of([&] { load_bytes(cut, row.file, {}); }), "") << row.file;
    }
  }
}

// The same names, another activation function: nothing in the file tells them apart.
TEST(WrappedAgents, WhatHasTheNamesOfAnotherIsReadAsThatAndSaid) {
  const Checkpoint torchrl = load(agent_file("torchrl_alone.pt"));
  EXPECT_EQ(torchrl.convention, "dueling");
  EXPECT_GT(difference(torchrl.graph, "torchrl_alone.pt"), 0.1);
  EXPECT_TRUE(any_has(torchrl.unknown, "ReLU is assumed (give --activation NAME"));
  EXPECT_TRUE(any_has(torchrl.unknown, "--as torchrl"));
  LoadOptions elu;
  elu.activation = "elu";
  const Checkpoint said = load(agent_file("torchrl_alone.pt"), elu);
  EXPECT_LT(difference(said.graph, "torchrl_alone.pt"), 1e-4);
  EXPECT_FALSE(any_has(said.unknown, "--activation"));

  const Checkpoint rainbow = load(agent_file("rainbow_1_3_renamed.pth"));
  EXPECT_EQ(rainbow.convention, "kaixhin-rainbow");
  EXPECT_GT(difference(rainbow.graph, "rainbow_1_3_renamed.pth"), 1e-3);
  EXPECT_TRUE(any_has(rainbow.unknown, "--as kaixhin-rainbow-padded"));
  // Under its own names it is never read without the padding.
  LoadOptions unpadded;
  unpadded.as = "kaixhin-rainbow";
  EXPECT_NE(test::error_of([&] { load(agent_file("rainbow_1_3.pth"), unpadded); }), "");
}

TEST(WrappedAgents, CurlsHeadIsLeftOutAndSaid) {
  EXPECT_NE(load(agent_file("curl.pth")).network.find("without CURL's contrastive head"),
            std::string::npos);
}

// values.npz holds what it says (agents_test.cpp).
TEST(WrappedAgents, CleanbasCriticIsReadAndItsEnvironmentSaid) {
  const Checkpoint checkpoint = load(agent_file("cleanba_ppo.cleanrl_model"));
  EXPECT_TRUE(checkpoint.graph.value());
  EXPECT_TRUE(any_has(checkpoint.unknown, "How EnvPool was set"));
}

// One frame of three colours, or three grey frames: the shape is the same.
TEST(WrappedAgents, ThreePlanesMayBeColours) {
  const Checkpoint checkpoint = load(agent_file("sb3_colours.zip"));
  EXPECT_TRUE(any_has(checkpoint.unknown,
                      "Whether its 3 planes are 3 grey frames or the red, green and blue of 1"));
  EXPECT_TRUE(checkpoint.protocol_settings.empty());
  LoadOptions options;
  options.grey = "rgb";
  const Checkpoint colours = load(agent_file("sb3_colours.zip"), options);
  EXPECT_FALSE(any_has(colours.unknown, "grey"));
  ASSERT_EQ(colours.protocol_settings.size(), 1U);
  EXPECT_EQ(colours.protocol_settings[0].name, "grey");
  EXPECT_EQ(std::get<std::string>(colours.protocol_settings[0].value), "rgb");
  EXPECT_FALSE(any_has(load(agent_file("sb3_ppo.zip")).unknown, "grey"));
}

// What a beginner trains: the game without wrappers.
TEST(WrappedAgents, WholeScreensInColourAreRead) {
  ByteTensor states(Shape({2, 3, 210, 160}));
  for (std::int64_t n = 0, at = 0; n < 2; ++n) {
    for (std::int64_t plane = 0; plane < 3; ++plane) {
      for (std::int64_t row = 0; row < 210; ++row) {
        for (std::int64_t column = 0; column < 160; ++column, ++at) {
          states.data()[at] = static_cast<std::uint8_t>(
              (7 * row + 13 * column + 29 * plane + (n + 1) * row * column) % 256);
        }
      }
    }
  }
  for (const std::string file : {"sb3_screens_ppo.zip", "sb3_screens_dqn.zip"}) {
    const Checkpoint checkpoint = load(agent_file(file));
    EXPECT_EQ(checkpoint.convention, "stable-baselines3");
    EXPECT_EQ(checkpoint.graph.shape(0), Shape({3, 210, 160}));
    EXPECT_EQ(checkpoint.protocol, "modern");
    ASSERT_EQ(checkpoint.protocol_settings.size(), 2U);
    EXPECT_EQ(std::get<std::string>(checkpoint.protocol_settings[0].value), "rgb");
    EXPECT_EQ(std::get<std::string>(checkpoint.protocol_settings[1].value), "none");
    EXPECT_FALSE(any_has(checkpoint.unknown, "grey"));
    EXPECT_TRUE(any_has(checkpoint.evidence, "Protocol modern with grey rgb, pool none: "));
    const auto expected = test::GoldenArrays("agents/wrapped.npz").get<float>(file);
    for (const std::string engine_id : {"cpu", "reference"}) {
      const auto engine =
          nn::make_engine(engine_id, std::make_shared<const nn::Graph>(checkpoint.graph));
      nn::Tape tape;
      engine->forward(states.view(), {}, tape);
      EXPECT_LT(test::relative_difference(tape.output().values(), expected.values()), 1e-4)
          << file << engine_id;
    }
  }
}

TEST(WrappedAgents, OfSeveralNetworksTheUserSaysWhichPlays) {
  EXPECT_NE(test::error_of([] { load(agent_file("lightning_two.ckpt")); })
                .find("several networks with the same names of tensors: 'first', 'second'; give "
                      "--entry NAME"),
            std::string::npos);
  LoadOptions options;
  options.entry = "second";
  const Checkpoint checkpoint = load(agent_file("lightning_two.ckpt"), options);
  EXPECT_EQ(checkpoint.convention, "cleanrl");
  EXPECT_TRUE(any_has(checkpoint.evidence, "the tensors of 'second', as --entry says"));
  EXPECT_LT(difference(checkpoint.graph, "lightning_two.ckpt"), 1e-4);
  options.entry = "target_net";  // the one that would be left out
  EXPECT_GT(
      difference(load(agent_file("lightning_target.ckpt"), options).graph, "lightning_target.ckpt"),
      0.01);
  options.entry = "third";
  EXPECT_NE(test::error_of([&] {
              load(agent_file("lightning_two.ckpt"), options);
            }).find("--entry: 'third' is not in the file"),
            std::string::npos);
}

// Merged into the linear layer in front of it, or a layer of its own behind a ReLU.
TEST(WrappedAgents, BatchNormalisationOfFlatValuesIsDescribed) {
  const test::TemporaryFolder folder;
  const std::filesystem::path file = folder.path() / "net.json";
  std::ofstream(file) << R"({"input": {"channels": 4}, "layers": [
    {"type": "conv", "weights": "convs.0", "stride": 4}, {"type": "relu"},
    {"type": "conv", "weights": "convs.2", "stride": 2}, {"type": "relu"},
    {"type": "conv", "weights": "convs.4"}, {"type": "relu"}, {"type": "flatten"},
    {"type": "linear", "weights": "hidden"}, {"type": "batch_norm", "weights": "first"},
    {"type": "relu"}, {"type": "batch_norm", "weights": "second"},
    {"type": "linear", "weights": "head"}]})";
  LoadOptions options;
  options.network = file;
  const Checkpoint checkpoint = load(agent_file("batch_norm.pt"), options);
  EXPECT_LT(difference(checkpoint.graph, "batch_norm.pt"), 1e-4);
  EXPECT_FALSE(checkpoint.graph.find("hidden"));
  EXPECT_TRUE(checkpoint.graph.find("first"));
  EXPECT_TRUE(checkpoint.graph.find("second"));
}

TEST(WrappedAgents, TensorsThatAUserNamesAreLeftOut) {
  LoadOptions options;
  options.ignore = {"target_"};
  const Checkpoint checkpoint = load(agent_file("torchrl_loss.pt"), options);
  EXPECT_LT(difference(checkpoint.graph, "torchrl_loss.pt"), 1e-4);
  EXPECT_TRUE(any_has(checkpoint.evidence, "14 tensors whose names begin with 'target_'"));
  EXPECT_EQ(checkpoint.tensors.size(), 28U);  // as the file has them
  options.ignore = {"goal_"};
  EXPECT_NE(test::error_of([&] {
              load(agent_file("torchrl_loss.pt"), options);
            }).find("--ignore 'goal_': expected what the name of some tensor begins with"),
            std::string::npos);
  options.ignore = {""};
  EXPECT_NE(test::error_of([&] { load(agent_file("torchrl_loss.pt"), options); }), "");
  options.ignore = {"value_", "target_"};
  EXPECT_NE(test::error_of([&] {
              load(agent_file("torchrl_loss.pt"), options);
            }).find("--ignore leaves no tensor"),
            std::string::npos);
}

}  // namespace
}  // namespace arcadecam::checkpoint
