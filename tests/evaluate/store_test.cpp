// What is recorded is there wholly or not at all.
#include "evaluate/store.h"

#include <gtest/gtest.h>

#include <fstream>

#include "arcadecam/core/error.h"
#include "support/golden.h"

namespace arcadecam::evaluate {
namespace {

class StoreTest : public testing::Test {
 protected:
  [[nodiscard]] std::string error_of(const Store::Settings& settings) const {
    try {
      open_store(file_, settings);
    } catch (const Error& error) {
      return error.what();
    }
    return {};
  }

  test::TemporaryFolder folder_;
  std::filesystem::path file_ = folder_.path() / "evaluation.sqlite";
  Store::Settings settings_{{"--states", "5"}, {"--seed", "1"}};
  Unit unit_{"pong", "gradcam", "shape", 3};
};

TEST_F(StoreTest, KeepsWhatItWasGivenOnce) {
  {
    std::unique_ptr<Store> store = open_store(file_, settings_);
    EXPECT_FALSE(store->has(unit_));
    measure::Finding of_ball{"mass", 0.7};
    of_ball.object = "ball";
    store->put({"pong", "gradcam", "shape", 4}, {{1, 9, {"empty", 1}}, {1, 9, of_ball}}, 0.1, 1);
    store->put(unit_, {{0, 7, {"sparseness", 0.1}}, {0, 7, {"curve", 1.0 / 3, 0.25}}}, 0.5, 2);
    store->put(unit_, {{0, 7, {"sparseness", 0.9}}}, 0.5, 2);  // there already
    store->put_map_cost({"pong", "gradcam", "map", 0.25, 2});
  }
  const std::unique_ptr<Store> store = open_store(file_, settings_);
  EXPECT_TRUE(store->has(unit_));
  EXPECT_FALSE(store->has({"pong", "gradcam", "shape", 5}));
  const auto rows = store->rows("pong", "gradcam", "shape");
  ASSERT_EQ(rows.size(), 4U);
  EXPECT_EQ(rows[3].finding.object, "ball");
  EXPECT_FALSE(rows[3].is_number());
  EXPECT_EQ(rows[0].finding.object, "");
  EXPECT_EQ(rows[0].finding.value, 0.1);
  EXPECT_EQ(rows[0].step, 7);
  EXPECT_TRUE(rows[0].is_number());
  EXPECT_EQ(rows[1].finding.value, 1.0 / 3);
  EXPECT_EQ(rows[1].finding.at, 0.25);
  EXPECT_EQ(rows[2].finding.statistic, "empty") << "a later part comes later, whenever it came";
  const auto costs = store->costs();
  ASSERT_EQ(costs.size(), 2U);
  EXPECT_EQ(costs[0].what, "map");
  EXPECT_EQ(costs[1].states, 3);
  EXPECT_NEAR(costs[1].seconds, 0.6, 1e-12);
}

TEST_F(StoreTest, RefusesOtherSettingsOtherFilesAndASecondProcess) {
  {
    const std::unique_ptr<Store> store = open_store(file_, settings_);
    EXPECT_NE(error_of(settings_).find("another process"), std::string::npos);
  }
  EXPECT_NE(error_of({{"--states", "6"}, {"--seed", "1"}})
                .find("was made with --states 5, and now it is 6"),
            std::string::npos);
  EXPECT_EQ(error_of({{"--states", "5"}, {"--seed", "1"}, {"more", "x"}}), "");
  std::ofstream(folder_.path() / "text") << std::string(5000, 'x');
  file_ = folder_.path() / "text";
  EXPECT_NE(error_of(settings_), "");
  file_ = folder_.path() / "no" / "such";
  EXPECT_NE(error_of(settings_).find("no/such"), std::string::npos);
}

}  // namespace
}  // namespace arcadecam::evaluate
