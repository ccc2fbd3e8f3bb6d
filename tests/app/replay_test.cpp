// `arcadecam replay` as users call it.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "app/program.h"
#include "arcadecam/core/npy.h"
#include "support/golden.h"

namespace arcadecam {
namespace {

using test::arcadecam;
using test::contains;
using test::Result;

class ReplayCommand : public testing::Test {
 protected:
  void SetUp() override {
    BasicTensor<std::int64_t> actions(Shape{3});
    write_npy<std::int64_t>(file("actions.npy"), actions.view());
  }
  [[nodiscard]] std::string file(const std::string& name) const {
    return (folder_.path() / name).string();
  }
  [[nodiscard]] Result replay(const std::string& arguments) const {
    return arcadecam("replay --actions " + file("actions.npy") + " --out " + file("out") + " " +
                     arguments);
  }

 private:
  test::TemporaryFolder folder_;
};

TEST_F(ReplayCommand, TakesGymnasiumsNamesAndSeedsAndWritesStacks) {
  const Result result =
      replay("--game ALE/Breakout-v5 --protocol gymnasium-sticky --seed -355404031 --stacks");
  ASSERT_EQ(result.code, 0) << result.text;
  const auto stacks = std::get<ByteTensor>(read_npy(file("out/stacks.npy")));
  EXPECT_EQ(stacks.shape(), (Shape{4, 4, 84, 84}));
  const auto newest = std::get<ByteTensor>(read_npy(file("out/observations.npy")));
  for (std::int64_t row = 0; row < 4; ++row)
    EXPECT_TRUE(std::ranges::equal(stacks[row][3].values(), newest[row].values()));
  const auto restarts = std::get<ByteTensor>(read_npy(file("out/restarts.npy")));
  EXPECT_EQ(std::vector<std::uint8_t>(restarts.values().begin(), restarts.values().end()),
            (std::vector<std::uint8_t>{1, 0, 0, 0}));
  const auto unsigned_seed =
      replay("--game BreakoutNoFrameskip-v4 --protocol gymnasium-sticky --seed 3939563265");
  ASSERT_EQ(unsigned_seed.code, 0) << unsigned_seed.text;
  EXPECT_TRUE(std::ranges::equal(
      std::get<ByteTensor>(read_npy(file("out/observations.npy"))).values(), newest.values()));
}

TEST_F(ReplayCommand, RefusesSeedsThatCannotBeRepeatedOrDoNotFit) {
  for (const auto& [seed, part] : std::map<std::string, std::string>{
           {"-1", "makes ALE take the time of day"},
           {"4294967295", "makes ALE take the time of day"},
           {"4294967296", "--seed 4294967296: ALE's random_seed has 32 bits"},
           {"-2147483649", "--seed -2147483649: ALE's random_seed has 32 bits"}}) {
    const Result result = replay("--game pong --protocol modern --seed " + seed);
    EXPECT_EQ(result.code, 2) << seed;
    EXPECT_TRUE(contains(result.text, part)) << result.text;
  }
  EXPECT_FALSE(std::filesystem::exists(file("out/observations.npy")));
}

TEST_F(ReplayCommand, HelpNamesEveryProtocol) {
  const Result help = arcadecam("replay --help");
  for (const char* name :
       {"modern", "classic", "stable-baselines3", "cleanrl-gymnasium1", "gymnasium-sticky",
        "ale-vector", "ale-vector-episodic-sticky", "envpool-default", "rllib-module"})
    EXPECT_TRUE(contains(help.text, name)) << name << "\n" << help.text;
}

TEST_F(ReplayCommand, TellsWhatGymnasiumMeantBefore) {
  const Result renamed = replay("--game pong --protocol gymnasium --seed 1");
  EXPECT_EQ(renamed.code, 0) << renamed.text;
  EXPECT_TRUE(contains(renamed.text, "earlier versions")) << renamed.text;
  EXPECT_TRUE(contains(renamed.text, "'cleanrl-gymnasium1'")) << renamed.text;
  const Result other = replay("--game pong --protocol cleanrl-gymnasium1 --seed 1");
  EXPECT_EQ(other.code, 0) << other.text;
  EXPECT_FALSE(contains(other.text, "note")) << other.text;
}

}  // namespace
}  // namespace arcadecam
