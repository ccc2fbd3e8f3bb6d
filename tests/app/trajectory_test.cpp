// `arcadecam trajectory` on a training that is made up: one random network turns into another by a
// known schedule. Both lose Pong quickly, so that their games are short.
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

namespace fs = std::filesystem;

std::string written(const fs::path& file) {
  std::ostringstream text;
  text << std::ifstream(file, std::ios::binary).rdbuf();
  return text.str();
}

TEST(Trajectory, ShowsWhereAMadeUpTrainingChanges) {
  const TemporaryFolder folder;
  const agent::Agent trained = agent::load_agent("pong");
  const nn::Graph first = nn::randomize_weights(*trained.graph, 3);
  const nn::Graph second = nn::randomize_weights(*trained.graph, 4);
  const std::vector<float> shares{0, 0.01F, 0.02F, 0.03F, 0.97F, 0.98F, 0.99F, 1};
  for (std::size_t i = 0; i < shares.size(); ++i) {
    write_blended(folder.path() / fmt::format("zoo/1/m_{}.safetensors", 1000 * i), first, second,
                  shares[i]);
  }
  // What the states come from is the trained agent: shares are of the same pictures.
  const std::string path = folder.path().string();
  ASSERT_EQ(arcadecam("play pong --full-speed --steps 60 --trace " + path + "/run.gz").code, 0);
  std::ofstream(folder.path() / "zoo.toml")
      << "files = 'zoo/{run}/m_{step}.safetensors'\ngames = 'Pong'\nmethods = 'gradcam'\n"
         "measures = 'causal'\n[states]\ncount = 8\nfrom = 'run.gz'\nscore_episodes = 1\n"
         "[reading]\nas = 'nature'\nprotocol = 'modern'\ndivide_by = 255\n"
         "[options]\nbaselines = false\n";
  ASSERT_EQ(arcadecam("sweep plan " + path + "/zoo.toml -o " + path + "/out").code, 0);
  const Result run = arcadecam("sweep run --jobs 2 --scratch " + path + "/s " + path + "/out");
  ASSERT_EQ(run.code, 0) << run.text;
  ASSERT_TRUE(contains(run.text, "8 units: 8 done"))
      << arcadecam("sweep status --failed " + path + "/out").text;
  const Result result = arcadecam("trajectory --lag 1 " + path + "/out");
  ASSERT_EQ(result.code, 0) << result.text;
  const fs::path out = folder.path() / "out/trajectory";
  const std::string changes = written(out / "changes.csv");
  EXPECT_TRUE(contains(changes, "\npong,gradcam,share,ball,4000,")) << changes;
  const std::string points = written(out / "trajectory.csv");
  for (const char* part : {"\npong,gradcam,share,ball,0,1,", "\npong,gradcam,effect,ball,7000,1,",
                           "\npong,,score,,7000,1,"})
    EXPECT_TRUE(contains(points, part)) << points;
  EXPECT_TRUE(contains(written(out / "leads.csv"), "pong,gradcam,share,ball,"));
  const std::string page = written(out / "report.html");
  for (const char* part : {"<h2>Pong</h2>", "Share of the map (gradcam)", "Effect of the removal",
                           "step 7000: ", "data:image/png;base64,iVBOR", "@media print"})
    EXPECT_TRUE(contains(page, part)) << part;
  for (const char* part : {"<script", "src='http", ">nan<"})
    EXPECT_FALSE(contains(page, part)) << part;
  EXPECT_TRUE(written(out / "film-pong.gif").starts_with("GIF89a"));
  // The same command gives the same bytes.
  ASSERT_EQ(arcadecam("trajectory --lag 1 " + path + "/out").code, 0);
  EXPECT_EQ(written(out / "report.html"), page);
}

TEST(Trajectory, ASweepWithoutStepsIsRefused) {
  const TemporaryFolder folder;
  const std::string path = folder.path().string();
  const Result none = arcadecam("trajectory " + path);
  EXPECT_EQ(none.code, 2) << none.text;
  EXPECT_TRUE(contains(none.text, "holds no plan")) << none.text;
  std::ofstream(folder.path() / "a.pt") << "x";
  std::ofstream(folder.path() / "zoo.toml")
      << "files = '*.pt'\nmethods = 'sobel'\nmeasures = 'shape'\n";
  ASSERT_EQ(arcadecam("sweep plan " + path + "/zoo.toml -o " + path + "/out").code, 0);
  const Result stepless = arcadecam("trajectory " + path + "/out");
  EXPECT_EQ(stepless.code, 1) << stepless.text;
  EXPECT_TRUE(contains(stepless.text, "no unit that is done has a step")) << stepless.text;
}

}  // namespace
}  // namespace arcadecam::test
