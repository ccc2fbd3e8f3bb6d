// What torch.onnx.export writes by default, the modules that Stable-Baselines3's manual exports,
// what training loops and Dopamine's agents save beside the weights (scripts/golden/
// exported_agents.py, dopamine_bundle.py): read, and computing what the libraries did.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "arcadecam/checkpoint/checkpoint.h"
#include "arcadecam/core/digest.h"
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
using test::outputs_of;

namespace fs = std::filesystem;

struct Exported {
  const char* file;
  nn::OutputKind outputs;
  bool critic;
  const char* unknown;  ///< what is said about how it is read
};

class ExportedFiles : public testing::TestWithParam<Exported> {};

TEST_P(ExportedFiles, ComputeWhatTheLibraryDid) {
  const Exported& row = GetParam();
  const Checkpoint checkpoint = load(agent_file(row.file));
  EXPECT_EQ(checkpoint.convention, "onnx");
  EXPECT_EQ(checkpoint.graph.actions(), 6);
  EXPECT_EQ(checkpoint.graph.output_kind(), row.outputs);
  EXPECT_EQ(checkpoint.graph.value().has_value(), row.critic);
  EXPECT_TRUE(std::ranges::any_of(checkpoint.unknown, [&](const std::string& text) {
    return text.find(row.unknown) != std::string::npos;
  })) << row.unknown;
  const auto expected = test::GoldenArrays("agents/exported.npz").get<float>(row.file);
  for (const std::string engine : {"cpu", "reference"}) {
    EXPECT_LT(
        test::relative_difference(outputs_of(checkpoint.graph, engine).values(), expected.values()),
        1e-5)
        << engine;
  }
}

INSTANTIATE_TEST_SUITE_P(
    All, ExportedFiles,
    testing::Values(Exported{"external.onnx", nn::OutputKind::kValues, false,
                             "action values or a policy's logits"},
                    Exported{"fixed_batch.onnx", nn::OutputKind::kValues, false,
                             "action values or a policy's logits"},
                    Exported{"sb3_documented_dqn.onnx", nn::OutputKind::kValues, false,
                             "returns an action"},
                    Exported{"sb3_documented_dqn_dynamo.onnx", nn::OutputKind::kValues, false,
                             "returns an action"},
                    Exported{"sb3_documented_ppo.onnx", nn::OutputKind::kLogits, true,
                             "normalises its logits"}),
    [](const auto& test) {
      const std::string name = test.param.file;
      return name.substr(0, name.find('.'));
    });

// Settings, spaces, curves and states of random numbers lie beside the weights: listed, not made.
TEST(ExportedAgents, WhatATrainingLoopSavesBesideTheWeightsIsLeftOut) {
  const Checkpoint checkpoint = load(agent_file("training_loop.pt"));
  const auto expected = test::GoldenArrays("agents/exported.npz").get<float>("training_loop.pt");
  EXPECT_LT(
      test::relative_difference(outputs_of(checkpoint.graph, "cpu").values(), expected.values()),
      1e-5);
  for (const char* entry :
       {"'args': calls argparse.Namespace (not run)",
        "'arguments': calls __main__.Arguments (not run)",
        "'folder': calls pathlib.PurePosixPath (not run)", "'best': number of NumPy's",
        "'space': calls gymnasium.spaces.discrete.Discrete (not run)"}) {
    EXPECT_NE(std::ranges::find(checkpoint.other_entries, entry), checkpoint.other_entries.end())
        << entry;
  }
}

// Written by Dopamine itself: the agent's last observation, and one array under two names.
TEST(ExportedAgents, DopaminesBundleIsItsOnlineNetwork) {
  const Checkpoint checkpoint = load(agent_file("dopamine_bundle.1"));
  EXPECT_EQ(checkpoint.convention, "dopamine");
  const auto is = [](const char* name) {
    return [name](const StoredTensor& tensor) { return tensor.name == name; };
  };
  for (const char* name :
       {"state", "online_params/params/Conv_0/kernel", "target_params/params/Conv_0/kernel"})
    EXPECT_TRUE(std::ranges::any_of(checkpoint.tensors, is(name))) << name;
  EXPECT_EQ(checkpoint.graph.parameter_count(), 4800);
  const auto expected =
      test::GoldenArrays("agents/dopamine_bundle.npz").get<float>("dopamine_bundle.1");
  for (const std::string engine : {"cpu", "reference"}) {
    EXPECT_LT(
        test::relative_difference(outputs_of(checkpoint.graph, engine).values(), expected.values()),
        1e-5)
        << engine;
  }
}

