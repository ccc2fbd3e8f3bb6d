// Checkpoints saved by the libraries of each convention (scripts/golden/agents.py): recognised, and
// their networks compute what the library's own did.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "arcadecam/checkpoint/checkpoint.h"
#include "arcadecam/core/files.h"
#include "arcadecam/nn/engine.h"
#include "checkpoint/convention.h"
#include "checkpoint/formats/archives.h"
#include "checkpoint/golden_agents.h"
#include "checkpoint/load_bytes.h"
#include "support/golden.h"
#include "support/networks.h"

namespace arcadecam::checkpoint {
namespace {

using test::agent_file;
using test::outputs_of;

struct AgentFile {
  const char* file;
  const char* convention;
  const char* algorithm;  // empty: not known
  const char* protocol;   // empty: not known
};

const std::vector<AgentFile>& agent_files() {
  static const std::vector<AgentFile> files{
      {"sb3_dqn.zip", "stable-baselines3", "DQN", "stable-baselines3"},
      {"sb3_dqn_deep.zip", "stable-baselines3", "DQN", "stable-baselines3"},
      {"sb3_qrdqn.zip", "stable-baselines3", "QR-DQN", "stable-baselines3"},
      {"sb3_ppo.zip", "stable-baselines3", "PPO", "stable-baselines3"},
      {"sb3_a2c.zip", "stable-baselines3", "A2C", "stable-baselines3"},
      {"sb3_ppo_unscaled.zip", "stable-baselines3", "PPO", "stable-baselines3"},
      {"sb3_separate.zip", "stable-baselines3", "", "stable-baselines3"},
      {"cleanrl_dqn.cleanrl_model", "cleanrl", "DQN", "cleanrl"},
      {"cleanrl_c51.cleanrl_model", "cleanrl", "C51", "cleanrl"},
      {"cleanrl_ppo.cleanrl_model", "cleanrl", "PPO", "cleanrl"},
      {"cleanrl_jax_dqn.cleanrl_model", "cleanrl-jax", "DQN", "cleanrl"},
      {"cleanrl_jax_c51.cleanrl_model", "cleanrl-jax", "C51", "cleanrl"},
      {"cleanrl_jax_ppo.cleanrl_model", "cleanrl-jax", "PPO", "envpool"},
      {"dopamine_dqn.199", "dopamine", "DQN", "dopamine"},
      {"dopamine_frozen.1", "dopamine", "DQN", "dopamine"},
      {"dopamine_c51.199", "dopamine", "C51", "dopamine"},
      {"dopamine_tf_dqn.index", "dopamine", "DQN", "dopamine"},
      {"dopamine_tf_c51.index", "dopamine", "C51", "dopamine"},
      {"rllib_policy_state.pkl", "rllib", "", "rllib"},
      {"rllib_separate.pkl", "rllib", "", "rllib"},
      {"rainbow.pth", "kaixhin-rainbow", "Rainbow", "rainbow"},
      {"rainbow_efficient.pth", "kaixhin-rainbow", "Rainbow", "rainbow"},
      {"d3rlpy_dqn.d3", "d3rlpy", "DQN", "d3rlpy"},
      {"d3rlpy_qr.d3", "d3rlpy", "QR-DQN", "d3rlpy"},
      {"tianshou_dqn.pth", "tianshou", "DQN", "tianshou"},
      {"tianshou_scaled.pth", "tianshou", "DQN", "tianshou"},
      {"tianshou_c51.pth", "tianshou", "C51", "tianshou"},
      {"tianshou_rainbow.pth", "tianshou", "Rainbow", "tianshou"},
      {"impala.cleanrl_model", "impala", "PPO", ""},
      {"impala.pt", "impala", "PPO", ""},
      {"tianshou_iqn.pth", "tianshou-iqn", "IQN", "tianshou"},
      {"iqn.pth", "iqn", "IQN", ""},
      {"iqn_dueling.pth", "iqn", "IQN", ""},
      {"dopamine_iqn.199", "dopamine-iqn", "IQN", "dopamine"},
      {"dopamine_tf_iqn.index", "dopamine-iqn", "IQN", "dopamine"},
      {"qdagger.cleanrl_model", "cleanrl-qdagger", "DQN", "cleanrl"},
      {"qdagger_jax.cleanrl_model", "cleanrl-qdagger", "DQN", "cleanrl"},
      {"dopamine_quantiles.199", "dopamine", "QR-DQN", "dopamine"},
      {"dopamine_impala.199", "dopamine-impala", "DQN", "dopamine"},
      {"cleanrl_rainbow.cleanrl_model", "cleanrl-rainbow", "Rainbow", "cleanrl"},
      {"pfrl_dqn.pt", "pfrl", "DQN", "pfrl"},
      {"pfrl_small.pt", "pfrl", "DQN", "pfrl"},
      {"pfrl_c51.pt", "pfrl", "C51", "pfrl"},
      {"pfrl_dueling.pt", "pfrl-dueling", "DQN", "pfrl"},
      {"pfrl_rainbow.pt", "pfrl-dueling", "Rainbow", "pfrl"},
      {"pfrl_iqn.pt", "pfrl-iqn", "IQN", "pfrl"},
      {"pfrl_a3c.pt", "pfrl-actor-critic", "A3C", "pfrl"},
      {"pfrl_ppo.pt", "pfrl-actor-critic", "PPO", "pfrl"},
      {"cleanrl_sac_actor.pth", "cleanrl-sac", "SAC", "cleanrl"},
      {"cleanrl_sac_qf1.pth", "cleanrl-sac", "SAC", "cleanrl"},
      {"cleanrl_pqn.pth", "cleanrl-pqn", "PQN", "envpool"},
      {"pqn_c51.pth", "cleanrl-pqn", "C51", "envpool"},
      {"tianshou_ppo.pth", "tianshou-actor-critic", "", "tianshou"},
      {"tianshou_sac.pth", "tianshou-actor-critic", "", "tianshou"},
      {"tianshou_qrdqn.pth", "tianshou", "QR-DQN", "tianshou"},
      {"d3rlpy_cql.d3", "d3rlpy", "CQL", "d3rlpy"},
      {"d3rlpy_bc.d3", "d3rlpy", "BC", "d3rlpy"},
      {"d3rlpy_sac.d3", "d3rlpy", "SAC", "d3rlpy"},
      {"sample_factory.pth", "sample-factory", "APPO", "cleanrl"},
      {"sample_factory_residual.pth", "sample-factory", "APPO", "cleanrl"},
      {"rllib_module_ppo.pkl", "rllib-module", "", "rllib-module"},
      {"rllib_module_hidden.pkl", "rllib-module", "", "rllib-module"},
      {"rllib_module_separate.pkl", "rllib-module", "", "rllib-module"},
      {"rllib_module_dqn.pkl", "rllib-module", "DQN", "rllib-module"},
      {"rllib_module_plain.pkl", "rllib-module", "DQN", "rllib-module"},
      {"rllib_module_noisy.pkl", "rllib-module", "DQN", "rllib-module"},
      {"nature.pt", "nature", "", ""},
      {"nature.safetensors", "nature", "", ""},
      {"dueling.onnx", "onnx", "", ""},
      {"dueling_dynamo.onnx", "onnx", "", ""},
      {"actor.onnx", "onnx", "", ""},
  };
  return files;
}

class AgentFiles : public testing::TestWithParam<AgentFile> {};

TEST_P(AgentFiles, AreRecognisedAndComputeWhatTheLibraryDid) {
  const AgentFile& row = GetParam();
  const Checkpoint checkpoint = load(agent_file(row.file));
  EXPECT_EQ(checkpoint.convention, row.convention);
  EXPECT_EQ(checkpoint.algorithm.value_or(""), row.algorithm);
  EXPECT_EQ(checkpoint.protocol.value_or(""), row.protocol);
  if (checkpoint.convention != "onnx") {
    // Beside a critic there is a policy, whoever made the file.
    const bool policy = checkpoint.network.find("logits") != std::string::npos ||
                        checkpoint.graph.value().has_value();
    EXPECT_EQ(checkpoint.graph.output_kind(),
              policy ? nn::OutputKind::kLogits : nn::OutputKind::kValues)
        << checkpoint.network;
  }
  ASSERT_FALSE(checkpoint.evidence.empty());
  EXPECT_NE(checkpoint.evidence[0].find(row.convention), std::string::npos);
  const test::GoldenArrays golden("agents/expected.npz");
  const auto expected = golden.get<float>(row.file);
  EXPECT_EQ(checkpoint.graph.actions(), 6);
  for (const std::string engine : {"cpu", "reference"}) {
    const Tensor found = outputs_of(checkpoint.graph, engine);
    EXPECT_LT(test::relative_difference(found.values(), expected.values()), 1e-4) << engine;
  }
}

INSTANTIATE_TEST_SUITE_P(All, AgentFiles, testing::ValuesIn(agent_files()), [](const auto& file) {
  std::string name = file.param.file;
  std::ranges::replace_if(
      name, [](unsigned char c) { return std::isalnum(c) == 0; }, '_');
  return name;
});

// The critics' values, of networks that share all, all but the last layers, and nothing with the
// policy.
TEST(AgentFiles, CriticsSayWhatTheLibrarysOwnDid) {
  const test::GoldenArrays golden("agents/values.npz");
  const auto states = test::GoldenArrays("checkpoints/known_input.npz").get<std::uint8_t>("x");
  for (const auto& entry : golden.all()) {
    const Checkpoint checkpoint = load(agent_file(entry.first));
    const auto graph = std::make_shared<const nn::Graph>(checkpoint.graph);
    ASSERT_TRUE(graph->value()) << entry.first;
    const auto expected = golden.get<float>(entry.first);
    for (const std::string engine_id : {"cpu", "reference"}) {
      const auto engine = nn::make_engine(engine_id, graph);
      nn::Tape tape;
      engine->forward(states.view(), {{*graph->value()}, {}}, tape);
      EXPECT_LT(
          test::relative_difference(tape.activation(*graph->value()).values(), expected.values()),
          1e-4)
          << entry.first << " " << engine_id;
    }
  }
}

TEST(AgentFiles, EveryGoldenFileIsInTheTable) {
  const test::GoldenArrays golden("agents/expected.npz");
  for (const auto& [file, values] : golden.all()) {
    const std::string& name = file;
    EXPECT_TRUE(std::ranges::any_of(agent_files(), [&](const AgentFile& row) {
      return row.file == name;
    })) << file;
  }
}

Bytes bytes_of_file(const std::string& file) {
  return read_file(agent_file(file), std::uint64_t{1} << 24);
}

// Cut anywhere, every format is refused with one line, or still is the whole network.
TEST(AgentFiles, CutOffFilesAreRefused) {
  for (const AgentFile& row : agent_files()) {
    const Bytes whole = bytes_of_file(row.file);
    for (const std::size_t part : {1U, 3U, 7U, 9U}) {
      const ByteView cut = ByteView(whole).first(whole.size() * part / 10);
      const std::string message = test::error_of([&] { load_bytes(cut, row.file, {}); });
      EXPECT_NE(message, "") << row.file << " " << part;
      EXPECT_EQ(message.find('\n'), std::string::npos) << message;
    }
  }
}

TEST(AgentFiles, AMisspelledConventionOrProtocolIsAUsageError) {
  LoadOptions options;
  options.as = "qqq";
  EXPECT_NE(test::error_of([&] {
              load(agent_file("nature.pt"), options);
            }).find("there is no convention 'qqq'; known are agilerl, atari-agents, cleanba"),
            std::string::npos);
  options.as = "cleanrl";
  EXPECT_NE(test::error_of([&] {
              load(agent_file("nature.pt"), options);
            }).find("'network.0.weight' is missing"),
            std::string::npos);
}

TEST(AgentFiles, TheUserMaySayWhatPixelsAreDividedBy) {
  LoadOptions options;
  options.divide_by = 1.0F;
  const Checkpoint unscaled = load(agent_file("nature.pt"), options);
  EXPECT_FALSE(unscaled.graph.find("scale").has_value());
  options.divide_by = 0.0F;
  EXPECT_NE(test::error_of([&] { load(agent_file("nature.pt"), options); }).find("divided by 0"),
            std::string::npos);
}

/// The names and shapes of a golden file's tensors; the numbers are none of it.
StateDict names_in(const std::string& file) {
  StateDict state;
  for (const StoredTensor& tensor : load(agent_file(file)).tensors)
    state.tensors.push_back({tensor.name, std::make_shared<const Tensor>(tensor.shape)});
  return state;
}

std::vector<std::string_view> fitting(const StateDict& state) {
  std::vector<std::string_view> found;
  for (const Convention* convention : conventions()) {
    if (!convention->last_resort && !convention->recognise(state, {}).evidence.empty())
      found.push_back(convention->id);
  }
  return found;
}

// Told by names alone, without what the container says.
TEST(AgentFiles, FitOneConventionAndTogetherWithAnotherBoth) {
  const std::vector<std::pair<std::string, std::string_view>> files{
      {"sb3_dqn.zip", "stable-baselines3"},
      {"cleanrl_dqn.cleanrl_model", "cleanrl"},
      {"rainbow.pth", "kaixhin-rainbow"},
      {"d3rlpy_dqn.d3", "d3rlpy"},
      {"tianshou_dqn.pth", "tianshou"},
      {"rllib_policy_state.pkl", "rllib"},
      {"pfrl_c51.pt", "pfrl"},
      {"pfrl_rainbow.pt", "pfrl-dueling"},
      {"pfrl_iqn.pt", "pfrl-iqn"},
      {"pfrl_a3c.pt", "pfrl-actor-critic"},
      {"rllib_module_ppo.pkl", "rllib-module"},
      {"sample_factory.pth", "sample-factory"}};
  for (const auto& [file, id] : files) {
    EXPECT_EQ(fitting(names_in(file)), std::vector<std::string_view>{id}) << file;
    for (const auto& [other, other_id] : files) {
      if (id >= other_id) continue;
      StateDict both = names_in(file);
      for (auto& tensor : names_in(other).tensors) both.tensors.push_back(std::move(tensor));
      EXPECT_EQ(fitting(both), (std::vector<std::string_view>{id, other_id})) << file << other;
    }
  }
}

TEST(AgentFiles, WhatFitsSeveralConventionsIsNeverGuessed) {
  std::string header, data;
  for (const std::string name : {"convs.0.weight", "fc_h_v.weight_mu", "fc_z_a.weight_mu",
                                 "features.0.weight", "advantage.0.weight"}) {
    header += fmt::format("{}\"{}\":{{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[{},{}]}}",
                          header.empty() ? "{" : ",", name, data.size(), data.size() + 4);
    data += std::string(4, '\0');
  }
  header += "}";
  std::string file(8, '\0');
  file[0] = static_cast<char>(header.size() & 0xFF);
  file[1] = static_cast<char>(header.size() >> 8);
  file += header + data;
  const std::string message =
      test::error_of([&] { load_bytes(test::view_of(file), "both.safetensors", {}); });
  EXPECT_NE(message.find("its tensors fit several conventions: dueling ("), std::string::npos)
      << message;
  EXPECT_NE(message.find("; kaixhin-rainbow ("), std::string::npos) << message;
  EXPECT_NE(message.find("with --as NAME"), std::string::npos) << message;
  LoadOptions options;
  options.as = "dueling";
  EXPECT_NE(test::error_of([&] {
              load_bytes(test::view_of(file), "both.safetensors", options);
            }).find("features"),
            std::string::npos)
      << "then it is read as that";
}

TEST(AgentFiles, NothingOfAForeignPickleIsRun) {
  // {"online_params": os.system("…")}: the call is listed, not made, and there are no arrays.
  const std::string pickle =
      "\x80\x04}\x8c\x0donline_params\x8c\x05posix\x8c\x06system\x93\x8c\x04true\x85Rs.";
  const std::string message =
      test::error_of([&] { load_bytes(test::view_of(pickle), "ckpt.1", {}); });
  EXPECT_NE(message.find("without arrays"), std::string::npos) << message;
  const std::string only = "\x80\x04\x8c\x05posix\x8c\x06system\x93\x8c\x04true\x85R.";
  EXPECT_NE(test::error_of([&] {
              load_bytes(test::view_of(only), "ckpt.1", {});
            }).find("only calls posix.system (not run)"),
            std::string::npos);
}

}  // namespace
}  // namespace arcadecam::checkpoint
