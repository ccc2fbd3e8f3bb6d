#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <string>

#include "arcadecam/checkpoint/checkpoint.h"
#include "arcadecam/core/digest.h"
#include "arcadecam/core/error.h"
#include "checkpoint/formats/archives.h"
#include "support/golden.h"

namespace arcadecam::checkpoint {
namespace {

using test::error_of;

std::filesystem::path golden_checkpoint(const std::string& file) {
  return test::golden_dir() / "checkpoints" / file;
}

// A copy of a golden checkpoint under a path of the zoo.
std::filesystem::path in_zoo(const test::TemporaryFolder& folder, const std::string& file,
                             const std::string& path) {
  const std::filesystem::path copy = folder.path() / path;
  std::filesystem::create_directories(copy.parent_path());
  std::filesystem::copy_file(golden_checkpoint(file), copy);
  return copy;
}

bool has_remark(const Checkpoint& checkpoint, const std::string& words) {
  return std::any_of(
      checkpoint.unknown.begin(), checkpoint.unknown.end(),
      [&](const std::string& remark) { return remark.find(words) != std::string::npos; });
}

TEST(Load, TheFolderNamesSayWhereItComesFrom) {
  const test::TemporaryFolder folder;
  const Checkpoint checkpoint =
      load(in_zoo(folder, "dqn_zip.gz", "MDQN_classic_2/AirRaid/3/model_50000000.gz"));
  EXPECT_EQ(checkpoint.algorithm, "MDQN");
  EXPECT_EQ(checkpoint.protocol, "classic");
  EXPECT_EQ(checkpoint.game, "AirRaid");
  EXPECT_EQ(checkpoint.training_seed, 3);
  EXPECT_EQ(checkpoint.step, 50'000'000);
  EXPECT_TRUE(checkpoint.unknown.empty());
  EXPECT_EQ(checkpoint.network, "AtariNet, DQN head (one value per action)");
  EXPECT_EQ(checkpoint.sha256, sha256_of_file(golden_checkpoint("dqn_zip.gz")));
}

TEST(Load, OptionsOverrideTheFolderNames) {
  const test::TemporaryFolder folder;
  LoadOptions options;
  options.algorithm = "dqn";
  options.protocol = "MODERN";
  options.game = "pong";
  const Checkpoint checkpoint =
      load(in_zoo(folder, "dqn_zip.gz", "MDQN_classic/AirRaid/3/model_5.gz"), options);
  EXPECT_EQ(checkpoint.algorithm, "DQN");
  EXPECT_EQ(checkpoint.protocol, "modern");
  EXPECT_EQ(checkpoint.game, "pong");
}

TEST(Load, WhatIsNotKnownIsSaid) {
  const Checkpoint checkpoint = load(golden_checkpoint("dqn_zip.pt"));
  EXPECT_EQ(checkpoint.unknown.size(), 5U);
  for (const std::string word : {"DQN and M-DQN", "protocol", "game", "step", "seed"}) {
    EXPECT_TRUE(has_remark(checkpoint, word)) << word;
  }
}

TEST(Load, WrongOptionsAreUsageErrors) {
  LoadOptions options;
  options.algorithm = "rainbow";
  try {
    load(golden_checkpoint("dqn_zip.pt"), options);
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), Error::Kind::kBadUsage);
    EXPECT_STREQ(error.what(), "'rainbow' is no algorithm; expected DQN, MDQN or C51");
  }
  options.algorithm.reset();
  options.protocol = "sticky";
  EXPECT_EQ(error_of([&] {
              load(golden_checkpoint("dqn_zip.pt"), options);
            }).find("'sticky' is no protocol; the nearest are gymnasium-sticky, "),
            0U);
}

TEST(Load, TheHeadSettlesTheAlgorithm) {
  const Checkpoint c51 = load(golden_checkpoint("c51_zip.pt"));
  EXPECT_EQ(c51.algorithm, "C51");
  EXPECT_EQ(c51.network, "AtariNet, C51 head (51 atoms, -10 … 10)");
  LoadOptions options;
  options.algorithm = "DQN";
  EXPECT_NE(error_of([&] {
              load(golden_checkpoint("c51_zip.pt"), options);
            }).find("C51 head, but --algo says DQN"),
            std::string::npos);
  const test::TemporaryFolder folder;
  const Checkpoint misnamed = load(in_zoo(folder, "c51_zip.gz", "DQN_modern/Pong/1/model_1.gz"));
  EXPECT_EQ(misnamed.algorithm, "C51");
  EXPECT_TRUE(has_remark(misnamed, "a name says DQN"));
}

TEST(Load, AC51NetworkThatIsNoneIsNoticed) {
  LoadOptions options;
  options.algorithm = "C51";
  EXPECT_NE(error_of([&] {
              load(golden_checkpoint("dqn_zip.pt"), options);
            }).find("has 6 outputs; expected a multiple of 51 atoms"),
            std::string::npos);
}

TEST(Load, ErrorsNameTheFile) {
  EXPECT_NE(error_of([] { load("no/such/file.gz"); }).find("no/such/file.gz"), std::string::npos);
  EXPECT_NE(error_of([] { load(test::golden_dir()); }).find(test::golden_dir().string()),
            std::string::npos);
  EXPECT_EQ(error_of([] {
              load(golden_checkpoint("bad/text.gz"));
            }).rfind(golden_checkpoint("bad/text.gz").string(), 0),
            0U);
}

TEST(Load, MaxBytesIsALimitOfTheFileAndOfWhatItHolds) {
  LoadOptions options;
  options.max_bytes = 10'000;
  EXPECT_NE(error_of([&] { load(golden_checkpoint("dqn_zip.pt"), options); }), "");
  options.max_bytes = 12'000;  // the gzip file is smaller, its content is not
  EXPECT_NE(error_of([&] { load(golden_checkpoint("dqn_zip.gz"), options); }).find("--max-size"),
            std::string::npos);
}

TEST(Load, TheEmbeddedAgentsAreCheckpoints) {
  const std::filesystem::path folder = test::source_dir() / "agents/DQN_modern";
  const Checkpoint pong = load(folder / "Pong/1/model_1930000.gz");
  EXPECT_EQ(pong.game, "Pong");
  EXPECT_EQ(pong.algorithm, "DQN");
  EXPECT_EQ(pong.protocol, "modern");
  EXPECT_EQ(pong.graph.actions(), 6);
  EXPECT_EQ(load(folder / "Breakout/1/model_1060000.gz").graph.actions(), 4);
}

}  // namespace
}  // namespace arcadecam::checkpoint
