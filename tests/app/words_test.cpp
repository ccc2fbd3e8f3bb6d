// What a user types wrong is answered in one line that says what to type instead.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <string>

#include "app/program.h"
#include "arcadecam/core/files.h"
#include "arcadecam/core/npy.h"
#include "support/golden.h"

namespace arcadecam {
namespace {

using test::arcadecam;
using test::contains;
using test::Result;

TEST(Words, EveryMistakeOfTheLineIsOneLineWithTheProgramsNameAndExitCode2) {
  const test::TemporaryFolder folder;
  const std::string out = " --out " + (folder.path() / "out").string();
  for (const auto& [line, says] : std::map<std::string, std::string>{
           {"", "a command is missing: agents, "},
           {"exlain pong" + out, "there is no command 'exlain'; the nearest is explain"},
           {"pong", "there is no command 'pong'; "},
           {"explain", "explain: AGENT is required"},
           {"explain pong", "explain: --out is required"},
           {"explain pong --methd sobel" + out,
            "explain: there is no option '--methd'; the nearest is --method"},
           {"explain pong --stesp=3" + out, "there is no option '--stesp'; the nearest is --steps"},
           {"games nosuch", "games: 'nosuch' is one argument too many"},
           {"explain pong --theme drak" + out, "--theme: 'drak': the nearest is dark"},
           {"explain pong --overlay none" + out, "'none': known are alpha, additive"},
           {"figure pong --steps-at 0 --formats pgn" + out, "'pgn': the nearest is png"},
           {"completion zsch", "'zsch': the nearest is zsh"},
           {"explain pong --epsilon 2" + out, "--epsilon: '2': expected a number from 0 to 1"},
           {"explain pong --steps" + out, "--steps"},
           {"evaluate pong --mode x" + out, "--mode: 'x': expected a whole number from 0 to 255"},
           {"replay --max-frames 1e9" + out, "--max-frames: '1e9': expected a whole number"},
           {"replay --noops 1,010x" + out, "--noops: '010x': expected a whole number"},
           {"explain pong --methods Grad-CAM" + out, "the nearest are gradcam, "},
           {"explain pong --methods gradcan" + out,
            "there is no method 'gradcan'; the nearest are gradcam, "},
           {"explain pong --methods fullgrad++:sigm=1" + out, "'sigm'; the nearest is sigma"},
           {"evaluate pong --measures lokalisation" + out, "the nearest is localisation"},
           {"explain pong --protocol stable-baseline3" + out, "the nearest is stable-baselines3"},
           {"explain pong --as cleanrll" + out, "the nearest is cleanrl"},
           {"explain pong --game pnog" + out, "the nearest is: pong"},
           {"explain pong --colors turbu" + out, "the nearest is turbo"},
           {"methods sobol", "the nearest is sobel"},
           {"measures raod", "the nearest is road"},
           {"explain pong --target margin:LEFTT/RIGHT" + out,
            "there is no action 'LEFTT'; the nearest is LEFT"},
           {"figure pong --steps 5 --steps-at 9" + out, "episode 0 of the run has 5 steps"},
       }) {
    const Result result = arcadecam(line);
    EXPECT_EQ(result.code, 2) << line << "\n" << result.text;
    EXPECT_TRUE(contains(result.text, says)) << line << "\n" << result.text;
    EXPECT_TRUE(result.text.starts_with("arcadecam: ")) << result.text;
    EXPECT_EQ(std::ranges::count(result.text, '\n'), 1) << result.text;
    EXPECT_LT(result.text.size(), 400U) << result.text;
  }
}

TEST(Words, ActionsMayBeNamedWhereTheGameIsKnown) {
  const test::TemporaryFolder folder;
  const std::string out = folder.path().string();
  const std::string explain =
      "explain pong --steps 2 --no-video --no-gif --no-maps --still-every 9 --methods gradcam,"
      "gradcam:target=margin/left/NOOP --target margin:LEFT/RIGHT --out ";
  const Result result = arcadecam(explain + out + "/a");
  ASSERT_EQ(result.code, 0) << result.text;
  EXPECT_TRUE(contains(result.text, "action 3 (LEFT) minus that of action 2 (RIGHT)"))
      << result.text;
  // "nan" and "inf" stay what they are, no numbers.
  EXPECT_EQ(arcadecam("explain pong --target finer:LEFT/nan --out " + out + "/b").code, 2);
  EXPECT_EQ(arcadecam("evaluate pong --target action:FIRE --states 1 --episodes 1 "
                      "--episode-steps 4 --methods sobel --no-baselines --measures shape --out " +
                      out + "/c")
                .code,
            0);
  const Result inspected =
      arcadecam("inspect " + test::golden_dir().string() + "/nets/atari_dqn.gz --game pong");
  EXPECT_TRUE(
      contains(inspected.text, ": 0 NOOP, 1 FIRE, 2 RIGHT, 3 LEFT, 4 RIGHTFIRE, 5 LEFTFIRE"))
      << inspected.text;
  // An embedded agent's name is taken as everywhere; its place says its game.
  const Result embedded = arcadecam("inspect pong");
  EXPECT_EQ(embedded.code, 0);
  EXPECT_TRUE(contains(embedded.text, ": 0 NOOP, 1 FIRE, 2 RIGHT, 3 LEFT, 4 RIGHTFIRE, 5 LEFTFIRE"))
      << embedded.text;
  EXPECT_TRUE(contains(arcadecam("inspect pnog").text, "(there are air_raid, breakout, "));
}

TEST(Words, NamesOfActionsNeedAGame) {
  const test::TemporaryFolder folder;
  const std::string network = (test::golden_dir() / "nets/dueling.gz").string(),
                    states = (folder.path() / "states.npy").string(),
                    maps = (folder.path() / "maps.npy").string();
  write_npy<std::uint8_t>(
      states, test::GoldenArrays("explain/dueling.npz").get<std::uint8_t>("states").view());
  const std::string map = "map " + network + " --states " + states + " --out " + maps;
  const Result unknown = arcadecam(map + " --target action:LEFT");
  EXPECT_EQ(unknown.code, 2) << unknown.text;
  EXPECT_TRUE(contains(unknown.text, "the names of actions need the game")) << unknown.text;
}

TEST(Words, WhatAlwaysHoldsForAMethodIsSaidOnThePictureAndWhereAsked) {
  const test::TemporaryFolder folder;
  const std::string figure =
      "figure pong --steps-at 4 --methods gradcam++ --formats svg --out " + folder.path().string();
  const Result quiet = arcadecam(figure + "/a");
  ASSERT_EQ(quiet.code, 0) << quiet.text;
  EXPECT_FALSE(contains(quiet.text, "note:")) << quiet.text;
  const Result verbose = arcadecam(figure + "/b --verbose");
  EXPECT_TRUE(contains(verbose.text, "note: gradcam++: 1 of 1 maps are by a closed form"))
      << verbose.text;
  const auto svg = read_file(folder.path() / "a/figure.svg");
  EXPECT_TRUE(contains({svg.begin(), svg.end()}, "gradcam++: 1 of 1 maps are by a closed form"));
}

// The video's maps are not in the picture.
TEST(Words, AComparisonsPictureCountsItsOwnMaps) {
  const test::TemporaryFolder folder;
  const Result result = arcadecam(
      "compare pong --methods gradcam++ --steps 12 --states 2 --video-steps 6 --video-height 480 "
      "--formats svg --verbose --out " +
      folder.path().string());
  ASSERT_EQ(result.code, 0) << result.text;
  EXPECT_TRUE(contains(result.text, "note: gradcam++: 7 of 7 maps")) << result.text;
  const auto svg = read_file(folder.path() / "compare.svg");
  EXPECT_TRUE(contains({svg.begin(), svg.end()}, "gradcam++: 2 of 2 maps"));
}

TEST(Words, EveryStepOfAFigureIsASentence) {
  const test::TemporaryFolder folder;
  const Result result =
      arcadecam("figure breakout --steps-at 40,60 --methods gradcam --formats svg --out " +
                folder.path().string() + "/a");
  ASSERT_EQ(result.code, 0) << result.text;
  EXPECT_TRUE(contains(result.text, "step 40: ")) << result.text;
  EXPECT_TRUE(contains(result.text, " over ")) << result.text;
  EXPECT_TRUE(contains(result.text, "; most of it on: ")) << result.text;
  EXPECT_TRUE(contains(result.text, " % of the ")) << result.text;
  const auto svg = read_file(folder.path() / "a/figure.svg");
  EXPECT_TRUE(contains({svg.begin(), svg.end()}, "Step 60: "));
}

TEST(Words, OneOfAThingIsNotSeveral) {
  const test::TemporaryFolder folder;
  const Result result = arcadecam(
      "evaluate pong --states 1 --episodes 1 --episode-steps 4 --methods sobel "
      "--no-baselines --measures shape --out " +
      folder.path().string());
  EXPECT_TRUE(contains(result.text, "1 agent, 1 method, 1 measure: ")) << result.text;
}

}  // namespace
}  // namespace arcadecam
