// Recurrent checkpoints saved by sb3-contrib and as CleanRL does (scripts/golden/
// recurrent_agents.py): policy and critic say step by step what the library's own did.
#include <gtest/gtest.h>

#include <string>

#include "arcadecam/checkpoint/checkpoint.h"
#include "arcadecam/nn/engine.h"
#include "checkpoint/convention.h"
#include "checkpoint/formats/archives.h"
#include "support/golden.h"
#include "support/networks.h"

namespace arcadecam::checkpoint {
namespace {

struct RecurrentFile {
  const char* file;
  const char* convention;
  const char* algorithm;
  const char* protocol;
  std::int64_t remembers;  // values: hidden state and cell of every layer
};

class RecurrentAgents : public testing::TestWithParam<RecurrentFile> {};

TEST_P(RecurrentAgents, ComputeWhatTheLibraryDidStepByStep) {
  const RecurrentFile& row = GetParam();
  const std::string file = row.file;
  const Checkpoint checkpoint = load(test::golden_dir() / "agents" / file);
  EXPECT_EQ(checkpoint.convention, row.convention);
  EXPECT_EQ(checkpoint.algorithm.value_or(""), row.algorithm);
  EXPECT_EQ(checkpoint.protocol.value_or(""), row.protocol);
  EXPECT_NE(checkpoint.network.find("LSTM"), std::string::npos) << checkpoint.network;
  const auto graph = std::make_shared<const nn::Graph>(checkpoint.graph);
  EXPECT_EQ(graph->state_size(), row.remembers);
  EXPECT_EQ(graph->actions(), 6);

  const test::GoldenArrays golden("agents/recurrent_agents.npz");
  const Tensor expected = golden.get<float>(file);
  const bool has_critic = golden.all().contains(file + ".value");
  ASSERT_EQ(graph->value().has_value(), has_critic);
  const auto states = test::GoldenArrays("checkpoints/known_input.npz").get<std::uint8_t>("x");
  const Shape& shape = graph->shape(0);
  const std::int64_t skipped = (4 - shape[0]) * shape[1] * shape[2];  // the newest planes
  for (const std::string id : {"cpu", "reference"}) {
    const auto engine = nn::make_engine(id, graph);
    nn::Watch watch;
    nn::watch_memory(*graph, watch);
    if (has_critic) watch.activations.push_back(*graph->value());
    nn::Tape tape;
    Tensor memory;
    for (std::int64_t step = 0; step < expected.shape()[0]; ++step) {
      const ByteTensorView state(states[step % 2].data() + skipped, shape.batch_of(1));
      engine->forward({state, memory.view()}, watch, tape);
      EXPECT_LT(test::relative_difference(tape.output().values(), expected[step].values()), 1e-4)
          << id << " " << step;
      if (has_critic) {
        const Tensor values = golden.get<float>(file + ".value");
        EXPECT_NEAR(tape.activation(*graph->value()).values()[0], values.data()[step], 1e-5)
            << id << " " << step;
      }
      nn::next_memory(*graph, tape, memory);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(
    All, RecurrentAgents,
    testing::Values(
        RecurrentFile{"sb3_lstm.zip", "stable-baselines3", "PPO", "stable-baselines3", 20},
        RecurrentFile{"sb3_lstm_apart.zip", "stable-baselines3", "PPO", "stable-baselines3", 20},
        RecurrentFile{"sb3_lstm_shared.zip", "stable-baselines3", "PPO", "stable-baselines3", 10},
        RecurrentFile{"sb3_lstm_plain_critic.zip", "stable-baselines3", "PPO", "stable-baselines3",
                      20},
        RecurrentFile{"cleanrl_lstm.cleanrl_model", "cleanrl", "PPO", "cleanrl", 10},
        RecurrentFile{"cleanrl_pqn_lstm.pth", "cleanrl-pqn", "PQN", "envpool", 10}),
    [](const auto& file) {
      std::string name = file.param.file;
      std::ranges::replace_if(
          name, [](unsigned char c) { return std::isalnum(c) == 0; }, '_');
      return name;
    });

TEST(RecurrentAgents, LstmsOfWrongShapesAreRefused) {
  const auto message = [](const std::string& wrong, const Shape& shape) {
    StateDict state;
    const auto put = [&](const std::string& name, Shape is) {
      state.tensors.push_back({name, test::random_weights(name == wrong ? shape : is, 1)});
    };
    const std::int64_t kernels[3] = {8, 4, 3};
    for (int i = 0; i < 3; ++i) {
      const std::string name = "network." + std::to_string(2 * i);
      put(name + ".weight", {2, i == 0 ? 1 : 2, kernels[i], kernels[i]});
      put(name + ".bias", {2});
    }
    put("network.7.weight", {3, 98});
    put("network.7.bias", {3});
    put("lstm.weight_ih_l0", {8, 3});
    put("lstm.weight_hh_l0", {8, 2});
    put("lstm.bias_ih_l0", {8});
    put("lstm.bias_hh_l0", {8});
    put("actor.weight", {6, 2});
    put("actor.bias", {6});
    for (const Convention* convention : conventions()) {
      if (convention->id == "cleanrl")
        return test::error_of([&] { convention->recognise(state, {}).build(); });
    }
    return std::string("no such convention");
  };
  EXPECT_EQ(message("", {}), "");
  EXPECT_NE(message("lstm.weight_ih_l0", {9, 3}).find("a multiple of 4 gates"), std::string::npos);
  EXPECT_NE(message("lstm.weight_ih_l0", {3, 3}).find("a multiple of 4 gates"), std::string::npos);
  EXPECT_NE(message("lstm.weight_hh_l0", {8, 3}).find("expected 8×2"), std::string::npos);
  EXPECT_NE(message("lstm.bias_hh_l0", {4}).find("expected 8"), std::string::npos);
  EXPECT_NE(message("actor.weight", {6, 3}).find("expected n×2"), std::string::npos);
}

}  // namespace
}  // namespace arcadecam::checkpoint
