// What DI-engine and XuanCe save (scripts/golden/training_libraries.py): read, and computing what
// the libraries' networks do. And what cannot be read: named, with what to do.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>

#include "arcadecam/checkpoint/checkpoint.h"
#include "arcadecam/nn/engine.h"
#include "checkpoint/formats/archives.h"
#include "checkpoint/golden_agents.h"
#include "checkpoint/load_bytes.h"
#include "support/golden.h"
#include "support/networks.h"

namespace arcadecam::checkpoint {
namespace {

using test::error_of;
using test::outputs_of;

struct LibraryFile {
  const char* file;
  const char* convention;
  const char* algorithm;
  bool critic = false;
};

class TrainingLibraries : public testing::TestWithParam<LibraryFile> {};

TEST_P(TrainingLibraries, ComputeWhatTheLibraryDid) {
  const LibraryFile& row = GetParam();
  const Checkpoint checkpoint = load(test::golden_dir() / "agents" / row.file);
  EXPECT_EQ(checkpoint.convention, row.convention);
  EXPECT_EQ(checkpoint.algorithm.value_or(""), row.algorithm);
  EXPECT_EQ(checkpoint.graph.value().has_value(), row.critic);
  const auto expected = test::GoldenArrays("agents/training_libraries.npz").get<float>(row.file);
  for (const std::string engine : {"cpu", "reference"}) {
    EXPECT_LT(
        test::relative_difference(outputs_of(checkpoint.graph, engine).values(), expected.values()),
        1e-5)
        << engine;
  }
}

INSTANTIATE_TEST_SUITE_P(All, TrainingLibraries,
                         testing::Values(LibraryFile{"ding_dqn.pth.tar", "di-engine", "DQN"},
                                         LibraryFile{"ding_plain.pth.tar", "di-engine", "DQN"},
                                         LibraryFile{"ding_c51.pth.tar", "di-engine", "C51"},
                                         LibraryFile{"ding_qrdqn.pth.tar", "di-engine", "QR-DQN"},
                                         LibraryFile{"ding_ppo.pth.tar", "di-engine", "", true},
                                         LibraryFile{"ding_ppo_apart.pth.tar", "di-engine", "",
                                                     true},
                                         LibraryFile{"xuance_dqn.pth", "xuance", "DQN"},
                                         LibraryFile{"xuance_dueling.pth", "xuance", "DQN"},
                                         LibraryFile{"xuance_c51.pth", "xuance", "C51"},
                                         LibraryFile{"xuance_qrdqn.pth", "xuance", "QR-DQN"},
                                         LibraryFile{"xuance_ppo.pth", "xuance", "PPO", true}),
                         [](const auto& test) {
                           const std::string name = test.param.file;
                           return name.substr(0, name.find('.'));
                         });

TEST(Refusals, FoldersAreNamedAfterWhatIsInThem) {
  for (const auto& [file, message] :
       {std::pair("saved_model.pb", "a SavedModel of TensorFlow"),
        std::pair("rllib_checkpoint.json", "a folder of RLlib: give the file in it"),
        std::pair("_METADATA", "flax.serialization.to_bytes(params)"),
        std::pair("weights.pt", "a folder: give the file with the weights")}) {
    const test::TemporaryFolder folder;
    std::ofstream(folder.path() / file) << "x";
    EXPECT_NE(error_of([&] { load(folder.path()); }).find(message), std::string::npos)
        << error_of([&] { load(folder.path()); });
    if (std::string_view(file) == "weights.pt") continue;
    // So is such a file by itself.
    const std::filesystem::path inside = folder.path() / file;
    const std::string alone = error_of([&] { load(inside); });
    EXPECT_NE(alone.find(": part of a "), std::string::npos) << alone;
    EXPECT_NE(alone.find(message), std::string::npos) << alone;
  }
}

TEST(Refusals, AFolderOfStepsIsNamedAfterOneOfThem) {
  const test::TemporaryFolder folder;
  std::filesystem::create_directories(folder.path() / "3/default");
  std::ofstream(folder.path() / "3/default/_METADATA") << "{}";
  const std::string message = error_of([&] { load(folder.path()); });
  EXPECT_NE(message.find("a folder of Orbax"), std::string::npos) << message;
}

TEST(Refusals, ATensorFlowLiteModelIsNamed) {
  const std::string model("\x1c\0\0\0TFL3\x14\0 \0\x1c\0\x18\0", 16);
  EXPECT_NE(error_of([&] {
              load_bytes(test::view_of(model), "k.tflite", {});
            }).find("a TensorFlow Lite model"),
            std::string::npos);
}

}  // namespace
}  // namespace arcadecam::checkpoint
