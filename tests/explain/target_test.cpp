#include "arcadecam/explain/target.h"

#include <gtest/gtest.h>

#include <vector>

#include "arcadecam/core/error.h"

namespace arcadecam::explain {
namespace {

const std::vector<float> kValues{-3, 2, 2, 1};

TEST(TargetTest, GreedyTakesTheFirstOfEquals) {
  std::vector<float> gradient(4, 9);
  Target::greedy().output_gradient(kValues, gradient);
  EXPECT_EQ(gradient, (std::vector<float>{0, 1, 0, 0}));
}

TEST(TargetTest, ParsesAndPrintsBack) {
  EXPECT_EQ(Target::parse("greedy").resolve(kValues), 1);
  EXPECT_EQ(Target::parse("action:3").resolve(kValues), 3);
  for (const char* text : {"greedy", "action:12"}) EXPECT_EQ(Target::parse(text).text(), text);
}

TEST(TargetTest, RefusesWhatDoesNotExist) {
  for (const char* text : {"", "action", "action:", "action:-1", "action:1x", "best"}) {
    EXPECT_THROW((void)Target::parse(text), Error) << text;
  }
  EXPECT_THROW((void)Target::action(4).resolve(kValues), Error);
}

}  // namespace
}  // namespace arcadecam::explain
