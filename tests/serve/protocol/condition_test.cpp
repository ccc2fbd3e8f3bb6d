#include "serve/protocol/condition.h"

#include <gtest/gtest.h>

#include <limits>

#include "support/error_of.h"

namespace arcadecam::serve {
namespace {

const std::vector<std::string_view> kActions{"NOOP", "FIRE", "LEFT"};

bool met(std::string_view text, const StepFacts& facts) {
  return Condition::parse(text, kActions).met(facts);
}

TEST(Condition, ComparesEveryQuantity) {
  StepFacts facts;
  facts[Quantity::kMargin] = 0.005;
  facts[Quantity::kEntropy] = 1.5;
  facts[Quantity::kValue] = -2;
  facts[Quantity::kReward] = -1;
  facts[Quantity::kScore] = 20;
  facts[Quantity::kLives] = 3;
  facts[Quantity::kStep] = 100;
  facts[Quantity::kAction] = 2;
  facts[Quantity::kLostLife] = 1;
  facts[Quantity::kAdvantage] = 0.25;
  for (const char* true_one :
       {"margin < 0.01", "margin<=0.005", "entropy > 1", "value >= -2", "reward != 0",
        "reward == -1", "score > 1e1", "lives == 3", "step >= 100", "action == LEFT",
        "action == left", "action == 2", "lost_life == 1", "advantage > 0.2",
        "  margin\t< 1  and  value < 0 "})
    EXPECT_TRUE(met(true_one, facts)) << true_one;
  for (const char* false_one :
       {"margin < 0.005", "entropy > 1.5", "value >= -1.9", "reward == 0", "step < 100",
        "action != LEFT", "margin < 1 and value > 0", "mass(ball) > 0"})
    EXPECT_FALSE(met(false_one, facts)) << false_one;
}

TEST(Condition, IsNotMetByWhatAStepDoesNotHave) {
  StepFacts facts;
  facts[Quantity::kAdvantage] = std::numeric_limits<double>::quiet_NaN();
  for (const char* text : {"advantage < 1", "advantage > -1", "advantage == 0", "advantage != 0"})
    EXPECT_FALSE(met(text, facts)) << text;
}

TEST(Condition, SumsTheMassOfAllObjectsOfAKind) {
  const std::vector<Share> shares{
      {"enemy 1", "enemy", 0.2}, {"enemy 2", "enemy", 0.15}, {"ball", "ball", 0.3}};
  StepFacts facts;
  facts.shares = shares;
  EXPECT_TRUE(met("mass(enemy) > 0.34", facts));
  EXPECT_FALSE(met("mass(enemy) > 0.36", facts));
  EXPECT_TRUE(met("mass( enemy 2 ) == 0.15", facts));
  EXPECT_TRUE(met("mass(ball)>=0.3 and mass(score)==0", facts));
}

TEST(Condition, SaysWhatIsWrong) {
  const auto error = [](std::string_view text) {
    return test::error_of([&] { (void)Condition::parse(text, kActions); });
  };
  EXPECT_EQ(error("margin"),
            "the condition 'margin' needs one of <, <=, >, >=, == and != before 'its end'");
  EXPECT_EQ(error("margin < x"), "the condition 'margin < x' needs a number before 'x'");
  EXPECT_NE(error("speed > 1").find("one of margin, advantage, entropy"), std::string::npos);
  EXPECT_NE(error("mass > 1").find("an object in brackets"), std::string::npos);
  EXPECT_NE(error("mass() > 1").find("an object in brackets"), std::string::npos);
  EXPECT_NE(error("action == JUMP").find("an action's number or name"), std::string::npos);
  EXPECT_NE(error("margin < 1 or value > 2").find("'and' between comparisons"), std::string::npos);
  EXPECT_NE(error("margin < nan").find("a number"), std::string::npos);
  EXPECT_NE(error("margin < 1x").find("a number"), std::string::npos);
  EXPECT_NE(error("").find("one of margin"), std::string::npos);
  EXPECT_EQ(error(std::string(257, ' ')), "a condition has at most 256 bytes");
}

}  // namespace
}  // namespace arcadecam::serve
