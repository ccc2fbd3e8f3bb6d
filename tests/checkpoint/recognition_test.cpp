// Names as wrappers of modules leave them, and what conventions assume.
#include "checkpoint/recognition.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "arcadecam/checkpoint/checkpoint.h"
#include "arcadecam/core/error.h"
#include "arcadecam/core/files.h"
#include "checkpoint/building/tensor_names.h"
#include "checkpoint/formats/archives.h"
#include "checkpoint/formats/zip_archive.h"
#include "checkpoint/golden_agents.h"
#include "checkpoint/load_bytes.h"
#include "support/golden.h"

namespace arcadecam::checkpoint {
namespace {

using test::any_has;
using test::error_of;

StateDict named(const std::vector<std::string>& names) {
  StateDict state;
  for (const std::string& name : names)
    state.tensors.push_back({name, std::make_shared<const Tensor>(Shape{1})});
  return state;
}

std::vector<std::string> names_of(const StateDict& state) {
  std::vector<std::string> names;
  for (const auto& tensor : state.tensors) names.push_back(tensor.name);
  return names;
}

TEST(TensorNames, WhatAllBeginWithIsAWholePart) {
  EXPECT_EQ(common_first_part(named({"module.a.weight", "module.b"})), "module.");
  EXPECT_EQ(common_first_part(named({"params/a", "params/b.c"})), "params/");
  EXPECT_EQ(common_first_part(named({"module.a", "modules.b"})), "");
  EXPECT_EQ(common_first_part(named({"module.a", "n_averaged"})), "");
  EXPECT_EQ(common_first_part(named({"module.a", "module."})), "");
  EXPECT_EQ(common_first_part(named({"conv1", "conv2"})), "");
  EXPECT_EQ(common_first_part(StateDict{}), "");
  EXPECT_EQ(names_of(without_prefix(named({"module.a", "module.b.c"}), "module.")),
            (std::vector<std::string>{"a", "b.c"}));
}

TEST(TensorNames, WrappersAreLeftOutWhereverTheyStand) {
  StateDict state = named({"_orig_mod.network.0", "actor._orig_mod._orig_mod.weight", "critic"});
  EXPECT_EQ(leave_out_wrappers(state), "_orig_mod.");
  EXPECT_EQ(names_of(state), (std::vector<std::string>{"network.0", "actor.weight", "critic"}));
  state = named({"my_orig_mod.weight", "_orig_modest.bias"});
  EXPECT_EQ(leave_out_wrappers(state), "");
  // Two tensors never get one name, and none gets none.
  for (const std::vector<std::string>& names :
       {std::vector<std::string>{"_orig_mod.a", "a"}, std::vector<std::string>{"_orig_mod."}}) {
    state = named(names);
    EXPECT_EQ(leave_out_wrappers(state), "");
    EXPECT_EQ(names_of(state), names);
  }
}

// The state dict of a golden agent, each name with `prefix` in front, as its convention takes it.
std::string recognised_as(const std::string& file, const std::string& prefix) {
  const Checkpoint checkpoint = load(test::golden_dir() / "agents" / file);
  StateDict state;
  for (const StoredTensor& tensor : checkpoint.tensors) {
    state.tensors.push_back({prefix + tensor.name, std::make_shared<const Tensor>(tensor.shape)});
  }
  const Hints hints;
  const Recognition recognition = recognise(state, hints, {});
  EXPECT_EQ(recognition.state->tensors.size(), state.tensors.size());
  EXPECT_EQ(recognition.state->tensors[0].name, checkpoint.tensors[0].name) << file;
  EXPECT_GE(recognition.evidence.size(), 2U) << file;
  return std::string(recognition.convention->id);
}

TEST(Recognition, NoPrefixTakesAConventionAway) {
  for (const std::string prefix :
       {"_orig_mod.", "module.", "model.", "network_params.", "agent.module._orig_mod."}) {
    for (const auto& [file, convention] : std::vector<std::pair<std::string, std::string>>{
             {"tianshou_qrdqn.pth", "tianshou"},
             {"tianshou_ppo.pth", "tianshou-actor-critic"},
             {"cleanrl_dqn.cleanrl_model", "cleanrl"},
             {"cleanrl_ppo.cleanrl_model", "cleanrl"},
             {"cleanrl_pqn.pth", "cleanrl-pqn"},
             {"cleanrl_rainbow.cleanrl_model", "cleanrl-rainbow"},
             {"cleanrl_sac_actor.pth", "cleanrl-sac"},
             {"impala.pt", "impala"},
             {"iqn.pth", "iqn"},
             {"pfrl_dueling.pt", "pfrl-dueling"},
             {"pfrl_iqn.pt", "pfrl-iqn"},
             {"rainbow.pth", "kaixhin-rainbow"},
             {"sample_factory.pth", "sample-factory"}}) {
      EXPECT_EQ(recognised_as(file, prefix), convention) << prefix << " " << file;
    }
  }
}

// Without end they are not taken apart.
TEST(Recognition, LongPrefixesAreAnError) {
  std::string prefix;
  for (int i = 0; i < 200; ++i) prefix += "a.";
  EXPECT_NE(error_of([&] {
              recognise(named({prefix + "b", prefix + "c"}), {}, {});
            }).find("is the kernel of a convolution"),
            std::string::npos);
}

TEST(Recognition, WhatHasNoConvolutionIsSaidToHaveNone) {
  StateDict state = named({"a.weight", "b.weight"});
  const auto message = [&] { return error_of([&] { recognise(state, {}, {}); }); };
  EXPECT_NE(message().find("none of its tensors ('a.weight' and 1 more) is the kernel of a"),
            std::string::npos)
      << message();
  state.tensors.push_back({"c.weight", std::make_shared<const Tensor>(Shape{1, 1, 3, 3})});
  EXPECT_NE(message().find("those of no known network"), std::string::npos) << message();
}

// DI-engine's actor-critics list their parts under two names.
TEST(Recognition, TwinsThatDifferAreRefused) {
  StateDict state = named({"encoder.main.0.weight", "encoder.mid.weight", "actor_head.Q.0.0.weight",
                           "critic_head.last.weight"});
  state.tensors.push_back({"actor.1.Q.0.0.weight", std::make_shared<const Tensor>(Shape{2})});
  const Hints hints;
  const Recognition recognition = recognise(state, hints, {});
  ASSERT_EQ(recognition.convention->id, "di-engine");
  const std::string message = error_of([&] { recognition.network.build(); });
  EXPECT_NE(message.find("'actor.1.Q.0.0.weight' is not what 'actor_head.Q.0.0.weight' is"),
            std::string::npos)
      << message;
}

TEST(Recognition, TensorFlowsCheckpointsOfObjectsSayWhatToSave) {
  const std::string message = error_of([] {
    recognise(named({"model/_operations/2/_kernel/.ATTRIBUTES/VARIABLE_VALUE",
                     "model/_operations/2/bias/.ATTRIBUTES/VARIABLE_VALUE"}),
              {}, {});
  });
  EXPECT_NE(message.find("model.save('NAME.keras')"), std::string::npos) << message;
}

std::size_t count_of(const nn::Graph& graph, std::string_view operation) {
  return static_cast<std::size_t>(std::ranges::count_if(
      graph.nodes(), [&](const nn::Node& node) { return nn::op_name(node.op) == operation; }));
}

struct Assumed {
  const char* file;
  bool activation, divisor;
  std::size_t activations;  // how many --activation replaces
};

// Each is said, and not when an option says it; the option changes the network.
TEST(Assumptions, AreSaidWithTheOptionThatSettlesThem) {
  for (const auto& [file, activation, divisor, activations] :
       std::vector<Assumed>{{"agents/nature.pt", true, true, 4},
                            {"nets/dueling.gz", true, true, 5},
                            {"nets/convbn.gz", true, true, 4},
                            {"agents/torchrl_actor.pt", true, true, 5},
                            {"agents/sample_factory.pth", true, true, 0},
                            {"agents/sample_factory_residual.pth", true, true, 0},
                            {"agents/rllib_policy_state.pkl", true, true, 3},
                            {"agents/rllib_module_ppo.pkl", true, true, 3},
                            {"agents/pfrl_dqn.pt", true, true, 4},
                            {"agents/pfrl_rainbow.pt", true, true, 4},
                            {"agents/pfrl_iqn.pt", false, true, 0},
                            {"agents/pfrl_ppo.pt", false, true, 0},
                            {"agents/iqn.pth", false, true, 0},
                            {"agents/tianshou_dqn.pth", false, true, 0},
                            {"agents/cleanrl_dqn.cleanrl_model", false, false, 0},
                            {"agents/sb3_dqn.zip", true, false, 4},  // a class of one's own
                            {"agents/sb3_small_pictures.zip", false, false, 0}}) {
    const std::filesystem::path path = test::golden_dir() / file;
    const Checkpoint plain = load(path);
    EXPECT_EQ(any_has(plain.unknown, "--activation"), activation) << file;
    EXPECT_EQ(any_has(plain.unknown, "--divide-by"), divisor) << file;
    LoadOptions options;
    options.divide_by = 7.0F;
    const Checkpoint divided = load(path, options);
    EXPECT_FALSE(any_has(divided.unknown, "--divide-by")) << file;
    const bool scales = std::ranges::any_of(divided.graph.nodes(), [](const nn::Node& node) {
      const auto* scale = std::get_if<nn::Scale>(&node.op);
      return scale != nullptr && scale->factor == 1 / 7.0F;
    });
    EXPECT_TRUE(scales) << file;
    options.activation = "silu";
    if (!activation) {
      EXPECT_NE(error_of([&] { load(path, options); }).find("--activation"), std::string::npos)
          << file;
      continue;
    }
    const Checkpoint silu = load(path, options);
    EXPECT_FALSE(any_has(silu.unknown, "--activation")) << file;
    EXPECT_EQ(count_of(silu.graph, "ReLU") + count_of(silu.graph, "ELU"), 0U) << file;
    EXPECT_GT(count_of(silu.graph, "SiLU"), 0U) << file;
    if (activations != 0) {
      EXPECT_EQ(count_of(silu.graph, "SiLU"), activations) << file;
    }
  }
}

TEST(Assumptions, AreRefusedWhereTheFileSaysIt) {
  LoadOptions options;
  options.activation = "swish";
  EXPECT_NE(error_of([&] {
              load(test::golden_dir() / "agents/nature.pt", options);
            }).find("'swish' is no activation function; expected one of relu, tanh"),
            std::string::npos);
  options.activation = "elu";
  EXPECT_NE(error_of([&] {
              load(test::golden_dir() / "agents/dueling.onnx", options);
            }).find("--activation: the file holds its network itself"),
            std::string::npos);
  options = {};
  options.ignore = {"x"};
  EXPECT_NE(error_of([&] {
              load(test::golden_dir() / "agents/dueling.onnx", options);
            }).find("--ignore: the file holds its network itself"),
            std::string::npos);
}

// A state dict alone says less than the zip around it.
TEST(Assumptions, OfStableBaselines3AreThoseOfTheStateDictAlone) {
  const Bytes policy = [] {
    const Bytes bytes = read_file(test::golden_dir() / "agents/sb3_dqn_deep.zip", 1U << 24U);
    const ZipArchive archive(bytes, InflateLimits{1U << 24U});
    return archive.read(archive.find("policy.pth").value());
  }();
  const Checkpoint alone = load_bytes(policy, "policy.pth", {});
  EXPECT_EQ(alone.convention, "stable-baselines3");
  EXPECT_TRUE(any_has(alone.unknown, "hidden layers: ReLU is assumed"));
  EXPECT_TRUE(any_has(alone.unknown, "--divide-by 1"));
  LoadOptions options;
  options.activation = "tanh";
  EXPECT_EQ(count_of(load_bytes(policy, "policy.pth", options).graph, "Tanh"), 2U);
  // The zip says that its class of features is the script's own, and the divisor.
  const Checkpoint zip = load(test::golden_dir() / "agents/sb3_dqn_deep.zip");
  EXPECT_TRUE(any_has(zip.unknown, "hidden layers: ReLU is assumed"));
  EXPECT_FALSE(any_has(zip.unknown, "--divide-by"));
}

TEST(Nature, AsManyOutputsAsNoGameHasActionsAreRefused) {
  StateDict state;
  const auto layer = [&](const std::string& name, const Shape& shape) {
    state.tensors.push_back({name + ".weight", std::make_shared<const Tensor>(shape)});
    state.tensors.push_back({name + ".bias", std::make_shared<const Tensor>(Shape{shape[0]})});
  };
  layer("a", {2, 4, 8, 8});
  layer("b", {2, 2, 4, 4});
  layer("c", {2, 2, 3, 3});
  layer("d", {5, 98});
  layer("e", {1200, 5});
  const Hints hints;
  const Recognition recognition = recognise(state, hints, {});
  EXPECT_EQ(recognition.convention->id, "nature");
  EXPECT_NE(error_of([&] {
              recognition.network.build();
            }).find("'e' has 1200 outputs, more than the 18 actions of any game"),
            std::string::npos);
}

TEST(OtherZips, AreNamedAsWhatTheyAre) {
  const auto refusal = [](const test::Members& members) {
    const Bytes bytes = test::zip(members);
    return error_of([&] { load_bytes(bytes, "agent.zip", {}); });
  };
  EXPECT_NE(refusal({{"data", "{}"}, {"parameters", ""}, {"parameter_list", "[]"}})
                .find("a zip of Stable-Baselines 2 (TensorFlow 1)"),
            std::string::npos);
  EXPECT_NE(
      refusal(
          {{"data", "{}"}, {"pytorch_variables.pth", ""}, {"_stable_baselines3_version", "2.9.2"}})
          .find("sbx (JAX)"),
      std::string::npos);
}

}  // namespace
}  // namespace arcadecam::checkpoint
