// Networks and observations that a user describes (--network), through the program.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "app/program.h"
#include "arcadecam/core/digest.h"
#include "arcadecam/core/npy.h"
#include "support/golden.h"

namespace arcadecam {
namespace {

using test::arcadecam;
using test::contains;
using test::Result;

class DescribedNetwork : public testing::Test {
 protected:
  /// The network of tests/golden/agents/nature.pt, observing as `protocol` says.
  std::string description(const std::string& protocol) {
    const std::string file = path("net.json");
    std::ofstream(file) << R"({"game": "pong", "protocol": )" << protocol << R"(,
  "input": {"channels": 4},
  "layers": [
    {"type": "conv", "weights": "agent.net.first", "stride": 4}, {"type": "relu"},
    {"type": "conv", "weights": "agent.net.second", "stride": 2}, {"type": "relu"},
    {"type": "conv", "weights": "agent.net.third"}, {"type": "relu"}, {"type": "flatten"},
    {"type": "linear", "weights": "agent.net.hidden"}, {"type": "relu"},
    {"type": "linear", "weights": "agent.net.policy"}
  ],
  "ignore": ["agent.net.value"]
})";
    return (test::golden_dir() / "agents/nature.pt").string() + " --network " + file;
  }
  [[nodiscard]] std::string path(const std::string& name) const {
    return (folder_.path() / name).string();
  }

 private:
  test::TemporaryFolder folder_;
};

TEST_F(DescribedNetwork, IsInspectedPlayedAndReplayedWithItsCrop) {
  const std::string agent = description(
      R"({"base": "cleanrl", "crop_top": 34, "crop_height": 160, "grey": "mean", "stretch": true})");
  const Result inspected = arcadecam("inspect " + agent);
  EXPECT_EQ(inspected.code, 0) << inspected.text;
  EXPECT_TRUE(contains(inspected.text, "described network of 10 layers")) << inspected.text;

  const Result explained = arcadecam("explain " + agent +
                                     " --steps 4 --methods gradcam --still-every 2 --no-gif "
                                     "--no-sound --out " +
                                     path("first"));
  ASSERT_EQ(explained.code, 0) << explained.text;
  const std::string trace = path("first") + "/trace.jsonl.gz";
  const Result header = test::run("gzip -dc " + trace + " | head -n 1");
  EXPECT_TRUE(contains(header.text, R"x("name":"cleanrl (changed)")x")) << header.text;
  EXPECT_TRUE(contains(header.text, R"("crop_top":34,"crop_height":160,"stretch":true)"))
      << header.text;
  const Result replayed = arcadecam("replay --trace " + trace + " --out " + path("arrays"));
  EXPECT_EQ(replayed.code, 0) << replayed.text;
}

TEST_F(DescribedNetwork, ATraceTellsWhichDescriptionItWasPlayedBy) {
  const std::string agent = description(R"({"base": "cleanrl"})");
  const std::string digest = sha256_of_file(path("net.json")), trace = path("run.gz");
  ASSERT_EQ(arcadecam("play " + agent + " --full-speed --steps 3 --trace " + trace).code, 0);
  const Result header = test::run("gzip -dc " + trace + " | head -n 1");
  EXPECT_TRUE(contains(header.text, "\"network_sha256\":\"" + digest + "\"")) << header.text;

  const std::string again =
      " --methods gradcam --no-gif --no-sound --trace " + trace + " --out " + path("out");
  const Result same = arcadecam("explain " + agent + again);
  EXPECT_EQ(same.code, 0) << same.text;
  EXPECT_FALSE(contains(same.text, "warning: the run was recorded")) << same.text;
  const Result other = arcadecam(
      "explain " + description(R"({"base": "cleanrl", "grey": "mean"})") + again + " --overwrite");
  EXPECT_EQ(other.code, 0) << other.text;
  EXPECT_TRUE(contains(other.text,
                       "warning: the run was recorded with another description of the network (" +
                           (test::golden_dir() / "agents/nature.pt").string() + ", SHA-256 " +
                           digest.substr(0, 12)))
      << other.text;
}

