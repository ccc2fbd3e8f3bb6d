// What users of Stable-Baselines3, AgileRL, PufferLib and haiku save, what Keras on PyTorch
// exports, weights in other forms and dueling heads of any names (scripts/golden/more_policies.py):
// read, computing what the networks did, and what is assumed of them said.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "arcadecam/checkpoint/checkpoint.h"
#include "arcadecam/core/files.h"
#include "checkpoint/convention.h"
#include "checkpoint/formats/archives.h"
#include "checkpoint/golden_agents.h"
#include "checkpoint/load_bytes.h"
#include "checkpoint/recognition.h"
#include "support/golden.h"
#include "support/networks.h"

namespace arcadecam::checkpoint {
namespace {

using test::agent_file;
using test::any_has;
using test::error_of;

double difference_of(const Checkpoint& checkpoint, const std::string& file,
                     const std::string& engine = "cpu") {
  const auto expected = test::GoldenArrays("agents/more_policies.npz").get<float>(file);
  return test::relative_difference(test::outputs_of(checkpoint.graph, engine).values(),
                                   expected.values());
}

struct PolicyFile {
  const char* file;
  const char* convention;
  const char* algorithm;  // empty: not known
  bool critic;
  std::vector<std::string> assumed;  // of what "not known" says, besides the usual
  const char* activation = nullptr;  // --activation
};

const std::vector<PolicyFile>& policy_files() {
  static const std::vector<PolicyFile> files{
      {"sb3_manual_cnn.zip", "stable-baselines3", "PPO", true, {"ReLU"}},
      {"sb3_own_elu.zip", "stable-baselines3", "DQN", false, {}, "elu"},
      {"sb3_policy.pt", "stable-baselines3", "", true, {}},
      {"sb3_small_pictures.zip", "stable-baselines3", "PPO", true, {}},
      {"sb3_picture_in_dict.zip", "stable-baselines3", "PPO", true, {}},
      {"agilerl_dqn.pt", "agilerl", "DQN", false, {}},
      {"agilerl_alone.pt", "agilerl", "DQN", false, {"ReLU", "255"}},
      {"agilerl_ppo.pt", "agilerl", "", false, {}},
      {"spectral_norm.pt", "cleanrl", "DQN", false, {}},
      {"spectral_norm_old.pt", "cleanrl", "DQN", false, {}},
      {"pruned.pt", "cleanrl", "DQN", false, {}},
      {"dueling_heads.pt", "nature-dueling", "DQN", false, {"ReLU", "255", "their mean"}},
      {"dueling_streams.pt", "nature-dueling", "DQN", false, {"ReLU", "255", "their mean"}},
      {"cleanrl_rnd.pt", "cleanrl-rnd", "PPO", true, {}},
      {"pufferlib.pt", "pufferlib", "PPO", true, {}},
      {"pufferlib_lstm.pt", "pufferlib", "PPO", true, {}},
      {"keras_on_torch.onnx", "onnx", "", false, {}},
      {"haiku.pkl", "nature-channels-last", "", false, {"ReLU", "255"}},
  };
  return files;
}

class MorePolicies : public testing::TestWithParam<PolicyFile> {};

TEST_P(MorePolicies, ComputeWhatTheNetworkDid) {
  const PolicyFile& row = GetParam();
  LoadOptions options;
  if (row.activation != nullptr) options.activation = row.activation;
  const Checkpoint checkpoint = load(agent_file(row.file), options);
  EXPECT_EQ(checkpoint.convention, row.convention);
  EXPECT_EQ(checkpoint.algorithm.value_or(""), row.algorithm);
  EXPECT_EQ(checkpoint.graph.value().has_value(), row.critic);
  EXPECT_EQ(checkpoint.graph.actions(), 6);
  for (const std::string engine : {"cpu", "reference"})
    EXPECT_LT(difference_of(checkpoint, row.file, engine), 1e-4) << engine;
  const auto assumptions = std::ranges::count_if(checkpoint.unknown, [](const std::string& said) {
    return said.find("assumed") != std::string::npos;
  });
  EXPECT_EQ(assumptions, static_cast<std::ptrdiff_t>(row.assumed.size()));
  for (const std::string& what : row.assumed) EXPECT_TRUE(any_has(checkpoint.unknown, what));
}

INSTANTIATE_TEST_SUITE_P(All, MorePolicies, testing::ValuesIn(policy_files()),
                         [](const auto& file) {
                           std::string name = file.param.file;
                           std::ranges::replace_if(
                               name, [](unsigned char c) { return std::isalnum(c) == 0; }, '_');
                           return name;
                         });

TEST(MorePolicies, EveryGoldenFileIsInTheTable) {
  const test::GoldenArrays golden("agents/more_policies.npz");
  for (const auto& [name, values] : golden.all()) {
    const std::string& file = name;
    EXPECT_TRUE(std::ranges::any_of(policy_files(), [&](const PolicyFile& row) {
      return row.file == file;
    })) << file;
  }
}

TEST(MorePolicies, CutOffFilesAreRefused) {
  for (const PolicyFile& row : policy_files()) {
    const Bytes whole = read_file(agent_file(row.file), std::uint64_t{1} << 24);
    for (const std::size_t part : {1U, 5U, 9U}) {
      const ByteView cut = ByteView(whole).first(whole.size() * part / 10);
      EXPECT_NE(error_of([&] { load_bytes(cut, row.file, {}); }), "") << row.file;
    }
  }
}

// Its class is code: with other activation functions the network is another one.
TEST(MorePolicies, OnesOwnClassOfFeaturesIsNamedAndNotTakenForNatureCnn) {
  const Checkpoint checkpoint = load(agent_file("sb3_own_elu.zip"));
  EXPECT_NE(checkpoint.network.find("EluCnn'"), std::string::npos) << checkpoint.network;
  EXPECT_TRUE(any_has(checkpoint.unknown, "ReLU is assumed (give --activation NAME"));
  EXPECT_GT(difference_of(checkpoint, "sb3_own_elu.zip"), 1e-2);
}

TEST(MorePolicies, ThePicturesAreAsLargeAsTheFileSays) {
  EXPECT_EQ(load(agent_file("sb3_small_pictures.zip")).graph.shape(0), Shape({4, 64, 64}));
}

TEST(MorePolicies, UndoneFormsOfWeightsAreSaid) {
  EXPECT_TRUE(any_has(load(agent_file("spectral_norm.pt")).evidence,
                      "2 with spectral normalisation ('network.4.weight', …)"));
  EXPECT_TRUE(any_has(load(agent_file("pruned.pt")).evidence, "2 that were pruned"));
}

class HandMade {
 public:
  HandMade& put(const std::string& name, const Shape& shape) {
    state_.tensors.push_back({name, test::random_weights(shape, 3)});
    return *this;
  }
  HandMade& layer(const std::string& name, const Shape& shape) {
    return put(name + ".weight", shape).put(name + ".bias", {shape[0]});
  }
  [[nodiscard]] std::string error_as(const std::string& id) const {
    for (const Convention* convention : conventions()) {
      if (convention->id == id) return error_of([&] { convention->recognise(state_, {}).build(); });
    }
    return "no such convention";
  }