TEST(ExportedAgents, OfSeveralEntriesTheUserChoosesOne) {
  const fs::path file = agent_file("several_entries.pt");
  EXPECT_NE(test::error_of([&] {
              load(file);
            }).find("several entries hold tensors: 'one', 'two'; give --entry NAME"),
            std::string::npos);
  const test::GoldenArrays golden("agents/exported.npz");
  for (const auto& [entry, network] :
       {std::pair("one", "one"), std::pair("two", "two"), std::pair("agent/q/network", "two")}) {
    LoadOptions options;
    options.entry = entry;
    const Checkpoint checkpoint = load(file, options);
    const auto expected = golden.get<float>(std::string("several_entries.pt ") + network);
    EXPECT_LT(
        test::relative_difference(outputs_of(checkpoint.graph, "cpu").values(), expected.values()),
        1e-5)
        << entry;
    EXPECT_EQ(checkpoint.read_with, std::string("--entry ") + entry);
    EXPECT_NE(std::ranges::find_if(checkpoint.evidence,
                                   [&entry = entry](const std::string& text) {
                                     return text.find(std::string("the entry '") + entry + "'") !=
                                            std::string::npos;
                                   }),
              checkpoint.evidence.end());
  }
  for (const auto& [entry, message] :
       {std::pair("three", "--entry: 'three' is not in the file"),
        std::pair("agent/three",
                  "--entry: 'three' is not in the file; expected a state dict; "
                  "there are 'q/network', 'steps'"),
        std::pair("agent/steps", "--entry: 'steps' is 7; expected a state dict"),
        std::pair("agent", "no state dict")}) {
    LoadOptions options;
    options.entry = entry;
    EXPECT_NE(test::error_of([&] { load(file, options); }).find(message), std::string::npos)
        << test::error_of([&] { load(file, options); });
  }
  LoadOptions options;
  options.entry = "model";
  EXPECT_NE(test::error_of([&] {
              load(agent_file("nature.safetensors"), options);
            }).find("only what torch.save writes has entries"),
            std::string::npos);
}

TEST(ExportedAgents, TheDigestCoversTheFileBeside) {
  const Bytes model = read_file(agent_file("external.onnx"), 1 << 20);
  const Bytes data = read_file(agent_file("external.onnx.data"), 1 << 20);
  Bytes both = model;
  both.insert(both.end(), data.begin(), data.end());
  EXPECT_EQ(load(agent_file("external.onnx")).sha256, sha256(both));
}

TEST(ExportedAgents, WeightsThatAreMissingOrCutOffAreNamed) {
  const test::TemporaryFolder folder;
  const fs::path model = folder.path() / "m.onnx", data = folder.path() / "external.onnx.data";
  fs::copy_file(agent_file("external.onnx"), model);
  EXPECT_NE(test::error_of([&] {
              load(model);
            }).find("its weights lie in 'external.onnx.data', which is not beside it"),
            std::string::npos);
  fs::copy_file(agent_file("external.onnx.data"), data);
  EXPECT_EQ(load(model).graph.actions(), 6);
  fs::resize_file(data, fs::file_size(data) - 1);
  EXPECT_NE(test::error_of([&] { load(model); }).find("bytes in 'external.onnx.data', which has"),
            std::string::npos);
  fs::remove(data);
  fs::create_directory(data);
  EXPECT_NE(test::error_of([&] { load(model); }).find("not a regular file"), std::string::npos);
  LoadOptions small;
  small.max_bytes = fs::file_size(model) + 1;
  fs::remove(data);
  fs::copy_file(agent_file("external.onnx.data"), data);
  EXPECT_NE(test::error_of([&] { load(model, small); }).find("more than the limit"),
            std::string::npos);
}

TEST(ExportedAgents, TheWeightsAloneSayWhichFileToGive) {
  EXPECT_NE(test::error_of([&] {
              load(agent_file("external.onnx.data"));
            }).find("the weights of an ONNX model: give the model, "),
            std::string::npos);
}

// A cache keeps the model and its weights as links into one folder; no link leads elsewhere.
TEST(ExportedAgents, LinksAreFollowedIntoTheModelsOwnFolderAlone) {
  const test::TemporaryFolder folder;
  const fs::path blobs = folder.path() / "blobs", shown = folder.path() / "shown",
                 elsewhere = folder.path() / "elsewhere";
  for (const fs::path& made : {blobs, shown, elsewhere}) fs::create_directory(made);
  fs::copy_file(agent_file("external.onnx"), blobs / "1f");
  fs::copy_file(agent_file("external.onnx.data"), blobs / "2e");
  fs::copy_file(agent_file("external.onnx.data"), elsewhere / "2e");
  fs::create_symlink("../blobs/1f", shown / "m.onnx");
  fs::create_symlink("../blobs/2e", shown / "external.onnx.data");
  EXPECT_EQ(load(shown / "m.onnx").graph.actions(), 6);
  fs::remove(shown / "external.onnx.data");
  fs::create_symlink("../elsewhere/2e", shown / "external.onnx.data");
  EXPECT_NE(test::error_of([&] { load(shown / "m.onnx"); }).find("leads out of"),
            std::string::npos);
}

TEST(ExportedAgents, BytesAloneNameTheFileThatTheyNeed) {
  const Bytes model = read_file(agent_file("external.onnx"), 1 << 20);
  EXPECT_NE(test::error_of([&] {
              load_bytes(model, "m.onnx", {});
            }).find("'external.onnx.data', another file, and only one was given"),
            std::string::npos);
}

}  // namespace
}  // namespace arcadecam::checkpoint
