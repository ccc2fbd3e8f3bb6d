// `arcadecam sweep` as users call it: real checkpoints, evaluated by the program itself.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "app/program.h"
#include "support/golden.h"

namespace arcadecam::test {
namespace {

namespace fs = std::filesystem;

std::string swept(const fs::path& file) {
  std::ostringstream text;
  text << std::ifstream(file, std::ios::binary).rdbuf();
  return text.str();
}

/// The two embedded agents' files and one that is no checkpoint.
class Sweep : public testing::Test {
 protected:
  Sweep() {
    fs::copy(source_dir() / "agents/DQN_modern", folder_.path() / "DQN_modern",
             fs::copy_options::recursive);
    fs::create_directories(folder_.path() / "DQN_modern/Pong/2");
    std::ofstream(folder_.path() / "DQN_modern/Pong/2/model_7.gz") << "no checkpoint";
    write_spec("");
  }
  void write_spec(const std::string& more) const {
    std::ofstream(folder_.path() / "zoo.toml")
        << "files = 'DQN_modern/{game}/{run}/model_{step}.gz'\nmethods = 'gradcam'\n"
           "measures = 'shape,causal'\n[states]\ncount = 6\nepisodes = 2\nepisode_steps = 10\n"
           "[options]\nbaselines = false\n"
        << more;
  }
  [[nodiscard]] std::string at(const std::string& name) const {
    return (folder_.path() / name).string();
  }
  [[nodiscard]] Result plan(const std::string& out) const {
    return arcadecam("sweep plan " + at("zoo.toml") + " -o " + at(out));
  }
  [[nodiscard]] std::string run_line(const std::string& out) const {
    return "sweep run " + at(out) + " --scratch " + at("scratch") + " ";
  }
  [[nodiscard]] std::string merged(const std::string& out) const {
    std::string all;
    for (const char* name :
         {"units.csv", "summary.csv", "objects.csv", "scores.csv", "sweep.sqlite"})
      all += swept(fs::path(at(out)) / "merged" / name);
    return all;
  }

  TemporaryFolder folder_;
};

TEST_F(Sweep, FromThePlanToTheTables) {
  Result result = plan("out");
  ASSERT_EQ(result.code, 0) << result.text;
  EXPECT_TRUE(contains(result.text, "3 units → ")) << result.text;
  EXPECT_EQ(plan("out").code, 0);
  EXPECT_TRUE(contains(arcadecam("sweep status " + at("out")).text,
                       "3 units: 0 done, 0 failed, 3 missing"));
  EXPECT_EQ(arcadecam("sweep merge " + at("out")).code, 1);
  result = arcadecam(run_line("out") + "--shard 1/2");
  EXPECT_EQ(result.code, 0) << result.text;
  EXPECT_TRUE(contains(result.text, "2 units: 1 done, 1 failed → ") ||
              contains(result.text, "2 units: 2 done, 0 failed → "))
      << result.text;
  const Result missing = arcadecam("sweep status --missing " + at("out"));
  EXPECT_EQ(missing.text.size(), 21U) << missing.text;
  result = arcadecam(run_line("out") + "--jobs 2");
  ASSERT_EQ(result.code, 0) << result.text;
  EXPECT_TRUE(contains(result.text, "3 units: 2 done, 1 failed → ")) << result.text;
  result = arcadecam("sweep merge " + at("out"));
  ASSERT_EQ(result.code, 0) << result.text;
  const std::string units = swept(folder_.path() / "out/merged/units.csv");
  for (const char* part :
       {",breakout,1,1060000,0,done,2,", ",pong,1,1930000,0,done,2,", ",Pong,2,7,0,failed,,,"})
    EXPECT_TRUE(contains(units, part)) << units;
  EXPECT_TRUE(contains(swept(folder_.path() / "out/merged/summary.csv"),
                       ",shape,sparseness,higher,,gradcam,"));
  EXPECT_TRUE(
      contains(swept(folder_.path() / "out/merged/objects.csv"), ",gradcam,causal,ball,mass,"));
  EXPECT_TRUE(contains(arcadecam("sweep status --failed " + at("out")).text, "model_7.gz: "));

  // A unit's numbers are evaluate's own.
  const Result evaluated = arcadecam(
      "evaluate " + at("DQN_modern/Pong/1/model_1930000.gz") +
      " --methods gradcam --measures shape,causal --states 6 --episodes 2 --episode-steps 10 "
      "--no-baselines --no-report --out " +
      at("alone"));
  ASSERT_EQ(evaluated.code, 0) << evaluated.text;
  const std::string alone = swept(folder_.path() / "alone/summary.csv");
  const std::string line = alone.substr(alone.find(",shape,"));
  EXPECT_TRUE(contains(swept(folder_.path() / "out/merged/summary.csv"),
                       line.substr(0, line.find('\n') + 1)));
}

TEST_F(Sweep, StoppedAndKilledItGoesOnToTheSameBytes) {
  ASSERT_EQ(plan("out").code, 0);
  ASSERT_EQ(arcadecam(run_line("out")).code, 0);
  ASSERT_EQ(arcadecam("sweep merge " + at("out")).code, 0);
  const std::string whole = merged("out");
  fs::rename(at("out"), at("before"));

  ASSERT_EQ(plan("out").code, 0);
  const auto records = [&] {
    const auto text = arcadecam("sweep status " + at("out")).text;
    return !contains(text, " 3 missing");
  };
  {
    RunningProgram running(run_line("out"), at("log"));
    running.wait_until(records);
    EXPECT_EQ(running.end(SIGTERM), 143);
    EXPECT_TRUE(contains(swept(at("log")), "incomplete: ")) << swept(at("log"));
  }
  for (int kill_number = 0; kill_number < 2; ++kill_number) {
    RunningProgram running(run_line("out"));
    std::this_thread::sleep_for(std::chrono::milliseconds(150 * (1 + kill_number)));
    running.end(SIGKILL);
  }
  const Result result = arcadecam(run_line("out"));
  ASSERT_EQ(result.code, 0) << result.text;
  ASSERT_EQ(arcadecam("sweep merge " + at("out")).code, 0);
  EXPECT_EQ(merged("out"), whole);
}

TEST_F(Sweep, SaysWhatIsWrong) {
  write_spec("nosuch = 1\n");
  EXPECT_TRUE(contains(plan("out").text, "[options] there is no key 'nosuch'"));
  std::ofstream(at("zoo.toml")) << "files = '*.pt'\nmethods = 'nosuch'\nmeasures = 'shape'\n";
  EXPECT_TRUE(contains(plan("out").text, "nosuch"));
  std::ofstream(at("zoo.toml")) << "files = '*.pt'\nmethods = 'sobel'\nmeasures = 'shape'\n";
  EXPECT_TRUE(contains(plan("out").text, "no file is found by the pattern '*.pt'"));
  for (const auto& [line, part] : std::map<std::string, std::string>{
           {"sweep plan " + at("zoo.toml"), "give --out DIR"},
           {"sweep go " + at("out"), "'go'"},
           {"sweep run " + at("nosuch"), "holds no plan"},
           {"sweep merge --jobs 3 " + at("out"), "--jobs belongs to `arcadecam sweep run`"},
           {"sweep run --shard 4/3 " + at("out"), "expected I/N"}}) {
    const Result result = arcadecam(line);
    EXPECT_EQ(result.code, 2) << line << result.text;
    EXPECT_TRUE(contains(result.text, part)) << result.text;
  }
}

}  // namespace
}  // namespace arcadecam::test