TEST_F(DescribedNetwork, WrongSettingsAreErrorsWithTheirLine) {
  const Result grey = arcadecam("play " + description(R"({"base": "cleanrl", "grey": "luma"})"));
  EXPECT_EQ(grey.code, 1);
  EXPECT_TRUE(contains(grey.text, "net.json: line 1 (/protocol/grey): 'luma' is no grey formula"))
      << grey.text;
  const Result crop = arcadecam(
      "play " + description(R"({"base": "cleanrl", "crop_top": 200, "crop_height": 84})") +
      " --full-speed --steps 1");
  EXPECT_EQ(crop.code, 1);
  EXPECT_TRUE(contains(crop.text, "does not lie within a screen of 210×160 pixels")) << crop.text;
  const Result colour = arcadecam("play " + description(R"({"base": "cleanrl", "grey": "rgb"})") +
                                  " --full-speed --steps 1");
  EXPECT_EQ(colour.code, 1);
  EXPECT_TRUE(contains(colour.text, "takes 4 planes; cleanrl (changed) observes 3 per frame"))
      << colour.text;
  const Result missing = arcadecam("play pong --network " + path("none.json"));
  EXPECT_EQ(missing.code, 1);
  EXPECT_TRUE(contains(missing.text, "none.json: no such file")) << missing.text;
}

// Options that say of a known network what its file does not.
TEST(SaidNetwork, OptionsSayWhatTheFileCannot) {
  const std::string agents = (test::golden_dir() / "agents").string() + "/";
  const Result ignoring = arcadecam("inspect --ignore target_ " + agents + "torchrl_loss.pt");
  EXPECT_EQ(ignoring.code, 0) << ignoring.text;
  EXPECT_TRUE(contains(ignoring.text, "14 tensors whose names begin with 'target_'"));
  EXPECT_TRUE(contains(ignoring.text, "ELU, torchrl's default, is assumed (give --activation"));
  const Result wrong = arcadecam("inspect --grey purple " + agents + "sb3_colours.zip");
  EXPECT_EQ(wrong.code, 2);
  EXPECT_TRUE(contains(wrong.text, "--grey: 'purple'")) << wrong.text;
  const Result activation =
      arcadecam("inspect --activation elu " + agents + "sb3_small_pictures.zip");
  EXPECT_EQ(activation.code, 2) << activation.text;

  const test::TemporaryFolder folder;
  const std::string trace = (folder.path() / "trace.jsonl.gz").string();
  const Result played = arcadecam("play " + agents +
                                  "sb3_colours.zip --game pong --grey rgb "
                                  "--steps 3 --trace " +
                                  trace);
  ASSERT_EQ(played.code, 0) << played.text;
  const Result header = test::run("gzip -dc " + trace + " | head -n 1");
  EXPECT_TRUE(contains(header.text, R"("grey":"rgb")")) << header.text;
}

// The same file read with other options is another network: whatever goes on from a run says so.
TEST(SaidNetwork, ARunKnowsTheOptionsThatItsAgentWasReadWith) {
  const std::string agent =
      (test::golden_dir() / "agents/torchrl_loss.pt").string() + " --game pong --ignore target_ ";
  const test::TemporaryFolder folder;
  const std::string trace = (folder.path() / "run.gz").string();
  const std::string out = " --out " + (folder.path() / "out").string();
  ASSERT_EQ(
      arcadecam("play " + agent + "--activation relu --full-speed --steps 3 --trace " + trace).code,
      0);
  const Result header = test::run("gzip -dc " + trace + " | head -n 1");
  EXPECT_TRUE(contains(header.text, R"("read_with":"--activation relu --ignore target_")"))
      << header.text;

  const std::string again = "explain --methods gradcam --no-gif --trace " + trace + out + " ";
  const Result same = arcadecam(again + agent + "--activation relu");
  EXPECT_EQ(same.code, 0) << same.text;
  EXPECT_FALSE(contains(same.text, "warning: the run was recorded")) << same.text;
  const Result other = arcadecam(again + agent + "--overwrite");
  EXPECT_EQ(other.code, 0) << other.text;
  EXPECT_TRUE(contains(other.text,
                       "read with --activation relu --ignore target_, and now it is read with "
                       "--ignore target_;"))
      << other.text;

  const std::string measured =
      "evaluate --measures shape --methods gradcam --states 2 "
      "--episodes 1 --no-report" +
      out + "-measured ";
  const Result first = arcadecam(measured + agent);
  EXPECT_EQ(first.code, 0) << first.text;
  const Result mixed = arcadecam(measured + agent + "--activation relu");
  EXPECT_EQ(mixed.code, 2) << mixed.text;
  EXPECT_TRUE(contains(mixed.text, "and now it is --activation relu --ignore target_"))
      << mixed.text;
}

}  // namespace
}  // namespace arcadecam
