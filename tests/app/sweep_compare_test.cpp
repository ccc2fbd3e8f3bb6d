// `arcadecam sweep compare` as a regression test of agents: the same agent under other seeds, and
// another agent.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "agent/agent.h"
#include "app/blended_network.h"
#include "app/program.h"
#include "nn/randomize_weights.h"
#include "support/golden.h"

namespace arcadecam::test {
namespace {

class SweepCompare : public testing::Test {
 protected:
  /// Plans and runs NAME: one checkpoint, five seeds.
  void sweep(const std::string& name, const nn::Graph& network, const std::string& seeds) const {
    write_blended(folder_.path() / name / "m.safetensors", network, network, 1);
    std::ofstream(folder_.path() / (name + ".toml"))
        << "files = '" << name << "/m.safetensors'\ngames = 'Pong'\nmethods = 'gradcam'\n"
        << "measures = 'shape'\nseeds = " << seeds
        << "\n[states]\ncount = 6\nepisodes = 1\nepisode_steps = 12\n"
           "[reading]\nas = 'nature'\nprotocol = 'modern'\ndivide_by = 255\n"
           "[options]\nbaselines = false\n";
    const Result planned =
        arcadecam("sweep plan " + at(name + ".toml") + " -o " + at(name + "-out"));
    ASSERT_EQ(planned.code, 0) << planned.text;
    const Result run = arcadecam("sweep run --scratch " + at("scratch") + " " + at(name + "-out"));
    ASSERT_EQ(run.code, 0) << run.text;
    ASSERT_TRUE(contains(run.text, "5 units: 5 done")) << run.text;
  }
  [[nodiscard]] std::string at(const std::string& name) const {
    return (folder_.path() / name).string();
  }

  TemporaryFolder folder_;
};

TEST_F(SweepCompare, OtherSeedsPassAndAnotherAgentFails) {
  const agent::Agent trained = agent::load_agent("pong");
  sweep("known", *trained.graph, "[1, 2, 3, 4, 5]");
  sweep("again", *trained.graph, "[6, 7, 8, 9, 10]");
  sweep("other", nn::randomize_weights(*trained.graph, 3), "[1, 2, 3, 4, 5]");

  const Result again = arcadecam("sweep compare " + at("again-out") + " --baseline " +
                                 at("known-out") + " --out " + at("again.csv"));
  EXPECT_EQ(again.code, 0) << again.text;
  EXPECT_TRUE(contains(again.text, "as far as seeds tell")) << again.text;

  const Result other = arcadecam("sweep compare " + at("other-out") + " --baseline " +
                                 at("known-out") + " --out " + at("other.csv"));
  EXPECT_EQ(other.code, 1) << other.text;
  EXPECT_TRUE(contains(other.text, "shape (gradcam)")) << other.text;
  EXPECT_TRUE(contains(other.text, "(5 units), baseline ")) << other.text;
  EXPECT_TRUE(contains(other.text, "by more than seeds explain (p < 0.01 by Holm)")) << other.text;
  for (const char* table : {"again.csv", "other.csv"}) {
    std::string header;
    std::ifstream stream(at(table));
    std::getline(stream, header);
    EXPECT_EQ(
        header,
        "game,step,measure,method,object,statistic,baseline_n,baseline_mean,n,mean,t,p,p_holm");
  }
}

}  // namespace
}  // namespace arcadecam::test
