// `arcadecam bench`: which figures it gives. How large they are is no test's business.
#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string>

#include "app/program.h"
#include "support/networks.h"

namespace arcadecam {
namespace {

TEST(Bench, GivesEveryFigureOnceAndAsJson) {
  const test::TemporaryFolder folder;
  const std::string file = (folder.path() / "bench.json").string();
  const test::Result result = test::arcadecam(
      "bench pong --only passes --batch 1,2 --threads 1 --methods gradcam,fullgrad++ --seconds "
      "0.05 "
      "--rounds 2 --json " +
      file);
  ASSERT_EQ(result.code, 0) << result.text;
  const auto json = nlohmann::json::parse(std::ifstream(file));
  std::set<std::pair<std::string, int>> seen;
  for (const auto& row : json.at("rows")) {
    EXPECT_TRUE(seen.emplace(row.at("what"), row.at("batch")).second);
    EXPECT_TRUE(test::contains(result.text, row.at("what")));
    const auto& seconds = row.at("seconds");
    ASSERT_EQ(seconds.at("rounds").size(), 2U);
    EXPECT_GT(seconds.at("smallest"), 0);
    EXPECT_LE(seconds.at("smallest"), seconds.at("median"));
    EXPECT_LE(seconds.at("median"), seconds.at("largest"));
  }
  EXPECT_EQ(seen.size(), 2 * (4 + 2U));
  EXPECT_TRUE(seen.contains({"forward + backward", 2}));
  EXPECT_TRUE(seen.contains({"fullgrad++", 1}));
}

/// The rows of a file by what they measure.
std::map<std::string, nlohmann::json> rows_of(const std::string& file) {
  std::map<std::string, nlohmann::json> rows;
  const auto json = nlohmann::json::parse(std::ifstream(file));
  for (const auto& row : json.at("rows")) rows[row.at("what")] = row;
  return rows;
}

double median(const nlohmann::json& row) {
  return row.at("seconds").at("median");
}

TEST(Bench, TheFloorIsTheNetworksProductsAtTheMeasuredRate) {
  const test::TemporaryFolder folder;
  const std::string file = (folder.path() / "floor.json").string();
  const test::Result result = test::arcadecam(
      "bench pong --floor --only passes --batch 1 --threads 1 --methods gradcam --seconds 0.05 "
      "--rounds 2 --json " +
      file);
  ASSERT_EQ(result.code, 0) << result.text;
  const auto rows = rows_of(file);
  const double product = median(rows.at("a billion products")) / 1e9;
  // A Nature network of 6 actions: three convolutions and two fully connected layers.
  const double first = 32.0 * 4 * 8 * 8 * 20 * 20;
  const double later =
      64.0 * 32 * 4 * 4 * 9 * 9 + 64.0 * 64 * 3 * 3 * 7 * 7 + 3136.0 * 512 + 512 * 6;
  EXPECT_NEAR(median(rows.at("dense floor, forward")) / product, first + later, 1);
  EXPECT_NEAR(median(rows.at("dense floor, forward + backward")) / product, first + 2 * later, 1);
  EXPECT_TRUE(test::contains(result.text, "dense floor, forward + backward"));
}

TEST(Bench, SaysWhatShareOfAnEarlierRunsTimesItTakes) {
  const test::TemporaryFolder folder;
  const std::string then = (folder.path() / "then.json").string(),
                    now = (folder.path() / "now.json").string();
  const std::string arguments =
      "bench pong --only passes --batch 1 --threads 1 --methods gradcam --seconds 0.05 --rounds 2 "
      "--json " +
      now + " --against " + then;
  const auto write = [&](const std::string& text) { std::ofstream(then) << text; };
  write(R"({"processor": "a core", "instructions": "avx9", "rows": [
    {"section": "methods", "what": "gradcam", "batch": 1, "threads": 1, "seconds": {"median": 2}},
    {"section": "methods", "what": "gradcam", "batch": 8, "threads": 1, "seconds": {"median": 7}},
    {"section": "play", "what": "gradcam", "environments": 1, "threads": 1,
     "seconds": {"median": 9}}]})");
  const test::Result result = test::arcadecam(arguments);
  ASSERT_EQ(result.code, 0) << result.text;
  EXPECT_TRUE(test::contains(result.text, "measured on a core, avx9")) << result.text;
  EXPECT_TRUE(test::contains(result.text, "of the time in the file"));
  const auto rows = rows_of(now);
  EXPECT_NEAR(rows.at("gradcam").at("share").at("value"), median(rows.at("gradcam")) / 2, 1e-12);
  EXPECT_EQ(rows.at("gradcam").at("share").at("of"), then);
  EXPECT_FALSE(rows.at("forward").contains("share")) << "the file has no such figure";

  const auto refused = [&](const std::string& text, const std::string& why) {
    write(text);
    const test::Result bad = test::arcadecam(arguments);
    EXPECT_EQ(bad.code, 1) << bad.text;
    EXPECT_TRUE(test::contains(bad.text, then)) << bad.text;
    EXPECT_TRUE(test::contains(bad.text, why)) << bad.text;
  };
  refused("no figures", "expected a file that `arcadecam bench --json` wrote");
  refused(R"({"agent": "pong"})", "expected a file that `arcadecam bench --json` wrote");
  refused(R"({"rows": []})", "has none of the figures that were measured");
  refused(R"({"rows": [{"section": "methods", "what": "gradcam", "batch": 1, "threads": 1,
    "seconds": {"median": -1}}]})",
          "median");
}

TEST(Bench, SaysHowFarRoundedMapsAreOffOrThatTheProcessorCannotRound) {
  const test::Result result =
      test::arcadecam("bench pong --only precision --batch 2 --methods gradcam,saliency");
  if (result.code == 2) {
    EXPECT_TRUE(test::contains(result.text, "AVX-512 BF16"));
    return;
  }
  ASSERT_EQ(result.code, 0) << result.text;
  EXPECT_TRUE(test::contains(result.text, "rank correlation"));
  EXPECT_TRUE(test::contains(result.text, "saliency"));
}

TEST(Bench, RefusesWhatItCannotMeasure) {
  for (const char* arguments :
       {"bench nobody", "bench --batch 0", "bench --only nothing", "bench --methods nosuch"}) {
    EXPECT_NE(test::arcadecam(arguments).code, 0) << arguments;
  }
}

}  // namespace
}  // namespace arcadecam