 private:
  StateDict state_;
};

HandMade agilerl_network(std::int64_t kernel, std::int64_t flat) {
  HandMade made;
  made.layer("encoder.model.encoder_conv_layer_1", {2, 4, kernel, kernel})
      .layer("encoder.model.encoder_linear_output", {3, flat})
      .layer("head_net.model.value_linear_layer_output", {6, 3});
  return made;
}

TEST(MorePolicies, StridesThatNothingSaysAreThoseThatFit) {
  EXPECT_EQ(agilerl_network(5, 2 * 80 * 80).error_as("agilerl"), "");  // AgileRL's default: 1
  EXPECT_EQ(agilerl_network(8, 2 * 20 * 20).error_as("agilerl"), "");  // the Nature DQN's
  const std::string message = agilerl_network(5, 2 * 27 * 27).error_as("agilerl");
  EXPECT_NE(message.find("agent.save_checkpoint"), std::string::npos) << message;
}

TEST(MorePolicies, ConvolutionsThatAreNotNatureCnnsAreNamed) {
  const auto message = [](std::int64_t kernel, const std::string& more) {
    HandMade made;
    made.layer("q_net.features_extractor.cnn.0", {2, 4, kernel, kernel})
        .layer("q_net.features_extractor.cnn.2", {2, 2, 4, 4})
        .layer("q_net.features_extractor.linear.0", {3, 162})
        .layer("q_net.q_net.0", {6, 3});
    if (!more.empty()) made.put(more, {2});
    return made.error_as("stable-baselines3");
  };
  EXPECT_EQ(message(8, ""), "");
  EXPECT_NE(message(5, "").find("'q_net.features_extractor.cnn.0' has a kernel of 5×5"),
            std::string::npos);
  EXPECT_NE(message(8, "q_net.features_extractor.cnn.1.running_mean")
                .find("there is 'q_net.features_extractor.cnn.1.running_mean'"),
            std::string::npos);
}

TEST(MorePolicies, AValueOfSeveralNumbersIsNoDuelingHead) {
  HandMade made;
  made.layer("a", {2, 4, 8, 8}).layer("b", {2, 2, 4, 4}).layer("c", {2, 2, 3, 3});
  made.layer("value", {2, 98}).layer("advantage", {6, 98});
  const std::string message = made.error_as("nature-dueling");
  EXPECT_NE(message.find("'value' with 2 outputs; expected 1"), std::string::npos) << message;
}

// What PyTorch computes of other tensors before it uses it, and nobody here knows how.
TEST(MorePolicies, OtherParametrizationsAreNamed) {
  StateDict state;
  state.tensors.push_back(
      {"network.9.parametrizations.weight.original", test::random_weights({6, 5}, 1)});
  state.tensors.push_back(
      {"network.9.parametrizations.weight.0.base", test::random_weights({6, 5}, 2)});
  const std::string message = error_of([&] { recognise(state, {}, {}); });
  EXPECT_NE(message.find("remove_parametrizations"), std::string::npos) << message;
}

}  // namespace
}  // namespace arcadecam::checkpoint
