// Figures and comparisons as a user makes them.
#include <gtest/gtest.h>

#include <filesystem>
#include <set>
#include <string>

#include "app/program.h"
#include "arcadecam/core/files.h"
#include "support/golden.h"

namespace arcadecam {
namespace {

namespace fs = std::filesystem;

using test::arcadecam;
using test::contains;
using test::Result;

std::string text_of_file(const fs::path& file) {
  const auto bytes = read_file(file);
  return {bytes.begin(), bytes.end()};
}

int files_in(const fs::path& folder) {
  return static_cast<int>(std::distance(fs::directory_iterator(folder), {}));
}

TEST(Compare, MakesOnePictureOneVideoAndATraceTheSameTwice) {
  const test::TemporaryFolder folder;
  const std::string out = folder.path().string();
  const std::string line =
      "compare pong --methods fullgrad++,gradcam:at=post,sobel --steps 30 --states 3 --video-steps "
      "4 "
      "--video-height 480 ";
  const Result first = arcadecam(line + "--out " + out + "/a");
  ASSERT_EQ(first.code, 0) << first.text;
  EXPECT_TRUE(contains(first.text, "3 methods, 3 states")) << first.text;
  const Result again = arcadecam(
      "compare pong --methods fullgrad++,gradcam:at=post,sobel --states 3 "
      "--video-steps 4 --video-height 480 --formats png,svg --trace " +
      out + "/a/trace.jsonl.gz --out " + out + "/b");
  ASSERT_EQ(again.code, 0) << again.text;
  EXPECT_EQ(files_in(out + "/a"), 5);
  EXPECT_EQ(files_in(out + "/b"), 7);
  for (const char* name : {"/compare.png", "/layers.png", "/compare.mp4", "/trace.jsonl.gz"})
    EXPECT_EQ(read_file(out + "/a" + name), read_file(out + "/b" + name)) << name;
  const std::string svg = text_of_file(out + "/b/compare.svg");
  for (const char* text : {">fullgrad++<", ">gradcam:at=post<", ">sobel<", ">step 5<", ">step 15<",
                           ">step 25<", "Scale: frame", "Policy: greedy"})
    EXPECT_TRUE(contains(svg, text)) << text;
}

TEST(Compare, TakesAllMethodsAtOnce) {
  const test::TemporaryFolder folder;
  const Result all = arcadecam(
      "compare pong --steps 3 --states 1 --video-steps 0 --formats svg "
      "--out " +
      folder.path().string());
  ASSERT_EQ(all.code, 0) << all.text;
  const std::string svg = text_of_file(folder.path() / "compare.svg");
  for (const char* method : {">fullgrad", ">fullgrad++", ">gradcam", ">random", ">sobel"})
    EXPECT_TRUE(contains(svg, method)) << method;
  EXPECT_FALSE(fs::exists(folder.path() / "compare.mp4"));
}

TEST(Compare, ShowsTheLayersOfMethodsThatJoinSeveral) {
  const test::TemporaryFolder folder;
  const std::string out = folder.path().string();
  const Result result = arcadecam(
      "compare breakout_early --methods "
      "fullgrad++:weights=equal,gradcam,hirescam:layers=0/2,layercam:layers=all:at=post,fullgrad "
      "--steps 4 "
      "--states 2 --video-steps 0 --formats svg --out " +
      out);
  ASSERT_EQ(result.code, 0) << result.text;
  const std::string svg = text_of_file(folder.path() / "layers.svg");
  EXPECT_TRUE(contains(svg, ">fullgrad++:weights=equal<"));
  EXPECT_TRUE(contains(svg, ">hirescam:layers=0/2<"));
  EXPECT_FALSE(contains(svg, ">gradcam<")) << "one layer alone is no strip";
  EXPECT_TRUE(contains(svg, ">layercam · layer _AtariNet__features.1<"));
  EXPECT_TRUE(contains(svg, ">fullgrad · input<"));
  // Equal weights of three layers, twice, in two states.
  std::size_t shares = 0;
  for (std::size_t at = 0; (at = svg.find(">weight 33.3 %<", at)) != std::string::npos; ++at)
    ++shares;
  EXPECT_EQ(shares, 12U) << svg.substr(0, 400);
  EXPECT_TRUE(contains(svg, "early agent breakout_early"));
}

TEST(Compare, ShowsSeveralTargetsOfTheSameStates) {
  const test::TemporaryFolder folder;
  const Result result = arcadecam(
      "compare pong --methods hirescam,sobel,gradcam:target=action/1 --targets "
      "chosen,margin,advantage:2 --steps 8 --states 2 --video-steps 0 --formats svg --out " +
      folder.path().string());
  ASSERT_EQ(result.code, 0) << result.text;
  const std::string svg = text_of_file(folder.path() / "compare.svg");
  for (const char* text :
       {">hirescam:target=chosen<", ">hirescam:target=margin<", ">hirescam:target=advantage/2<",
        ">sobel<", ">gradcam:target=action/1<", "or the target that a method names"})
    EXPECT_TRUE(contains(svg, text)) << text;
  const Result wrong =
      arcadecam("figure pong --steps-at 1 --target chosen,best --out " + folder.path().string());
  EXPECT_EQ(wrong.code, 2) << wrong.text;
}

TEST(Highlights, AreKeptApartAndShownWithTheirSpread) {
  const test::TemporaryFolder folder;
  const std::string out = folder.path().string();
  const Result result = arcadecam(
      "explain pong --steps 90 --no-video --still-every 1000 "
      "--highlights 3 --out " +
      out);
  ASSERT_EQ(result.code, 0) << result.text;
  EXPECT_TRUE(contains(result.text, "most telling decisions")) << result.text;
  EXPECT_TRUE(fs::exists(folder.path() / "highlights.png"));
  EXPECT_TRUE(fs::exists(folder.path() / "highlights.mp4"));
}

TEST(Explain, WritesNoPicturesWhereNoneAreAskedFor) {
  const test::TemporaryFolder folder;
  const std::string out = folder.path().string() + "/run";
  const std::string command =
      "explain pong --steps 2 --no-video --no-gif --no-maps --no-stills --out " + out;
  ASSERT_EQ(arcadecam(command).code, 0);
  std::set<std::string> files;
  for (const auto& entry : fs::directory_iterator(out))
    files.insert(entry.path().filename().string());
  EXPECT_EQ(files, (std::set<std::string>{"arcadecam.json", "steps.csv", "trace.jsonl.gz"}));
}

TEST(Play, RecordsTheRunInItsFolder) {
  const test::TemporaryFolder folder;
  const std::string out = folder.path().string();
  EXPECT_EQ(arcadecam("play pong --steps 5 --out " + out + "/new").code, 0);
  EXPECT_TRUE(fs::exists(folder.path() / "new/trace.jsonl.gz"));
  EXPECT_EQ(arcadecam("play pong --steps 5 --out " + out + " --trace " + out + "/t").code, 2);
  EXPECT_EQ(arcadecam("play pong --steps 5 --out /dev/null/x").code, 1);
}

TEST(Figure, ShowsTheStepsThatWereAskedForInThreeFormats) {
  const test::TemporaryFolder folder;
  const std::string out = folder.path().string();
  const Result result =
      arcadecam("figure breakout --steps-at 7,2 --methods fullgrad++,gradcam --out " + out + "/a");
  ASSERT_EQ(result.code, 0) << result.text;
  EXPECT_EQ(files_in(out + "/a"), 5);
  const std::string svg = text_of_file(out + "/a/figure.svg");
  EXPECT_LT(svg.find(">step 2<"), svg.find(">step 7<"));
  EXPECT_TRUE(contains(svg, ">NOOP<")) << "the bars' names";
  EXPECT_TRUE(text_of_file(out + "/a/figure.pdf").starts_with("%PDF"));

  const Result again = arcadecam(
      "figure breakout --steps-at 0:2,0:7 --methods fullgrad++,gradcam "
      "--trace " +
      out + "/a/trace.jsonl.gz --out " + out + "/b");
  ASSERT_EQ(again.code, 0) << again.text;
  for (const char* name : {"/figure.png", "/figure.svg", "/figure.pdf"})
    EXPECT_EQ(read_file(out + "/a" + name), read_file(out + "/b" + name)) << name;
}

TEST(Figure, SaysWhatEveryObjectContributes) {
  const test::TemporaryFolder folder;
  const std::string out = folder.path().string();
  const Result result = arcadecam(
      "figure pong --steps-at 60 --methods object-saliency --formats svg --no-values --out " + out);
  ASSERT_EQ(result.code, 0) << result.text;
  EXPECT_TRUE(contains(result.text, "object-saliency, episode 0, step 60: player +"))
      << result.text;
  EXPECT_FALSE(contains(text_of_file(out + "/figure.svg"), "White lines"));
  const Result outlined = arcadecam(
      "figure pong --steps-at 60 --methods sobel --formats svg --no-values --objects --out " + out +
      "/lines");
  ASSERT_EQ(outlined.code, 0) << outlined.text;
  EXPECT_TRUE(contains(text_of_file(out + "/lines/figure.svg"), "White lines"));
  const std::string table = text_of_file(out + "/objects.csv");
  for (const char* object : {",ball,", ",player,", ",enemy,", ",player score,", ",enemy score,"})
    EXPECT_TRUE(contains(table, object)) << table;
}

TEST(Figure, TakesTheLookOfVideosAndNamesIt) {
  const test::TemporaryFolder folder;
  const std::string out = folder.path().string();
  const Result result = arcadecam(
      "figure pong --steps-at 4,9 --methods input-x-gradient,gradcam++ --signed --scale episode "
      "--theme dark --colors inferno --formats svg --verbose --out " +
      out);
  ASSERT_EQ(result.code, 0) << result.text;
  EXPECT_TRUE(contains(result.text, "note: gradcam++: 2 of 2 maps are by a closed form"))
      << result.text;
  const std::string svg = text_of_file(out + "/figure.svg");
  for (const char* text :
       {"Scale: episode", "Colors: inferno", "Shown with signs: input-x-gradient",
        ">scale episode: against to for, zero in the middle", "#101218"})
    EXPECT_TRUE(contains(svg, text)) << text;
}

TEST(Figure, SaysWhatIsWrong) {
  const test::TemporaryFolder folder;
  const std::string out = " --out " + folder.path().string();
  for (const char* arguments :
       {"figure pong", "figure pong --steps-at x", "figure pong --steps-at 1:2:3",
        "figure pong --steps-at 3 --formats gif", "figure pong --steps-at 3 --enlarge 0",
        "figure pong --steps-at 3 --scale 2", "figure pong --steps-at 3 --methods sobel --signed",
        "figure pong --steps-at 3 --colors rainbow", "compare pong --states 0",
        "compare pong --methods nosuch", "compare pong --steps 3 --video-height 481"}) {
    const Result result = arcadecam(arguments + out);
    EXPECT_EQ(result.code, 2) << arguments << result.text;
  }
  const Result backwards = arcadecam("figure pong --steps-at 5-3" + out);
  EXPECT_EQ(backwards.code, 2);
  EXPECT_TRUE(contains(backwards.text, "'5-3': expected FIRST-LAST with LAST not below FIRST"))
      << backwards.text;
  const Result missing = arcadecam("figure pong --steps 5 --steps-at 9" + out);
  EXPECT_EQ(missing.code, 2);
  EXPECT_TRUE(contains(missing.text, "episode 0 of the run has 5 steps; the run is kept: "))
      << missing.text;
  // What the run has is drawn.
  const Result partly =
      arcadecam("figure pong --steps 5 --steps-at 2,99999999,7:1 --formats svg" + out + "/partly");
  EXPECT_EQ(partly.code, 0) << partly.text;
  EXPECT_TRUE(
      contains(partly.text, "--steps-at 0:99999999: episode 0 of the run has 5 steps; left out"))
      << partly.text;
  EXPECT_TRUE(contains(partly.text, "--steps-at 7:1: episode 7 of the run has 0 steps; left out"));
  EXPECT_TRUE(contains(partly.text, "1 step → ")) << partly.text;
  // A run that was given has its steps looked up before anything is made.
  const Result none = arcadecam("figure pong --steps-at 9 --trace " + folder.path().string() +
                                "/partly/trace.jsonl.gz" + out + "/none");
  EXPECT_EQ(none.code, 2);
  EXPECT_FALSE(std::filesystem::exists(folder.path() / "none"));
  EXPECT_EQ(arcadecam("figure pong --steps-at 3 --out /dev/null/x").code, 1);
  EXPECT_EQ(arcadecam("compare pong --steps 3 --states 1 --out /dev/null/x").code, 1);
}

}  // namespace
}  // namespace arcadecam
