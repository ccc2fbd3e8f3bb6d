// `arcadecam evaluate` and `arcadecam measures` as users call them.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "app/program.h"
#include "arcadecam/core/npy.h"
#include "support/golden.h"

namespace arcadecam::test {
namespace {

std::string content(const std::filesystem::path& file) {
  std::ostringstream text;
  text << std::ifstream(file, std::ios::binary).rdbuf();
  return text.str();
}

std::uintmax_t size_of(const std::filesystem::path& file) {
  std::error_code none;
  const std::uintmax_t size = std::filesystem::file_size(file, none);
  return none ? 0 : size;
}

TEST(Evaluate, KilledTwiceAndContinuedItGivesTheSameTables) {
  const TemporaryFolder folder;
  const auto whole = folder.path() / "whole", killed = folder.path() / "killed";
  const std::string command =
      "evaluate pong --states 9 --episodes 3 --episode-steps 12 --methods occlusion:stride=6 "
      "--measures shape,average-drop,insertion-deletion:pixels=1000,causal --out ";
  const Result undisturbed = arcadecam(command + whole.string() + " --jobs 2");
  ASSERT_EQ(undisturbed.code, 0) << undisturbed.text;

  const auto log = killed / "evaluation.sqlite-wal";
  for (std::uintmax_t before = 0; const int time : {1, 2}) {
    RunningProgram running(command + killed.string());
    const bool grew = running.wait_until([&] { return size_of(log) > before + 8192; });
    running.end(SIGKILL);
    if (!grew) break;  // it was faster than we are: the rest is checked all the same
    before = time == 1 ? size_of(log) : before;
  }
  const Result continued = arcadecam(command + killed.string());
  ASSERT_EQ(continued.code, 0) << continued.text;
  for (const char* file :
       {"results.csv", "objects.csv", "summary.csv", "pairs.csv", "curves.csv", "report.html"}) {
    EXPECT_EQ(content(killed / file), content(whole / file)) << file;
    EXPECT_NE(content(whole / file), "") << file;
  }
  // The page loads nothing, and holds its data, its charts and pictures of the states.
  const std::string page = content(whole / "report.html");
  for (const char* part :
       {"\"method\":\"occlusion:stride=6\"", "default-src 'none'", "Chart.js v3",
        "data:image/png;base64,iVBOR", "\"kind\":\"least\"", "\"kind\":\"film\"",
        "\"masses\":{\"occlusion:stride=6\":[", "@software{arcadecam", "\"rom\":\""})
    EXPECT_TRUE(contains(page, part)) << part;
  for (const char* part : {"src=\"http", "href=\"http", "/*DATA*/", "/*CHARTS*/"})
    EXPECT_FALSE(contains(page, part)) << part;
}

TEST(Evaluate, SaysWhatIsWrong) {
  const TemporaryFolder folder;
  const std::string out = " --out " + (folder.path() / "out").string();
  for (const auto& [arguments, part] : std::map<std::string, std::string>{
           {"pong --measures nosuch", "there is no measure 'nosuch'"},
           {"pong --measures shape:x=1",
            "measure shape: there is no parameter 'x'; known are every"},
           {"pong --measures shape,shape", "named twice"},
           {"pong --methods nosuch", "nosuch"},
           {"pong --target nosuch", "nosuch"},
           {"nosuch", "nosuch"}}) {
    const Result result = arcadecam("evaluate " + arguments + out);
    EXPECT_TRUE(result.code == 1 || result.code == 2) << arguments;
    EXPECT_TRUE(contains(result.text, part)) << result.text;
  }
  EXPECT_FALSE(std::filesystem::exists(folder.path() / "out"));
}

TEST(Evaluate, PlaysInTheModeAndDifficultyGiven) {
  const TemporaryFolder folder;
  const auto out = folder.path() / "out";
  const std::string command =
      "evaluate pong --states 3 --episodes 1 --episode-steps 8 --methods gradcam --no-baselines "
      "--measures shape --out " +
      out.string();
  const Result first = arcadecam(command + " --mode 1 --difficulty 2");
  ASSERT_EQ(first.code, 0) << first.text;
  std::string trace;
  for (const auto& entry : std::filesystem::directory_iterator(out)) {
    const std::string name = entry.path().filename().string();
    if (name.starts_with("trace-")) trace = entry.path().string();
  }
  const Result recorded = run("gzip -dc < " + trace);
  EXPECT_TRUE(contains(recorded.text, "\"mode\":1,\"difficulty\":2")) << recorded.text;
  const Result other = arcadecam(command + " --difficulty 2");
  EXPECT_EQ(other.code, 2) << other.text;
  EXPECT_TRUE(contains(other.text, "was made with --mode 1, and now it is default")) << other.text;
  const Result none = arcadecam("evaluate pong --mode 7 --out " + (folder.path() / "no").string());
  EXPECT_EQ(none.code, 2) << none.text;
  EXPECT_TRUE(contains(none.text, "Pong has no mode 7")) << none.text;
}

const std::string kSmall =
    "evaluate pong --states 4 --episodes 2 --episode-steps 8 --no-baselines ";

TEST(Evaluate, TablesOnlyGrow) {
  const TemporaryFolder folder;
  const std::string out = " --out " + folder.path().string();
  const auto summary = [&] { return content(folder.path() / "summary.csv"); };
  ASSERT_EQ(arcadecam(kSmall + "--methods gradcam,sobel --measures shape,average-drop" + out).code,
            0);
  const std::string whole = summary();
  // Fewer methods and measures than before: what is there stays.
  const Result fewer = arcadecam(kSmall + "--methods sobel --measures shape" + out);
  ASSERT_EQ(fewer.code, 0) << fewer.text;
  EXPECT_EQ(std::ranges::count(summary(), '\n'), std::ranges::count(whole, '\n')) << summary();
  for (const char* part : {"average-drop", ",gradcam,", ",sobel,"})
    EXPECT_TRUE(contains(summary(), part)) << part;
  EXPECT_TRUE(contains(fewer.text, "1 agent, 2 methods, 2 measures")) << fewer.text;
  const Result more = arcadecam(kSmall + "--methods hirescam --measures shape" + out);
  ASSERT_EQ(more.code, 0) << more.text;
  EXPECT_TRUE(contains(summary(), ",hirescam,"));
  EXPECT_GT(std::ranges::count(summary(), '\n'), std::ranges::count(whole, '\n'));
  // Numbers of an agent that is not named would be lost.
  const Result other = arcadecam(
      "evaluate breakout --states 4 --episodes 2 --episode-steps 8 --no-baselines --methods sobel "
      "--measures shape" +
      out);
  EXPECT_EQ(other.code, 2) << other.text;
  EXPECT_TRUE(contains(other.text, "holds numbers of pong too")) << other.text;
}

TEST(Evaluate, OneBadAgentIsRecordedAndNotTheEnd) {
  const TemporaryFolder folder;
  const std::string bad = (folder.path() / "bad, \"file\".pt").string();
  std::ofstream(bad) << "no checkpoint";
  const auto out = folder.path() / "out";
  const std::string line = "evaluate pong '" + bad +
                           "' nosuch --states 4 --episodes 2 --episode-steps 8 --no-baselines "
                           "--methods sobel --measures shape --out " +
                           out.string();
  const Result result = arcadecam(line);
  EXPECT_EQ(result.code, 1) << result.text;
  EXPECT_TRUE(contains(result.text, "left out: nosuch: no such file"))
      << "named once: " << result.text;
  EXPECT_TRUE(contains(result.text, "2 of 3 agents could not be evaluated")) << result.text;
  EXPECT_TRUE(contains(content(out / "summary.csv"), "pong,shape,"));
  const std::string failures = content(out / "failures.csv");
  EXPECT_EQ(std::ranges::count(failures, '\n'), 3) << failures;
  EXPECT_TRUE(contains(failures, "bad, \"\"file\"\".pt\",\"")) << failures;
  // For one agent alone, or where none is good, nothing is written.
  const Result none = arcadecam("evaluate nosuch nothing --measures shape --out " +
                                (folder.path() / "none").string());
  EXPECT_EQ(none.code, 1) << none.text;
  EXPECT_TRUE(contains(none.text, "none of the agents can be evaluated")) << none.text;
  EXPECT_FALSE(std::filesystem::exists(folder.path() / "none"));
}

// Breakout has no mode 1, which is seen before anything is played, and cannot take Pong's run,
// which is seen after Pong has taken it. What Pong gives is not lost for that.
TEST(Evaluate, AnAgentThatCannotPlayIsRecordedAndNotTheEnd) {
  const TemporaryFolder folder;
  const std::string trace = (folder.path() / "run.gz").string();
  ASSERT_EQ(arcadecam("play pong --full-speed --seed 3 --steps 40 --trace " + trace).code, 0);
  const std::string rest =
      " --states 4 --episodes 2 --episode-steps 8 --no-baselines --methods sobel --measures shape "
      "--out ";
  int number = 0;
  for (const std::string& wrong : {std::string(" --mode 1"), " --states-from " + trace}) {
    const auto out = folder.path() / std::to_string(number++);
    const Result result = arcadecam("evaluate early=pong breakout" + wrong + rest + out.string());
    EXPECT_EQ(result.code, 1) << result.text;
    EXPECT_TRUE(contains(result.text, "left out: breakout: ")) << result.text;
    EXPECT_TRUE(contains(result.text, "1 agent, 1 method, 1 measure")) << result.text;
    EXPECT_TRUE(contains(result.text, "1 of 2 agents could not be evaluated")) << result.text;
    const std::string summary = content(out / "summary.csv"), report = content(out / "report.html"),
                      failures = content(out / "failures.csv");
    EXPECT_TRUE(contains(summary, "early,shape,")) << summary;
    EXPECT_FALSE(contains(summary, "breakout")) << summary;
    EXPECT_TRUE(contains(report, "early"));
    EXPECT_TRUE(contains(failures, "\"breakout\",\"")) << failures;
    EXPECT_EQ(std::ranges::count(failures, '\n'), 2) << failures;
    // Alone it is the end.
    const auto alone = folder.path() / std::to_string(number++);
    EXPECT_NE(arcadecam("evaluate breakout" + wrong + rest + alone.string()).code, 0);
    EXPECT_FALSE(std::filesystem::exists(alone / "summary.csv"));
  }
}

TEST(Evaluate, AgentsOfOneNameAreToldApart) {
  const TemporaryFolder folder;
  const std::string out = " --measures shape --out " + (folder.path() / "out").string();
  const Result twice = arcadecam("evaluate pong a=breakout a=pong" + out);
  EXPECT_EQ(twice.code, 2) << twice.text;
  EXPECT_TRUE(contains(twice.text, "two agents are called 'a': give NAME=AGENT")) << twice.text;
  const Result nameless = arcadecam("evaluate =pong" + out);
  EXPECT_EQ(nameless.code, 2) << nameless.text;
  EXPECT_TRUE(contains(nameless.text, "expected NAME=FILE")) << nameless.text;
}

TEST(Evaluate, GivenStatesAreTheSameForAllAgents) {
  const TemporaryFolder folder;
  const auto at = [&](const char* name) { return (folder.path() / name).string(); };
  const std::string measured =
      "--states 6 --no-baselines --no-report --methods sobel,gradcam --measures shape,causal ";
  ASSERT_EQ(arcadecam("play pong --full-speed --seed 3 --steps 40 --trace " + at("run.gz")).code,
            0);
  // The same network from a file: in each of these states it decides and is explained alike.
  std::ofstream(at("copy.gz"), std::ios::binary)
      << content(source_dir() / "agents/DQN_modern/Pong/1/model_1930000.gz");
  const std::string other = "other='" + at("copy.gz") + "' --game pong --algo DQN ";
  const Result one = arcadecam("evaluate pong --seed 0 " + measured + "--states-from " +
                               at("run.gz") + " --out " + at("one"));
  ASSERT_EQ(one.code, 0) << one.text;
  const std::string results = content(folder.path() / "one" / "results.csv");
  EXPECT_TRUE(contains(results, "pong,sobel,shape,")) << results;
  EXPECT_TRUE(contains(content(folder.path() / "one" / "objects.csv"), ",ball,mass,"));
  const Result two = arcadecam("evaluate " + other + measured + "--states-from " + at("run.gz") +
                               " --out " + at("two"));
  ASSERT_EQ(two.code, 0) << two.text;
  std::string again = content(folder.path() / "two" / "results.csv");
  for (std::size_t place = 0; (place = again.find("\nother,", place)) != std::string::npos;)
    again.replace(place, 7, "\npong,");
  EXPECT_EQ(again, results);
  // An agent in place of its trace.
  const Result played =
      arcadecam("evaluate " + other + measured +
                "--episodes 2 --episode-steps 9 --states-from pong --out " + at("three"));
  ASSERT_EQ(played.code, 0) << played.text;
  EXPECT_TRUE(std::filesystem::exists(folder.path() / "three" / "states.jsonl.gz"));
  // Another source in the same folder is refused, and so is a run of another game.
  const Result mixed = arcadecam("evaluate pong " + measured + "--out " + at("one"));
  EXPECT_EQ(mixed.code, 2) << mixed.text;
  const Result game = arcadecam("evaluate breakout " + measured + "--states-from " + at("run.gz") +
                                " --out " + at("four"));
  EXPECT_EQ(game.code, 1) << game.text;
  EXPECT_TRUE(contains(game.text, "and breakout plays Breakout")) << game.text;
}

TEST(Evaluate, ObservationsOfAnArrayAreStates) {
  const TemporaryFolder folder;
  const std::string states = (folder.path() / "s.npy").string();
  ByteTensor observations(Shape{5, 4, 84, 84});
  for (std::size_t i = 0; i < observations.values().size(); ++i)
    observations.values()[i] = static_cast<std::uint8_t>(i * i / 977);
  write_npy<std::uint8_t>(states, observations.view());
  const std::string line =
      "evaluate pong --no-baselines --no-report --methods sobel --measures shape,causal "
      "--states-from " +
      states;
  // Nothing is played, so no ROM is needed.
  const Result result = run("ARCADECAM_ROMS=" + folder.path().string() + " " + program() + " " +
                            line + " --states 3 --out " + (folder.path() / "out").string());
  ASSERT_EQ(result.code, 0) << result.text;
  const std::string results = content(folder.path() / "out" / "results.csv");
  for (const char* part : {",effective-area,0,0,", ",effective-area,2,0,"})
    EXPECT_TRUE(contains(results, part)) << results;
  EXPECT_FALSE(contains(results, "causal")) << results;
  EXPECT_FALSE(contains(results, ",effective-area,3,0,")) << results;
  write_npy<std::uint8_t>(states, ByteTensor(Shape{5, 3, 84, 84}).view());
  const Result other = arcadecam(line + " --out " + (folder.path() / "other").string());
  EXPECT_EQ(other.code, 1) << other.text;
  EXPECT_TRUE(contains(other.text, "expected uint8 observations of shape N×")) << other.text;
}

TEST(Evaluate, LatexIsRoundedWithIntervals) {
  const TemporaryFolder folder;
  const Result result = arcadecam(kSmall +
                                  "--methods gradcam:layer=2,sobel --measures shape --latex "
                                  "--out " +
                                  folder.path().string());
  ASSERT_EQ(result.code, 0) << result.text;
  const std::string table = content(folder.path() / "overview.tex");
  for (const char* part : {"\\begin{tabular}{lr}\n\\toprule\nmethod & effective area $\\downarrow$",
                           "\\texttt{gradcam:layer=2} & $", "$\\mathbf{", "{\\footnotesize$[0.",
                           "\\bottomrule\n\\end{tabular}"})
    EXPECT_TRUE(contains(table, part)) << part << "\n" << table;
}

TEST(Evaluate, MeasuresAreListed) {
  const Result text = arcadecam("measures");
  EXPECT_EQ(text.code, 0);
  EXPECT_TRUE(contains(text.text, "sparseness")) << text.text;
  EXPECT_TRUE(contains(arcadecam("measures --json").text, "\"direction\": \"higher is better\""));
}

}  // namespace
}  // namespace arcadecam::test
