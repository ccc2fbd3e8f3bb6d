// `arcadecam vary`, end to end.
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "app/program.h"
#include "sweep/csv.h"

namespace arcadecam::test {
namespace {

namespace fs = std::filesystem;

class Vary : public testing::Test {
 protected:
  Vary() { fs::remove_all(folder_); }
  ~Vary() override { fs::remove_all(folder_); }

  static std::string content(const fs::path& file) {
    std::ifstream stream(file, std::ios::binary);
    std::ostringstream text;
    text << stream.rdbuf();
    return text.str();
  }
  /// All lines but the head.
  static std::vector<sweep::CsvFields> table(const fs::path& file) {
    const std::string text = content(file);
    sweep::CsvReader reader(text, file.string());
    std::vector<sweep::CsvFields> lines;
    sweep::CsvFields fields;
    while (reader.next(fields)) lines.push_back(fields);
    if (!lines.empty()) lines.erase(lines.begin());
    return lines;
  }

  fs::path folder_ = fs::temp_directory_path() / ("arcadecam_vary_" + std::to_string(getpid()));
};

// Nothing of the displays reaches the planted agent's decision: not one score may change.
TEST_F(Vary, WhatAnAgentDoesNotUseCostsNothing) {
  const Result result = arcadecam(
      "vary planted:pong --variation no-scores --variation no-opponent --episodes 3 "
      "--episode-steps 500 --out " +
      folder_.string());
  ASSERT_EQ(result.code, 0) << result.text;
  const auto lines = table(folder_ / "variations.csv");
  ASSERT_EQ(lines.size(), 3U);
  EXPECT_EQ(lines[0][2], "plain");
  EXPECT_EQ(lines[0][8], "");
  // In the table's order, whatever was asked for first.
  EXPECT_EQ(lines[1][2], "no-opponent");
  // Every ball that it returns is a point now.
  EXPECT_GT(std::stod(lines[1][8]), 3);
  EXPECT_GT(std::stod(lines[1][9]), 0);
  EXPECT_EQ(lines[2],
            (sweep::CsvFields{"planted:pong", "pong", "no-scores", "score", "3", lines[0][5],
                              lines[0][6], lines[0][7], "0", "0", "0", "1"}));
  const auto episodes = table(folder_ / "episodes.csv");
  ASSERT_EQ(episodes.size(), 9U);
  double sum = 0;
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(episodes[i][3], episodes[6 + i][3]);
    EXPECT_EQ(episodes[i][4], episodes[6 + i][4]);
    sum += std::stod(episodes[3 + i][3]) - std::stod(episodes[i][3]);
  }
  EXPECT_NEAR(sum / 3, std::stod(lines[1][8]), 1e-9);
  EXPECT_TRUE(contains(result.text, "no-scores")) << result.text;
  EXPECT_TRUE(fs::exists(folder_ / "variations-planted_pong.png"));
  EXPECT_TRUE(contains(content(folder_ / "vary.json"), "\"touches\": [\n            \"enemy\""));
}

TEST_F(Vary, ForeseesWithTheSameBytesWhateverTheThreads) {
  const std::string call =
      "vary planted:pong --variation no-scores --variation slow-ball --variation no-opponent "
      "--episodes 3 --episode-steps 300 --states 12 --methods input-x-gradient,occlusion --out ";
  const fs::path one = folder_ / "one", other = folder_ / "other";
  Result result = arcadecam(call + one.string());
  ASSERT_EQ(result.code, 0) << result.text;
  EXPECT_TRUE(contains(result.text, "rank correlation of attention")) << result.text;
  result = arcadecam(call + other.string() + " --jobs 2 --group 3");
  ASSERT_EQ(result.code, 0) << result.text;
  for (const char* file : {"variations.csv", "episodes.csv", "attention.csv", "foresight.csv",
                           "vary.json", "variations-planted_pong.png"}) {
    EXPECT_EQ(content(one / file), content(other / file)) << file;
    EXPECT_GT(content(one / file).size(), 100U) << file;
  }
  const auto forecasts = table(one / "foresight.csv");
  ASSERT_EQ(forecasts.size(), 4U);
  EXPECT_EQ(forecasts[0][0], "random");
  EXPECT_EQ(forecasts[0][10], "0");
  EXPECT_EQ(forecasts[1][0], "size of the object");
  EXPECT_EQ(forecasts[2][0], "input-x-gradient");
  EXPECT_EQ(forecasts[3][1], "3");
  const auto attention = table(one / "attention.csv");
  ASSERT_EQ(attention.size(), 9U);
  for (const sweep::CsvFields& line : attention) {
    // Its maps have nothing on the displays.
    if (line[1] == "no-scores" && line[3] == "input-x-gradient") {
      EXPECT_EQ(line[4], "0");
    }
    if (line[1] == "slow-ball" && line[3] == "input-x-gradient") {
      EXPECT_GT(std::stod(line[4]), 0.2);
    }
  }
  result = arcadecam(call + one.string());
  EXPECT_EQ(result.code, 2) << result.text;
}

TEST_F(Vary, PlaysSeveralAgentsEachInItsOwnGame) {
  const Result result = arcadecam(
      "vary planted:pong own=planted:breakout --variation strip --variation slow-ball --episodes 1 "
      "--episode-steps 60 --out " +
      folder_.string());
  ASSERT_EQ(result.code, 0) << result.text;
  std::vector<std::string> played;
  for (const sweep::CsvFields& line : table(folder_ / "variations.csv")) {
    played.push_back(line[0] + " " + line[1] + " " + line[2]);
    // One episode gives no interval.
    EXPECT_EQ(line[6], "");
  }
  EXPECT_EQ(played, (std::vector<std::string>{"planted:pong pong plain",
                                              "planted:pong pong slow-ball", "own breakout plain",
                                              "own breakout strip", "own breakout slow-ball"}));
  EXPECT_TRUE(fs::exists(folder_ / "variations-own.png"));
}

TEST_F(Vary, ListsVariations) {
  const Result all = arcadecam("vary --list");
  EXPECT_EQ(all.code, 0);
  EXPECT_TRUE(contains(all.text, "breakout\n  no-low-rows")) << all.text;
  EXPECT_TRUE(contains(all.text, "freeway\n")) << all.text;
  const Result pong = arcadecam("vary planted:pong --list");
  EXPECT_TRUE(contains(pong.text,
                       "lazy-opponent      the opponent's paddle moves only while the ball flies "
                       "towards it (touches: enemy)"))
      << pong.text;
  EXPECT_FALSE(contains(pong.text, "breakout")) << pong.text;
}

TEST_F(Vary, SaysWhatIsWrong) {
  for (const auto& [arguments, message] :
       {std::pair{"", "no AGENT is given: name one, or list the variations by --list"},
        std::pair{"planted:pong --variation lazy",
                  "Pong has no variation 'lazy'; there are: lazy-opponent"},
        std::pair{"planted:pong --variation no-scores --variation no-scores",
                  "--variation no-scores is given twice"},
        std::pair{"planted:pong --methods gradcam",
                  "--methods needs --out DIR, where its files are kept"},
        std::pair{"planted:pong planted:pong", "two agents are called 'planted:pong'"},
        std::pair{"planted:pong --episodes 0", "--episodes"}}) {
    const Result result = arcadecam(std::string("vary ") + arguments);
    EXPECT_EQ(result.code, 2) << arguments;
    EXPECT_TRUE(contains(result.text, message)) << result.text;
  }
}

}  // namespace
}  // namespace arcadecam::test
