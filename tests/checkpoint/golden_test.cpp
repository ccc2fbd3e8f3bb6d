// Every good checkpoint of the manifest: read bit for bit.
#include "support/golden.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "arcadecam/checkpoint/checkpoint.h"
#include "arcadecam/core/error.h"
#include "arcadecam/nn/engine.h"
#include "checkpoint/file_names.h"
#include "support/networks.h"

namespace arcadecam::checkpoint {
namespace {

using Tensors = std::map<std::string, Tensor>;

// All weights of a graph under their names in the state dict.
Tensors weights_by_name(const nn::Graph& graph) {
  Tensors result;
  for (const nn::Node& node : graph.nodes()) {
    for (const auto& [name, tensor] : nn::weights_of(node.op)) {
      if (tensor == nullptr) continue;
      const bool is_support = node.name == "expected_value";
      result.emplace(is_support ? "_AtariNet__support" : node.name + "." + name, *tensor);
    }
  }
  return result;
}

void expect_equal_bits(const Tensors& found, const Tensors& expected) {
  ASSERT_EQ(found.size(), expected.size());
  for (const auto& [name, tensor] : expected) {
    ASSERT_TRUE(found.contains(name)) << name;
    const Tensor& other = found.at(name);
    ASSERT_EQ(other.shape(), tensor.shape()) << name;
    EXPECT_EQ(std::memcmp(other.data(), tensor.data(), tensor.values().size_bytes()), 0) << name;
  }
}

Tensors known(const std::string& which) {
  Tensors result;
  for (const auto& [name, facts] : test::manifest()["checkpoints"]["known"][which].items()) {
    const std::string file = facts["file"];
    result.emplace(name, convert<float>(read_npy(test::golden_dir() / file), name));
  }
  return result;
}

// Their layers have other names; agents_test.cpp says more about them.
bool is_of_another_source(const std::string& file) {
  const std::string name = std::filesystem::path(file).filename().string();
  return name.starts_with("sb3_") || name.starts_with("cleanrl_") || name.ends_with(".onnx");
}

void expect_known_outputs(const nn::Graph& graph, const std::string& which) {
  const auto engine = nn::make_engine("cpu", std::make_shared<const nn::Graph>(graph));
  const auto states = test::GoldenArrays("checkpoints/known_input.npz").get<std::uint8_t>("x");
  const auto expected = convert<float>(
      read_npy(test::golden_dir() / "checkpoints" / ("known_" + which + "_q.npy")), which);
  nn::Tape tape;
  engine->forward(states.view(), {}, tape);
  EXPECT_LT(test::relative_difference(tape.output().values(), expected.values()), 1e-4);
}

class Good : public testing::TestWithParam<std::string> {};

TEST_P(Good, LoadsBitForBit) {
  const std::string& file = GetParam();
  const auto& facts = test::manifest()["checkpoints"]["good"][file];
  const bool may_be_refused = facts["expect"] == "load_or_reject";
  ASSERT_TRUE(may_be_refused || facts["expect"] == "load");
  const std::string holds = facts["holds"];
  try {
    const Checkpoint checkpoint = load(test::golden_dir() / file);
    EXPECT_EQ(checkpoint.graph.actions(), 6);
    expect_known_outputs(checkpoint.graph, holds);
    if (is_of_another_source(file)) return;
    expect_equal_bits(weights_by_name(checkpoint.graph), known(holds));
    EXPECT_EQ(checkpoint.convention, "atari-agents");
    EXPECT_EQ(checkpoint.tensors.size(), known(holds).size());
    if (holds == "c51") {
      EXPECT_EQ(checkpoint.algorithm, "C51");
    } else {
      EXPECT_EQ(checkpoint.algorithm, std::nullopt);
    }
  } catch (const Error& error) {
    EXPECT_TRUE(may_be_refused) << error.what();
    RecordProperty("message", error.what());
  }
}

INSTANTIATE_TEST_SUITE_P(Files, Good, testing::ValuesIn(test::checkpoint_files("good")),
                         test::name_of_file);

// What may be refused, but is read.
TEST(GoodDetails, BigEndianZipIsReadRightly) {
  const Checkpoint checkpoint = load(test::golden_dir() / "checkpoints/dqn_zip_bigendian.pt");
  expect_equal_bits(weights_by_name(checkpoint.graph), known("dqn"));
}

TEST(GoodDetails, FurtherEntriesAreListed) {
  const Checkpoint checkpoint = load(test::golden_dir() / "checkpoints/dqn_with_extras.gz");
  const auto& entries = checkpoint.other_entries;
  const auto has = [&](const std::string& entry) {
    return std::find(entries.begin(), entries.end(), entry) != entries.end();
  };
  for (const std::string entry : {"'step': 50000000",
                                  "'big': an integer beyond 64 bits",
                                  "'neg': -3",
                                  "'eps': 0.01",
                                  "'none': None",
                                  "'true': True",
                                  "'text': 'épisode ✓'",
                                  "'tuple': tuple of 5",
                                  "'list': list of 2",
                                  "'nested': dict of 1",
                                  "'bytes': bytes",
                                  "'set': set",
                                  "'size': tuple of 2",
                                  "'dtype': torch.float32",
                                  "'device': device",
                                  "'scalar0d': tensor float32 scalar",
                                  "'empty': tensor float32 0×4",
                                  "'i64': tensor int64 5",
                                  "'bool': tensor bool 2",
                                  "'expanded': tensor float32 3×5",
                                  "'optimizer_state': dict of 2"}) {
    EXPECT_TRUE(has(entry)) << entry;
  }
  EXPECT_EQ(checkpoint.step, 50'000'000);
}

TEST(GoodDetails, StoredTypesAreReported) {
  const Checkpoint checkpoint = load(test::golden_dir() / "checkpoints/dqn_mixed.pt");
  std::map<std::string, int> types;
  for (const StoredTensor& tensor : checkpoint.tensors) ++types[tensor.dtype];
  EXPECT_EQ(types.size(), 3U);
  EXPECT_GT(types["float16"], 0);
  EXPECT_GT(types["bfloat16"], 0);
  EXPECT_GT(types["float32"], 0);
  EXPECT_EQ(checkpoint.tensors[0].name, "_AtariNet__features.0.weight");
  EXPECT_EQ(checkpoint.tensors[0].shape, (Shape{4, 4, 8, 8}));
}

TEST(GoodDetails, ContainersAreNamed) {
  const auto container = [](const std::string& file) {
    return load(test::golden_dir() / "checkpoints" / file).container;
  };
  EXPECT_EQ(container("dqn_zip.pt"), "torch zip");
  EXPECT_EQ(container("dqn_zip.gz"), "gzip, torch zip");
  EXPECT_EQ(container("dqn_legacy.pt"), "torch legacy");
  EXPECT_EQ(container("dqn_gz_fname.gz"), "gzip, torch legacy");
}

struct NetCase {
  const char* name;
  const char* convention;
  const char* npz;  // null: no npz beside it
};

std::string net_name(const testing::TestParamInfo<NetCase>& net) {
  return net.param.name;
}

class Nets : public testing::TestWithParam<NetCase> {};

TEST_P(Nets, LoadWithTheirShapesAndTensors) {
  const NetCase& net = GetParam();
  const auto& facts = test::manifest()["nets"][net.name];
  const std::string file = facts["file"];
  const Checkpoint checkpoint = load(test::golden_dir() / file);
  EXPECT_EQ(checkpoint.convention, net.convention);
  EXPECT_EQ(checkpoint.graph.actions(), facts["actions"].get<int>());
  EXPECT_EQ(checkpoint.tensors.size(), facts["tensors"].size());
  for (const StoredTensor& tensor : checkpoint.tensors) {
    const auto shape = facts["tensors"][tensor.name].get<std::vector<std::int64_t>>();
    EXPECT_EQ(tensor.shape, Shape(shape)) << tensor.name;
  }
  if (net.npz == nullptr) return;
  Tensors expected;
  const test::GoldenArrays golden(net.npz);
  for (const auto& [name, array] : golden.all()) {
    if (name.ends_with("num_batches_tracked")) continue;  // no part of the network
    expected.emplace(name, convert<float>(array, name));
  }
  expect_equal_bits(weights_by_name(checkpoint.graph), expected);
}

INSTANTIATE_TEST_SUITE_P(Files, Nets,
                         testing::Values(NetCase{"atari_dqn", "atari-agents", nullptr},
                                         NetCase{"atari_c51", "atari-agents", "nets/atari_c51.npz"},
                                         NetCase{"convbn", "convbn", "nets/convbn.npz"},
                                         NetCase{"dueling", "dueling", "nets/dueling.npz"},
                                         NetCase{"trained_pong", "atari-agents", nullptr}),
                         net_name);

TEST(NetDetails, NodesHaveTheModulesNames) {
  const auto names = [](const std::string& file) {
    std::string joined;
    const Checkpoint checkpoint = load(test::golden_dir() / file);
    for (const nn::Node& node : checkpoint.graph.nodes()) joined += node.name + " ";
    return joined;
  };
  EXPECT_EQ(
      names("nets/atari_c51.gz"),
      "input scale _AtariNet__features.0 _AtariNet__features.1 _AtariNet__features.2 "
      "_AtariNet__features.3 _AtariNet__features.4 _AtariNet__features.5 flatten _AtariNet__head.0 "
      "_AtariNet__head.1 _AtariNet__head.2 expected_value ");
  EXPECT_EQ(
      names("nets/convbn.gz"),
      "input scale conv1 bn1 relu1 conv2 bn2 relu2 conv3 bn3 add relu3 flatten fc1 relu4 fc2 ");
  EXPECT_EQ(names("nets/dueling.gz"),
            "input scale features.0 features.1 features.2 features.3 features.4 features.5 flatten "
            "value.0 "
            "value.1 value.2 advantage.0 advantage.1 advantage.2 q ");
}

}  // namespace
}  // namespace arcadecam::checkpoint
