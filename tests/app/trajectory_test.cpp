// `arcadecam trajectory` on a training that is made up: random networks blended with the embedded
// agent by a known schedule.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <variant>

#include "agent/agent.h"
#include "app/program.h"
#include "nn/randomize_weights.h"
#include "support/golden.h"

namespace arcadecam::test {
namespace {

namespace fs = std::filesystem;

/// The weights of a network, layer by layer.
std::vector<nn::Weights> weights_in(const nn::Graph& graph) {
  std::vector<nn::Weights> all;
  for (const nn::Node& node : graph.nodes()) {
    if (const auto* conv = std::get_if<nn::Conv2d>(&node.op)) {
      all.insert(all.end(), {conv->weight, conv->bias});
    } else if (const auto* linear = std::get_if<nn::Linear>(&node.op)) {
      all.insert(all.end(), {linear->weight, linear->bias});
    }
  }
  return all;
}

/// A safetensors file of (1 − share)·first + share·second.
void write_blended(const fs::path& file, const nn::Graph& first, const nn::Graph& second,
                   float share) {
  const auto a = weights_in(first), b = weights_in(second);
  std::string header = "{", bytes;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const std::size_t begin = bytes.size();
    for (std::int64_t k = 0; k < a[i]->size(); ++k) {
      const auto at = static_cast<std::size_t>(k);
      const float value = (1 - share) * a[i]->values()[at] + share * b[i]->values()[at];
      bytes.append(reinterpret_cast<const char*>(&value), sizeof value);
    }
    std::string shape;
    for (int axis = 0; axis < a[i]->shape().rank(); ++axis)
      shape += (axis == 0 ? "" : ",") + std::to_string(a[i]->shape()[axis]);
    header += fmt::format(R"({}"layer{}.{}":{{"dtype":"F32","shape":[{}],"data_offsets":[{},{}]}})",
                          i == 0 ? "" : ",", i / 2, i % 2 == 0 ? "weight" : "bias", shape, begin,
                          bytes.size());
  }
  header += "}";
  fs::create_directories(file.parent_path());
  std::ofstream out(file, std::ios::binary);
  const auto size = static_cast<std::uint64_t>(header.size());
  out.write(reinterpret_cast<const char*>(&size), sizeof size);
  out << header << bytes;
}

std::string written(const fs::path& file) {
  std::ostringstream text;
  text << std::ifstream(file, std::ios::binary).rdbuf();
  return text.str();
}

TEST(Trajectory, ShowsWhereAMadeUpTrainingChanges) {
  const TemporaryFolder folder;
  const agent::Agent trained = agent::load_agent("pong");
  const nn::Graph random = nn::randomize_weights(*trained.graph, 3);
  const std::vector<float> shares{0, 0.01F, 0.02F, 0.03F, 0.97F, 0.98F, 0.99F, 1};
  for (std::size_t i = 0; i < shares.size(); ++i) {
    write_blended(folder.path() / fmt::format("zoo/1/m_{}.safetensors", 1000 * i), random,
                  *trained.graph, shares[i]);
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
  for (const char* part : {"<h2>pong</h2>", "Share of the map (gradcam)", "Effect of the removal",
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
