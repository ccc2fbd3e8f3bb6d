// The program as a user runs it: exit codes, messages, files.
#include "app/program.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "arcadecam/core/files.h"
#include "arcadecam/core/npy.h"
#include "support/golden.h"
#include "support/networks.h"

namespace arcadecam {
namespace {

namespace fs = std::filesystem;

using test::arcadecam;
using test::contains;
using test::Result;

std::string golden(const std::string& name) {
  return (test::golden_dir() / name).string();
}

/// Writes the eight golden states of a network as .npy.
std::string states_file(const test::TemporaryFolder& folder, const std::string& network) {
  const auto states = test::GoldenArrays("explain/" + network + ".npz").get<std::uint8_t>("states");
  const fs::path file = folder.path() / (network + ".npy");
  write_npy<std::uint8_t>(file, states.view());
  return file.string();
}

TEST(Program, HelpTeachesAndListsCommands) {
  const Result help = arcadecam("--help");
  EXPECT_EQ(help.code, 0);
  for (const char* command :
       {"agents", "bench", "explain", "games", "inspect", "map", "methods", "play", "replay"}) {
    EXPECT_TRUE(contains(help.text, command)) << command;
    EXPECT_EQ(arcadecam(std::string(command) + " --help").code, 0) << command;
  }
  EXPECT_TRUE(contains(arcadecam("--version").text, "arcadecam 0."));
}

TEST(Program, BadUsageExitsWithTwoAndSaysWhatIsWrong) {
  for (const char* arguments :
       {"", "nonsense", "map", "explain pong", "play", "explain pong --methods nosuch --out OUT",
        "explain pong --methods gradcam:layer=9 --out OUT --steps 1",
        "play pong --epsilon 2 --steps 1", "play pong --policy best --steps 1",
        "play pong --episodes 0", "play pong --protocol ancient --steps 1",
        "explain pong --methods fullgrad++,fullgrad++ --out OUT --steps 1",
        "explain pong --target action:6 --out OUT --steps 1", "play pong --engine gpu --steps 1"}) {
    const test::TemporaryFolder folder;
    std::string line = arguments;
    if (const auto at = line.find("OUT"); at != std::string::npos)
      line.replace(at, 3, folder.path().string());
    const Result result = arcadecam(line);
    EXPECT_EQ(result.code, 2) << line << "\n" << result.text;
    EXPECT_FALSE(result.text.empty()) << line;
  }
}

TEST(Program, ParametersOfMethodsAreCheckedBeforeAnythingIsPlayed) {
  for (const std::string command :
       {"explain pong --out OUT --methods ", "compare pong --out OUT --methods ",
        "figure pong --steps-at 2 --out OUT/a --methods ", "evaluate pong --out OUT --methods ",
        "bench pong --methods "}) {
    for (const char* method : {"gradcam:noise=99", "gradcam:sigma=-1", "gradcam:target=best"}) {
      const test::TemporaryFolder folder;
      std::string line = command + method;
      if (const auto at = line.find("OUT"); at != std::string::npos)
        line.replace(at, 3, folder.path().string());
      const Result result = arcadecam(line);
      EXPECT_EQ(result.code, 2) << line << "\n" << result.text;
      EXPECT_TRUE(std::filesystem::is_empty(folder.path())) << line;
    }
  }
}

TEST(Program, BadInputExitsWithOneInOneLineThatNamesTheFile) {
  const test::TemporaryFolder folder;
  const std::string states = states_file(folder, "atari_dqn"),
                    out = (folder.path() / "maps.npy").string();
  for (const std::string& arguments : std::vector<std::string>{
           "inspect " + golden("checkpoints/bad/evil_eval.gz"), "inspect /nosuch.gz",
           "map " + golden("nets/atari_dqn.gz") + " --states /nosuch.npy --out " + out,
           "map " + golden("nets/atari_dqn.gz") + " --states " + golden("README.md") + " --out " +
               out,
           "map " + golden("nets/atari_dqn.gz") + " --states " + golden("explain/jet_lut_bgr.npy") +
               " --out " + out,
           "map " + golden("nets/atari_dqn.gz") + " --states " + states + " --out " + states +
               "/maps.npy"}) {
    const Result result = arcadecam(arguments);
    EXPECT_EQ(result.code, 1) << arguments << "\n" << result.text;
    EXPECT_EQ(std::count(result.text.begin(), result.text.end(), '\n'), 1) << result.text;
    EXPECT_TRUE(result.text.starts_with("arcadecam: ")) << result.text;
    EXPECT_TRUE(contains(result.text, "/")) << result.text;
  }
  EXPECT_FALSE(fs::exists(out));
}

TEST(Program, MapWritesMapsValuesAndTapeThatEqualTheReferences) {
  const test::TemporaryFolder folder;
  const std::string out = folder.path().string();
  for (const std::string& network : test::golden_networks()) {
    const test::GoldenArrays arrays("explain/" + network + ".npz");
    const Result result =
        arcadecam("map " + golden("nets/" + network + ".gz") + " --states " +
                  states_file(folder, network) + " --method fullgrad++ --target greedy --out " +
                  out + "/maps.npy --values " + out + "/q.npy --dump-tape " + out + "/" + network);
    ASSERT_EQ(result.code, 0) << result.text;
    const auto maps = convert<float>(read_npy(out + "/maps.npy"), "maps");
    const auto grid = arrays.get<float>("seed.FullGradpp.grid");
    ASSERT_EQ(maps.shape(), (Shape{8, 84, 84}));
    for (std::int64_t s = 0; s < 8; ++s) {
      for (std::int64_t i = 0; i < 144; ++i) {
        EXPECT_NEAR(maps[s].data()[(3 + 7 * (i / 12)) * 84 + 3 + 7 * (i % 12)],
                    grid[s][0].data()[i], 1e-4);
      }
    }
    const auto q = convert<float>(read_npy(out + "/q.npy"), "q");
    EXPECT_LT(test::relative_difference(q.values(), arrays.get<float>("q").values()), 1e-4);
    const std::string layer =
        test::manifest()["explain"]["explain/" + network + ".npz"]["layers"][0];
    const auto activation = convert<float>(
        read_npy(out + "/" + network + "/" + layer + ".activation.npy"), "activation");
    const auto expected =
        test::GoldenArrays("explain/" + network + "_layers.npz").get<float>("s0." + layer + ".act");
    EXPECT_LT(test::relative_difference(activation[0].values(), expected.values()), 1e-4);
  }
}

TEST(Program, MapMakesFoldersAndTriesEveryOutputFirst) {
  const test::TemporaryFolder folder;
  const std::string out = folder.path().string();
  const std::string network = test::golden_networks().front();
  const std::string command = "map " + golden("nets/" + network + ".gz") + " --states " +
                              states_file(folder, network) + " --method gradcam ";
  const Result made =
      arcadecam(command + "--out " + out + "/new/deep/m.npy --values " + out + "/other/q.npy");
  EXPECT_EQ(made.code, 0) << made.text;
  EXPECT_TRUE(fs::exists(out + "/new/deep/m.npy"));
  EXPECT_TRUE(fs::exists(out + "/other/q.npy"));
  // A file where a folder should be: nothing is computed and nothing is left.
  const Result wrong =
      arcadecam(command + "--out " + out + "/m.npy --values " + out + "/other/q.npy/q.npy");
  EXPECT_EQ(wrong.code, 1) << wrong.text;
  EXPECT_TRUE(contains(wrong.text, "q.npy")) << wrong.text;
  EXPECT_FALSE(fs::exists(out + "/m.npy"));
  const Result same =
      arcadecam(command + "--out " + out + "/m.npy --values " + out + "/other/../m.npy");
  EXPECT_EQ(same.code, 2) << same.text;
  EXPECT_TRUE(contains(same.text, "two arrays cannot be written to one file")) << same.text;
}

TEST(Program, MapRefusesNamesOfOtherKindsOfFiles) {
  const test::TemporaryFolder folder;
  const std::string out = folder.path().string();
  const std::string network = test::golden_networks().front();
  const std::string command = "map " + golden("nets/" + network + ".gz") + " --states " +
                              states_file(folder, network) + " --method gradcam ";
  const Result picture = arcadecam(command + "--out " + out + "/new/m.png");
  EXPECT_EQ(picture.code, 2) << picture.text;
  EXPECT_TRUE(contains(picture.text, "expected a name that ends in .npy or .npz, found '.png'"))
      << picture.text;
  const Result values =
      arcadecam(command + "--out " + out + "/new/m.npy --values " + out + "/new/q.npz");
  EXPECT_EQ(values.code, 2) << values.text;
  EXPECT_TRUE(contains(values.text, "--values")) << values.text;
  EXPECT_FALSE(fs::exists(out + "/new"));
}

TEST(Program, AnotherLibrarysCheckpointIsInspectedAndPlayed) {
  const std::string file = (test::golden_dir() / "agents/sb3_ppo.zip").string();
  const test::Result inspected = test::arcadecam("inspect " + file);
  EXPECT_EQ(inspected.code, 0);
  for (const char* words : {"convention    stable-baselines3", "algorithm     PPO",
                            "protocol      stable-baselines3", "detected\n", "The game it plays"}) {
    EXPECT_NE(inspected.text.find(words), std::string::npos) << words;
  }
  const test::Result checked =
      test::arcadecam("check " + file + " --game pong --episodes 2 --steps 5 --protocols classic");
  EXPECT_EQ(checked.code, 0) << checked.text;
  EXPECT_NE(checked.text.find("(taken for)\nclassic"), std::string::npos) << checked.text;
  EXPECT_NE(checked.text.find("The intervals overlap"), std::string::npos) << checked.text;
}

TEST(Program, RawMapsHaveTheLayersSizeForOneLayerMethods) {
  const test::TemporaryFolder folder;
  const std::string base = "map " + golden("nets/dueling.gz") + " --states " +
                           states_file(folder, "dueling") + " --raw --out " +
                           (folder.path() / "raw.npy").string() + " --method ";
  const auto shape_after = [&](const std::string& method) {
    EXPECT_EQ(arcadecam(base + method).code, 0);
    return shape_of(read_npy(folder.path() / "raw.npy"));
  };
  EXPECT_EQ(shape_after("gradcam"), (Shape{8, 7, 7}));
  EXPECT_EQ(shape_after("gradcam++:layer=0"), (Shape{8, 20, 20}));
  EXPECT_EQ(shape_after("fullgrad"), (Shape{8, 84, 84}));
}

TEST(Program, C51WarnsThatFullGradIsNotComplete) {
  const test::TemporaryFolder folder;
  const Result result = arcadecam("map " + golden("nets/atari_c51.gz") + " --states " +
                                  states_file(folder, "atari_c51") + " --method fullgrad --out " +
                                  (folder.path() / "maps.npy").string());
  EXPECT_EQ(result.code, 0);
  EXPECT_TRUE(contains(result.text, "warning")) << result.text;
}

TEST(Program, ExplainWritesVideoMapsTableAndStills) {
  const test::TemporaryFolder folder;
  const Result result = arcadecam(
      "explain pong --method fullgrad++,sobel --steps 12 --still-every 10 --still-height 210 "
      "--out " +
      folder.path().string());
  ASSERT_EQ(result.code, 0) << result.text;
  for (const char* name :
       {"video.mp4", "clip.gif", "maps.npz", "steps.csv", "trace.jsonl.gz",
        "stills/e0000_s000000_fullgrad++.png", "stills/e0000_s000010_fullgrad++_observation.png",
        "stills/e0000_s000010_sobel.png"}) {
    EXPECT_TRUE(fs::exists(folder.path() / name)) << name;
  }
  int files = 0;
  for (const auto& entry : fs::recursive_directory_iterator(folder.path()))
    files += entry.is_regular_file() ? 1 : 0;
  EXPECT_EQ(files, 14) << "6 + 2 steps × 2 methods × 2 pictures, and nothing half-written";
  const auto still = read_file(folder.path() / "stills/e0000_s000010_sobel.png");
  EXPECT_EQ(256 * still.at(18) + still.at(19), 280) << "columns: 4:3";
  EXPECT_GT(256 * still.at(22) + still.at(23), 210 + 20) << "with a caption below";
  const std::string plain = (folder.path() / "plain").string();
  ASSERT_EQ(
      arcadecam("explain pong --method sobel --steps 1 --still-height 210 --no-video --no-gif "
                "--no-still-caption --out " +
                plain)
          .code,
      0);
  const auto bare = read_file(plain + "/stills/e0000_s000000_sobel.png");
  EXPECT_EQ(256 * bare.at(22) + bare.at(23), 210);
  EXPECT_FALSE(contains(result.text, "264")) << "the encoder keeps quiet\n" << result.text;
}

TEST(Program, ExplainMakesNoVideoWhereNoneIsWanted) {
  const test::TemporaryFolder folder;
  const std::string line = "explain pong --steps 2 --out " + folder.path().string();
  ASSERT_EQ(arcadecam(line + " --no-video").code, 0);
  EXPECT_FALSE(fs::exists(folder.path() / "video.mp4"));
  EXPECT_EQ(arcadecam(line + " --video-height 481").code, 2);
}

TEST(Program, RandomizedWeightsGiveOtherMaps) {
  const test::TemporaryFolder folder;
  const std::string base =
      "map " + golden("nets/dueling.gz") + " --states " + states_file(folder, "dueling");
  const std::string a = (folder.path() / "a.npy").string(), b = (folder.path() / "b.npy").string();
  ASSERT_EQ(arcadecam(base + " --method gradcam --out " + a).code, 0);
  ASSERT_EQ(arcadecam(base + " --method gradcam --randomize-weights 1 --out " + b).code, 0);
  EXPECT_GT(test::relative_difference(convert<float>(read_npy(a), a).values(),
                                      convert<float>(read_npy(b), b).values()),
            0.05);
}

}  // namespace
}  // namespace arcadecam
