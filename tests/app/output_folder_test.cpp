// A folder holds one run's files: what is refused, what --overwrite removes and what it never does.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "app/program.h"
#include "arcadecam/core/files.h"
#include "arcadecam/core/npy.h"
#include "support/golden.h"

namespace arcadecam {
namespace {

namespace fs = std::filesystem;

using test::arcadecam;
using test::contains;
using test::Result;

void write(const fs::path& file, const std::string& text) {
  fs::create_directories(file.parent_path());
  OutputFile output(file);
  output.write(text);
  output.commit();
}

std::vector<std::string> files_below(const fs::path& folder) {
  std::vector<std::string> names;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file()) names.push_back(fs::relative(entry.path(), folder).string());
  }
  std::ranges::sort(names);
  return names;
}

using Names = std::vector<std::string>;

const std::string kExplain =
    "explain pong --methods sobel --steps 3 --no-video --no-gif --still-height 210 ";

TEST(OutputFolder, TwoRunsAreNotMixed) {
  const test::TemporaryFolder folder;
  const fs::path out = folder.path() / "out";
  const std::string to = "--out " + out.string();
  ASSERT_EQ(arcadecam(kExplain + "--seed 1 --still-every 1 " + to).code, 0);
  const auto trace = read_file(out / "trace.jsonl.gz");
  const Names whole = files_below(out);
  EXPECT_EQ(whole.size(), 4U + 3 * 2) << "manifest, maps, table, trace, two pictures a step";

  for (const std::string& other :
       {kExplain + "--seed 2 --still-every 2 ",
        std::string("compare pong --methods sobel --steps 2 --states 1 --video-steps 0 "),
        std::string("figure pong --methods sobel --steps-at 1 "),
        std::string("play pong --steps 2 --full-speed ")}) {
    const Result refused = arcadecam(other + to);
    EXPECT_EQ(refused.code, 2) << refused.text;
    EXPECT_TRUE(contains(refused.text, "--overwrite")) << refused.text;
    EXPECT_TRUE(contains(refused.text, "by explain")) << refused.text;
    EXPECT_EQ(std::ranges::count(refused.text, '\n'), 1) << refused.text;
  }
  EXPECT_EQ(files_below(out), whole);
  EXPECT_EQ(read_file(out / "trace.jsonl.gz"), trace);

  // What others put there stays, even beside ours.
  write(out / "notes.txt", "mine");
  write(out / "stills/mine.png", "mine");
  write(out / "maps.npz.1234.tmp", "begun by a run that was killed");
  const Result replaced =
      arcadecam(kExplain + "--seed 2 --still-every 2 --no-maps --overwrite " + to);
  ASSERT_EQ(replaced.code, 0) << replaced.text;
  EXPECT_EQ(
      files_below(out),
      (Names{"arcadecam.json", "notes.txt", "steps.csv", "stills/e0000_s000000_sobel.png",
             "stills/e0000_s000000_sobel_observation.png", "stills/e0000_s000002_sobel.png",
             "stills/e0000_s000002_sobel_observation.png", "stills/mine.png", "trace.jsonl.gz"}));
  EXPECT_NE(read_file(out / "trace.jsonl.gz"), trace) << "its seed";
}

TEST(OutputFolder, ARunWithoutAManifestIsKnownByItsTrace) {
  const test::TemporaryFolder folder;
  const std::string to = "--out " + folder.path().string();
  ASSERT_EQ(arcadecam(kExplain + to).code, 0);
  fs::remove(folder.path() / "arcadecam.json");
  write(folder.path() / "notes.txt", "mine");
  EXPECT_EQ(arcadecam("play pong --steps 2 --full-speed " + to).code, 2);
  ASSERT_EQ(arcadecam("play pong --steps 2 --full-speed --overwrite " + to).code, 0);
  EXPECT_EQ(files_below(folder.path()), (Names{"arcadecam.json", "notes.txt", "trace.jsonl.gz"}));
}

TEST(OutputFolder, WhatIsNotOursIsNeverTouched) {
  const test::TemporaryFolder folder;
  const auto refused = [&](const fs::path& out, const std::string& part) {
    for (const char* overwrite : {"", " --overwrite"}) {
      const Result result = arcadecam(kExplain + "--out " + out.string() + overwrite);
      EXPECT_EQ(result.code, 2) << result.text;
      EXPECT_TRUE(contains(result.text, part)) << result.text;
    }
  };
  write(folder.path() / "a/steps.csv", "mine");
  refused(folder.path() / "a", "steps.csv: is there already");
  write(folder.path() / "b/stills/e0000_s000000_mine.png", "mine");
  refused(folder.path() / "b", "stills: is there already");
  write(folder.path() / "c/arcadecam.json", "{\"mine\": 1}");
  refused(folder.path() / "c", "is no manifest of ours");
  write(folder.path() / "d/trace.jsonl.gz", "no trace");
  refused(folder.path() / "d", "trace.jsonl.gz: is there already");
  write(folder.path() / "e/evaluation.sqlite", "days of work");
  refused(folder.path() / "e", "holds an evaluation");
  EXPECT_EQ(files_below(folder.path()).size(), 5U);

  // Names in a manifest lead nowhere else, and remove no folder.
  write(folder.path() / "precious", "mine");
  write(folder.path() / "f/sub/precious", "mine");
  write(folder.path() / "f/arcadecam.json",
        R"({"made_by": "ArcadeCAM", "runs": [{"command": "explain", "files":
            ["../precious", "/precious", "sub/precious", "sub", "..", "", "video.mp4"]}]})");
  write(folder.path() / "f/video.mp4", "an earlier run's");
  ASSERT_EQ(arcadecam(kExplain + "--overwrite --out " + (folder.path() / "f").string()).code, 0);
  EXPECT_TRUE(fs::exists(folder.path() / "precious"));
  EXPECT_TRUE(fs::exists(folder.path() / "f/sub/precious"));
  EXPECT_FALSE(fs::exists(folder.path() / "f/video.mp4"));
}

