#include "checkpoint/onnx/onnx_external.h"

#include <gtest/gtest.h>

#include "arcadecam/core/error.h"
#include "checkpoint/formats/archives.h"
#include "support/golden.h"

namespace arcadecam::checkpoint::onnx {
namespace {

/// Eight bytes in "a", four in "b"; no other file.
class TwoFiles final : public FilesBeside {
  Bytes read_once(const std::string& name) override {
    if (name == "a") return {0, 1, 2, 3, 4, 5, 6, 7};
    if (name == "b") return {8, 9, 10, 11};
    throw bad_input("no '{}'", name);
  }
};

using Data = std::map<std::string, std::string, std::less<>>;

TensorData tensor(const Data& data) {
  TensorData made;
  made.name = "w";
  made.external = true;
  made.external_data = data;
  return made;
}

Bytes raw_of(const TensorData& tensor) {
  return {tensor.raw.begin(), tensor.raw.end()};
}

std::string error_of(const Data& data) {
  Model model;
  model.initializers.push_back(tensor(data));
  TwoFiles files;
  return test::error_of([&] { take_external(model, files); });
}

TEST(OnnxExternal, TensorsAreViewsOfTheirPartOfEachFile) {
  Model model;
  model.initializers.push_back(tensor({{"location", "a"}, {"offset", "2"}, {"length", "3"}}));
  model.initializers.push_back(tensor({{"location", "b"}}));
  model.initializers.push_back(tensor({{"location", "a"}, {"offset", "5"}}));
  Attribute value;
  value.tensor = tensor({{"location", "a"}, {"length", "2"}, {"checksum", "unread"}});
  Node node;
  node.attributes.emplace("value", std::move(value));
  model.nodes.push_back(std::move(node));
  TwoFiles files;
  take_external(model, files);
  EXPECT_EQ(raw_of(model.initializers[0]), (Bytes{2, 3, 4}));
  EXPECT_EQ(raw_of(model.initializers[1]), (Bytes{8, 9, 10, 11}));
  EXPECT_EQ(raw_of(model.initializers[2]), (Bytes{5, 6, 7}));
  EXPECT_EQ(raw_of(*model.nodes[0].attributes.at("value").tensor), (Bytes{0, 1}));
  EXPECT_FALSE(model.initializers[0].external);
}

TEST(OnnxExternal, PartsThatAreNotThereAreRefused) {
  for (const auto& [data, message] : std::vector<std::pair<Data, std::string>>{
           {{}, "the tensor 'w' lies in another file, but its location is missing"},
           {{{"location", "c"}}, "no 'c'"},
           {{{"location", "a"}, {"offset", "9"}}, "at 9 + 0 bytes in 'a', which has 8"},
           {{{"location", "a"}, {"offset", "4"}, {"length", "5"}}, "at 4 + 5 bytes in 'a'"},
           {{{"location", "a"}, {"offset", "1"}, {"length", "18446744073709551615"}},
            "at 1 + 18446744073709551615 bytes in 'a'"},
           {{{"location", "a"}, {"offset", "-1"}}, "its offset in another file is '-1'"},
           {{{"location", "a"}, {"length", "4x"}}, "its length in another file is '4x'"},
           {{{"location", "a"}, {"offset", "18446744073709551616"}}, "expected a whole number"},
       }) {
    EXPECT_NE(error_of(data).find(message), std::string::npos) << error_of(data);
  }
}

TEST(OnnxExternal, TheSameBytesCannotStandForManyTensors) {
  Model model;
  for (int i = 0; i < 2; ++i) model.initializers.push_back(tensor({{"location", "a"}}));
  TwoFiles files;
  EXPECT_NE(test::error_of([&] {
              take_external(model, files);
            }).find("take more than the 8 bytes of the files beside it"),
            std::string::npos);
}

TEST(FolderBeside, NamesThatLeadOutOfTheFolderAreRefused) {
  const test::TemporaryFolder folder;
  for (const char* name : {"", "/etc/hostname", "../x", "a/../../x", "..", "a\\b"}) {
    FolderBeside beside(folder.path() / "m.onnx", 100);
    EXPECT_NE(test::error_of([&] { beside.read(name); }).find("inside the checkpoint's own folder"),
              std::string::npos)
        << name;
  }
}

}  // namespace
}  // namespace arcadecam::checkpoint::onnx
