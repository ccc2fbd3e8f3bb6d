// Traces as a user records and replays them.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "app/program.h"
#include "arcadecam/core/files.h"
#include "arcadecam/core/npy.h"
#include "support/golden.h"

namespace arcadecam {
namespace {

using test::arcadecam;
using test::contains;
using test::Result;

std::vector<std::string> lines_of(const std::string& file) {
  std::ifstream stream(file);
  std::vector<std::string> lines;
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

/// Pong's columns episode, step, action, action_name, greedy, q0 … q5.
std::string before_margin(const std::string& row) {
  std::size_t end = 0;
  for (int column = 0; column < 11; ++column) end = row.find(',', end) + 1;
  return row.substr(0, end);
}

// The trace knows the game that the checkpoint does not say.
TEST(Traces, SayWhichGameTheirAgentPlays) {
  const test::TemporaryFolder folder;
  const std::string agent = (test::golden_dir() / "agents/sb3_ppo.zip").string();
  const std::string trace = (folder.path() / "run.gz").string();
  ASSERT_EQ(
      arcadecam("play " + agent + " --game pong --full-speed --steps 3 --trace " + trace).code, 0);
  EXPECT_EQ(arcadecam("explain " + agent + " --methods gradcam --no-gif --out " +
                      (folder.path() / "without").string())
                .code,
            2);
  for (const std::string command :
       {"explain --no-gif --methods gradcam", "compare --methods gradcam,sobel",
        "figure --steps-at 1,2 --methods gradcam"}) {
    const Result result = arcadecam(command + " " + agent + " --trace " + trace + " --out " +
                                    (folder.path() / command.substr(0, 4)).string());
    EXPECT_EQ(result.code, 0) << command << "\n" << result.text;
  }
}

TEST(Traces, ExplainingAgainGivesTheSameFilesAndOtherMethodsOtherMaps) {
  const test::TemporaryFolder folder;
  const std::string out = folder.path().string();
  ASSERT_EQ(arcadecam("explain pong --seed 3 --steps 120 --epsilon 0.2 --protocol classic "
                      "--still-every 1000 --out " +
                      out + "/a")
                .code,
            0);
  const std::string from = "explain pong --still-every 1000 --trace " + out + "/a/trace.jsonl.gz";
  const Result again = arcadecam(from + " --out " + out + "/b");
  ASSERT_EQ(again.code, 0) << again.text;
  EXPECT_FALSE(contains(again.text, "warning")) << again.text;
  for (const char* name : {"/maps.npz", "/steps.csv", "/trace.jsonl.gz"})
    EXPECT_EQ(read_file(out + "/a" + name), read_file(out + "/b" + name)) << name;

  const Result other =
      arcadecam(from + " --methods sobel,gradcam --target greedy --steps 50 --out " + out + "/c");
  ASSERT_EQ(other.code, 0) << other.text;
  const auto a = lines_of(out + "/a/steps.csv"), c = lines_of(out + "/c/steps.csv");
  ASSERT_EQ(a.size(), 121U);
  ASSERT_EQ(c.size(), 51U);
  EXPECT_TRUE(contains(c[0], "sobel.says_nothing")) << c[0];
  EXPECT_TRUE(contains(c[0], "gradcam.weight")) << c[0];
  // Up to the margin the columns tell what was seen and done: the same, whatever explains it.
  for (std::size_t i = 1; i < c.size(); ++i) EXPECT_EQ(before_margin(a[i]), before_margin(c[i]));

  const Result stranger = arcadecam(from + " --randomize-weights 1 --out " + out + "/d");
  EXPECT_EQ(stranger.code, 0) << stranger.text;
  EXPECT_TRUE(contains(stranger.text, "warning: the run was recorded with another agent"))
      << stranger.text;
}

TEST(Traces, PlayRecordsAndReplayWritesWhatWasSeen) {
  const test::TemporaryFolder folder;
  const std::string out = folder.path().string(), trace = out + "/run.gz";
  ASSERT_EQ(arcadecam("play pong --steps 30 --trace " + trace).code, 0);
  const Result replay = arcadecam("replay --screens --trace " + trace + " --out " + out + "/r");
  ASSERT_EQ(replay.code, 0) << replay.text;
  EXPECT_EQ(shape_of(read_npy(out + "/r/observations.npy")), (Shape{31, 84, 84}));
  EXPECT_EQ(shape_of(read_npy(out + "/r/screens.npy")), (Shape{31, 210, 160, 3}));
  EXPECT_EQ(shape_of(read_npy(out + "/r/ram.npy")), (Shape{31, 128}));
}

TEST(Traces, WhatContradictsATraceIsRefused) {
  const test::TemporaryFolder folder;
  const std::string out = folder.path().string(), trace = out + "/run.gz";
  ASSERT_EQ(arcadecam("play pong --steps 5 --trace " + trace).code, 0);
  for (const char* option : {"--seed 1", "--policy greedy", "--epsilon 0.1", "--episodes 2",
                             "--protocol classic", "--mode 0", "--difficulty 0"}) {
    const Result result =
        arcadecam("explain pong --trace " + trace + " --out " + out + "/x " + option);
    EXPECT_EQ(result.code, 2) << option << result.text;
  }
  EXPECT_EQ(arcadecam("replay --game pong --trace " + trace + " --out " + out + "/x").code, 2);
  EXPECT_EQ(arcadecam("replay --out " + out + "/x").code, 2);
  for (const std::string& arguments :
       {"explain breakout --trace " + trace, "explain pong --trace " + out + "/none",
        "replay --trace " + test::golden_dir().string() + "/README.md"}) {
    const Result result = arcadecam(arguments + " --out " + out + "/y");
    EXPECT_EQ(result.code, 1) << arguments;
    EXPECT_TRUE(contains(result.text, "arcadecam: /")) << result.text;
    EXPECT_FALSE(std::filesystem::exists(out + "/y/maps.npz"));
  }
}

}  // namespace
}  // namespace arcadecam