TEST(OutputFolder, PicturesOfARunMayLieBesideIt) {
  const test::TemporaryFolder folder;
  const std::string out = folder.path().string();
  ASSERT_EQ(arcadecam("play pong --steps 9 --full-speed --out " + out).code, 0);
  const auto trace = read_file(folder.path() / "trace.jsonl.gz");
  const std::string figure = "figure pong --methods sobel --formats svg --trace " + out +
                             "/trace.jsonl.gz --out " + out + " --steps-at ";
  ASSERT_EQ(arcadecam(figure + "3").code, 0);
  const Result again = arcadecam(figure + "4");
  EXPECT_EQ(again.code, 2) << again.text;
  const Result anew = arcadecam(figure + "4 --overwrite");
  EXPECT_EQ(anew.code, 0) << anew.text;
  EXPECT_EQ(read_file(folder.path() / "trace.jsonl.gz"), trace) << "the run is never lost";
  EXPECT_EQ(files_below(folder.path()), (Names{"arcadecam.json", "figure.svg", "trace.jsonl.gz"}));
}

TEST(OutputFolder, AnEvaluationContinuesItselfAloneAndIsNotOverwritten) {
  const test::TemporaryFolder folder;
  const std::string explained = (folder.path() / "explained").string(),
                    evaluated = (folder.path() / "evaluated").string();
  const std::string evaluate =
      "evaluate pong --states 2 --episodes 2 --episode-steps 6 --methods sobel --no-baselines "
      "--measures shape --no-report --out ";
  ASSERT_EQ(arcadecam(kExplain + "--out " + explained).code, 0);
  const Result mixed = arcadecam(evaluate + explained);
  EXPECT_EQ(mixed.code, 2) << mixed.text;
  EXPECT_TRUE(contains(mixed.text, "by explain")) << mixed.text;
  ASSERT_EQ(arcadecam(evaluate + evaluated).code, 0);
  EXPECT_EQ(arcadecam(evaluate + evaluated).code, 0);
  const Result over = arcadecam(kExplain + "--overwrite --out " + evaluated);
  EXPECT_EQ(over.code, 2) << over.text;
  EXPECT_TRUE(contains(over.text, "holds an evaluation")) << over.text;
}

TEST(OutputFolder, WhatCannotBePlayedLeavesNoFolder) {
  const test::TemporaryFolder folder;
  const fs::path out = folder.path() / "out";
  const std::string to = " --out " + out.string();
  for (const std::string command :
       {"play pong", "explain pong", "compare pong", "figure pong --steps-at 1", "evaluate pong"}) {
    for (const char* wrong : {" --mode 7", " --difficulty 9"}) {
      const Result result = arcadecam(command + wrong + to);
      EXPECT_EQ(result.code, 2) << command << result.text;
      EXPECT_TRUE(contains(result.text, "the legal ones are")) << command << result.text;
      EXPECT_FALSE(fs::exists(out)) << command << wrong;
    }
    const Result missing = test::run("ARCADECAM_ROMS=" + folder.path().string() + " " +
                                     test::program() + " " + command + to);
    EXPECT_EQ(missing.code, 1) << command << missing.text;
    EXPECT_TRUE(contains(missing.text, "the ROM of Pong is missing")) << command << missing.text;
    EXPECT_FALSE(fs::exists(out)) << command;
  }
}

TEST(OutputFolder, DumpedTapesToo) {
  const test::TemporaryFolder folder;
  const std::string network = (test::golden_dir() / "nets/dueling.gz").string(),
                    states = (folder.path() / "states.npy").string(),
                    tape = (folder.path() / "tape").string();
  const auto array = test::GoldenArrays("explain/dueling.npz").get<std::uint8_t>("states");
  write_npy<std::uint8_t>(states, array.view());
  const std::string map = "map " + network + " --states " + states + " --out " +
                          (folder.path() / "maps.npy").string() + " --dump-tape " + tape;
  ASSERT_EQ(arcadecam(map).code, 0);
  const Names whole = files_below(tape);
  EXPECT_EQ(arcadecam(map).code, 2);
  EXPECT_EQ(arcadecam(map + " --overwrite").code, 0);
  EXPECT_EQ(files_below(tape), whole);
}

}  // namespace
}  // namespace arcadecam
