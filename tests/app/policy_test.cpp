// What the program says of agents whose outputs are a policy's logits.
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "app/program.h"
#include "support/golden.h"

namespace arcadecam::test {
namespace {

std::vector<std::string> fields_of(const std::string& line) {
  std::vector<std::string> fields;
  std::istringstream in(line);
  for (std::string field; std::getline(in, field, ',');) fields.push_back(field);
  return fields;
}

class PolicyRun : public testing::Test {
 protected:
  std::filesystem::path out_ =
      std::filesystem::path(testing::TempDir()) / ("policy_" + std::to_string(getpid()));
  std::string agent_ = (golden_dir() / "agents/sb3_ppo.zip").string() + " --game pong";

  void TearDown() override { std::filesystem::remove_all(out_); }
};

TEST_F(PolicyRun, IsToldInLogitsAndProbabilities) {
  const Result result = arcadecam(
      "explain " + agent_ +
      " --policy softmax --steps 6 --no-video --no-gif --methods gradcam --target margin" +
      " --out " + out_.string());
  ASSERT_EQ(result.code, 0) << result.text;
  EXPECT_NE(result.text.find("explained: logit of the chosen action minus that of"),
            std::string::npos)
      << result.text;

  std::ifstream table(out_ / "steps.csv");
  std::string header, row;
  std::getline(table, header);
  EXPECT_TRUE(header.starts_with(
      "episode,step,action,action_name,greedy,logit0,logit1,logit2,logit3,logit4,logit5,"
      "probability0,probability1,probability2,probability3,probability4,probability5,margin,reward,"
      "score,lives,last,explained_action,"
      "target"))
      << header;
  int rows = 0;
  while (std::getline(table, row)) {
    const std::vector<std::string> fields = fields_of(row);
    double sum = 0, odds = 0;
    for (std::size_t a = 0; a < 6; ++a) sum += std::stod(fields.at(11 + a));
    odds = std::stod(fields[11]) / std::stod(fields[12]);
    EXPECT_NEAR(sum, 1, 1e-5);
    EXPECT_NEAR(std::log(odds), std::stod(fields[5]) - std::stod(fields[6]), 1e-4);
    EXPECT_EQ(fields.at(23), "margin");
    ++rows;
  }
  EXPECT_EQ(rows, 6);
}

TEST_F(PolicyRun, AValueNetworkIsToldInActionValues) {
  const Result result =
      arcadecam("explain pong --steps 3 --no-video --no-gif --out " + out_.string());
  ASSERT_EQ(result.code, 0) << result.text;
  EXPECT_NE(result.text.find("explained: value of the chosen action"), std::string::npos)
      << result.text;
  std::ifstream table(out_ / "steps.csv");
  std::string header;
  std::getline(table, header);
  EXPECT_EQ(header.find("logit"), std::string::npos) << header;
  EXPECT_NE(header.find(",q0,q1,"), std::string::npos) << header;
}

}  // namespace
}  // namespace arcadecam::test
