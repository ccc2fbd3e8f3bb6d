// `arcadecam bench`: which figures it gives. How large they are is no test's business.
#include <gtest/gtest.h>

#include <fstream>
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
