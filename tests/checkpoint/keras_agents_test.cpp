// What Keras saves (scripts/golden/keras_agents.py): read, and computing what Keras did.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "arcadecam/checkpoint/checkpoint.h"
#include "arcadecam/core/files.h"
#include "arcadecam/nn/engine.h"
#include "checkpoint/formats/archives.h"
#include "checkpoint/formats/hdf/hdf5.h"
#include "checkpoint/golden_agents.h"
#include "checkpoint/keras/keras_model.h"
#include "checkpoint/load_bytes.h"
#include "core/gzip.h"
#include "support/golden.h"
#include "support/networks.h"

namespace arcadecam::checkpoint {
namespace {

using test::agent_file;
using test::error_of;
using test::outputs_of;

struct KerasFile {
  const char* file;
  const char* container;
  nn::OutputKind outputs = nn::OutputKind::kValues;
  bool critic = false;
};

class KerasFiles : public testing::TestWithParam<KerasFile> {};

TEST_P(KerasFiles, ComputeWhatKerasDid) {
  const KerasFile& row = GetParam();
  const Checkpoint checkpoint = load(agent_file(row.file));
  EXPECT_EQ(checkpoint.container, row.container);
  EXPECT_EQ(checkpoint.convention, "keras");
  EXPECT_EQ(checkpoint.graph.actions(), 6);
  EXPECT_EQ(checkpoint.graph.output_kind(), row.outputs);
  EXPECT_EQ(checkpoint.graph.value().has_value(), row.critic);
  const auto expected = test::GoldenArrays("agents/keras.npz").get<float>(row.file);
  const bool divides = std::string(row.file) == "keras_sequential.h5" ||
                       std::string(row.file) == "keras_example.keras";
  EXPECT_EQ(divides, std::ranges::any_of(checkpoint.unknown, [](const std::string& text) {
              return text.starts_with("Whether the pixels were divided by 255");
            }));
  for (const std::string engine : {"cpu", "reference"}) {
    EXPECT_LT(
        test::relative_difference(outputs_of(checkpoint.graph, engine).values(), expected.values()),
        1e-5)
        << engine;
  }
}

INSTANTIATE_TEST_SUITE_P(All, KerasFiles,
                         testing::Values(KerasFile{"keras_functional.keras", "Keras archive"},
                                         KerasFile{"keras_functional.h5", "gzip, HDF5"},
                                         KerasFile{"keras_sequential.h5", "gzip, HDF5"},
                                         KerasFile{"keras_dueling.keras", "gzip, Keras archive"},
                                         KerasFile{"keras_kinds.keras", "gzip, Keras archive",
                                                   nn::OutputKind::kProbabilities},
                                         KerasFile{"keras_actor_critic.keras",
                                                   "gzip, Keras archive", nn::OutputKind::kLogits,
                                                   true},
                                         KerasFile{"keras_example.keras", "gzip, Keras archive"}),
                         [](const auto& test) {
                           std::string name = test.param.file;
                           std::ranges::replace(name, '.', '_');
                           return name;
                         });

// The user called the hidden layer dense_1 and the head dense; the file calls them by their order.
TEST(KerasAgents, LayersOfAnArchiveAreFoundByTheirOrder) {
  const Checkpoint checkpoint = load(agent_file("keras_functional.keras"));
  const auto hidden = checkpoint.graph.find("dense_1"), head = checkpoint.graph.find("dense");
  ASSERT_TRUE(hidden && head);
  EXPECT_EQ(checkpoint.graph.shape(*hidden), Shape{5});
  EXPECT_EQ(checkpoint.graph.shape(*head), Shape{6});
  const auto is = [](const char* name) {
    return [name](const StoredTensor& tensor) { return tensor.name == name; };
  };
  const auto first = std::ranges::find_if(checkpoint.tensors, is("layers/dense/vars/0"));
  ASSERT_NE(first, checkpoint.tensors.end());
  EXPECT_EQ(first->shape, (Shape{147, 5}));
}

TEST(KerasAgents, WeightsAloneAreNaturesByTheirShapes) {
  const Checkpoint checkpoint = load(agent_file("keras_nature.weights.h5"));
  EXPECT_EQ(checkpoint.convention, "nature-channels-last");
  const auto expected =
      test::GoldenArrays("agents/keras.npz").get<float>("keras_nature.weights.h5");
  EXPECT_LT(
      test::relative_difference(outputs_of(checkpoint.graph, "cpu").values(), expected.values()),
      1e-5);
  EXPECT_TRUE(std::ranges::any_of(checkpoint.unknown, [](const std::string& text) {
    return text.find("divides the pixels by 255: assumed") != std::string::npos;
  }));
}

TEST(KerasAgents, ThePythonOfALambdaIsNotRunAndSaidSo) {
  const Checkpoint checkpoint = load(agent_file("keras_example.keras"));
  EXPECT_TRUE(std::ranges::any_of(checkpoint.unknown, [](const std::string& text) {
    return text.find("its code is not run; by the shapes it moves the channels") !=
           std::string::npos;
  }));
}

std::string refusal(const std::string& config) {
  static const hdf5::Contents nothing;
  return error_of([&] { keras::translate(config, keras::KerasWeights(nothing)); });
}

TEST(KerasAgents, ConfigurationsThatCannotBeReadAreNamed) {
  const std::string input =
      R"({"class_name": "InputLayer", "config": {"batch_shape": [null, 84, 84, 4], "name": "i"}})";
  const auto chain = [&](const std::string& layer) {
    return R"({"class_name": "Sequential", "config": {"layers": [)" + input + "," + layer + "]}}";
  };
  for (const auto& [config, message] : {
           std::pair(std::string("[1]"), "no JSON object"),
           std::pair(std::string(R"({"class_name": "MyModel", "config": {}})"),
                     "a model of the class 'MyModel', whose layers stand in its Python code"),
           std::pair(std::string(R"({"class_name": "Sequential", "config": {}})"),
                     "has no list of layers"),
           std::pair(chain(R"({"class_name": "Lambda", "config": {"name": "l"}})"),
                     "'l' (Lambda): it holds Python code, which is not run"),
           std::pair(chain(R"({"class_name": "Conv2D", "config": {"name": "c"}})"),
                     "the kernel of the layer 'c' is missing"),
           std::pair(chain(R"({"class_name": "LSTM", "config": {"name": "r"}})"),
                     "'r' (LSTM): this kind is not supported"),
           std::pair(chain(R"({"class_name": "Dense", "config": {"name": "d"}})"),
                     "'d' (Dense): expected flat values"),
           std::pair(std::string(100'000, '['), "nested too deeply"),
       }) {
    EXPECT_NE(refusal(config).find(message), std::string::npos) << refusal(config);
  }
}

TEST(KerasAgents, ArchivesThatAreCutOffAreRefused) {
  const Bytes bytes = read_file(agent_file("keras_functional.keras"));
  for (std::size_t size = 100; size < bytes.size(); size += 4001)
    EXPECT_NE(error_of([&] { load_bytes(ByteView(bytes).first(size), "cut.keras", {}); }), "");
}

}  // namespace
}  // namespace arcadecam::checkpoint
