// What is left behind when a command cannot go on: no space, no folder, a signal.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "app/program.h"
#include "arcadecam/core/files.h"
#include "arcadecam/core/npy.h"
#include "render/decoded.h"
#include "support/golden.h"

namespace arcadecam {
namespace {

namespace fs = std::filesystem;

using test::arcadecam;
using test::contains;
using test::Result;
using test::RunningProgram;

/// Names of the files below a folder.
std::vector<std::string> outputs_below(const fs::path& folder) {
  std::vector<std::string> names;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    // The manifest is there from the start, so that a run that was killed is known.
    if (entry.path().filename() == "arcadecam.json") continue;
    if (entry.is_regular_file()) names.push_back(fs::relative(entry.path(), folder).string());
  }
  std::ranges::sort(names);
  return names;
}

/// Whether a half-written file of this final name is there, with so many bytes.
bool in_the_making(const fs::path& folder, const std::string& name, std::uintmax_t bytes) {
  std::error_code gone;
  for (const auto& entry : fs::directory_iterator(folder, gone)) {
    const std::string found = entry.path().filename().string();
    if (found.starts_with(name + ".") && found.ends_with(".tmp") && entry.file_size(gone) >= bytes)
      return true;
  }
  return false;
}

bool is_whole_png(const fs::path& file) {
  const auto bytes = read_file(file);
  const std::string text(bytes.begin(), bytes.end());
  return text.starts_with("\x89PNG") && text.substr(text.size() - 8, 4) == "IEND";
}

/// One line on standard error that names what could not be done.
void expect_one_error(const Result& result, const std::string& file) {
  EXPECT_EQ(result.code, 1) << result.text;
  EXPECT_TRUE(result.text.starts_with("arcadecam: ")) << result.text;
  EXPECT_TRUE(contains(result.text, file)) << result.text;
  EXPECT_EQ(std::ranges::count(result.text, '\n'), 1) << result.text;
}

/// The program where files may have so many bytes at most.
Result limited(int bytes, const std::string& arguments) {
  constexpr int kBlock = 512;  // POSIX's unit
  return test::run("ulimit -f " + std::to_string(bytes / kBlock) + "; " + test::program() + " " +
                   arguments);
}

TEST(FullDisk, IsOneErrorThatNamesTheFileAndLeavesNothingHalfWritten) {
  const test::TemporaryFolder folder;
  const std::string out = " --out " + folder.path().string();
  // Stills are drawn beside the run: which of two files fails first is open, so one alone is too
  // large here.
  expect_one_error(
      limited(30720, "explain pong --steps 3 --still-every 9 --no-gif --no-video --no-maps" + out),
      "_fullgrad++.png:");
  EXPECT_EQ(outputs_below(folder.path()), std::vector<std::string>{});
  expect_one_error(
      limited(
          51200,
          "explain pong --steps 9 --still-every 10 --still-height 210 --no-video --no-gif" + out),
      "/maps.npz:");
  EXPECT_EQ(outputs_below(folder.path()).size(), 2U) << "the pictures of the first step";

  expect_one_error(limited(4096,
                           "compare pong --methods sobel --steps 9 --states 1 --video-steps 9 "
                           "--video-height 480 --overwrite" +
                               out),
                   "/compare.mp4:");
  EXPECT_EQ(outputs_below(folder.path()), std::vector<std::string>{"trace.jsonl.gz"});
  for (const char* format : {"svg", "pdf"}) {
    expect_one_error(limited(4096, "figure pong --steps-at 5 --overwrite --formats " +
                                       std::string(format) + out),
                     std::string("/figure.") + format);
    EXPECT_EQ(outputs_below(folder.path()), std::vector<std::string>{"trace.jsonl.gz"});
  }
}

TEST(FullDisk, EvaluationsLeaveNoEmptyDatabaseAndGoOnFromWhatIsRecorded) {
  const test::TemporaryFolder folder;
  const std::string evaluate =
      "evaluate pong --states 3 --episodes 1 --episode-steps 40 --methods gradcam --measures shape "
      "--out " +
      folder.path().string();
  for (const int bytes : {1024, 2048, 16384}) {
    expect_one_error(limited(bytes, evaluate), "/evaluation.sqlite: ");
    EXPECT_EQ(outputs_below(folder.path()), std::vector<std::string>{}) << bytes;
  }
  // With room for some of the units.
  const Result partly = limited(65536, evaluate);
  expect_one_error(partly, "give the same command again");
  EXPECT_TRUE(fs::exists(folder.path() / "evaluation.sqlite"));
  EXPECT_FALSE(fs::exists(folder.path() / "report.html"));
  const Result whole = arcadecam(evaluate);
  EXPECT_EQ(whole.code, 0) << whole.text;
  EXPECT_TRUE(fs::exists(folder.path() / "report.html"));
}

TEST(Folder, ThatCannotBeMadeIsOneError) {
  const test::TemporaryFolder folder;
  const std::string file = (folder.path() / "file").string();
  OutputFile(file).commit();
  for (const char* command :
       {"explain pong --steps 2", "figure pong --steps-at 1",
        "compare pong --methods sobel --steps 2 --states 1", "play pong --steps 2 --full-speed"})
    expect_one_error(arcadecam(std::string(command) + " --out " + file + "/below"), "file/below");
  expect_one_error(arcadecam("explain pong --steps 2 --out /proc/below"), "/proc/below");
  fs::create_directories(folder.path() / "out/video.mp4");
  const Result taken = arcadecam("explain pong --steps 2 --out " + folder.path().string() + "/out");
  EXPECT_EQ(taken.code, 2) << taken.text;
  EXPECT_TRUE(contains(taken.text, "video.mp4: is there already")) << taken.text;
  EXPECT_EQ(outputs_below(folder.path() / "out"), std::vector<std::string>{});
}

TEST(Folder, WhatIsRefusedLeavesNoEmptyFolderAndMissingOnesAreMade) {
  const test::TemporaryFolder folder;
  const std::string out = (folder.path() / "a/b/out").string();
  EXPECT_EQ(arcadecam("explain pong --engine nosuch --steps 2 --out " + out).code, 2);
  EXPECT_FALSE(fs::exists(folder.path() / "a/b/out/stills"));
  const std::string trace = (folder.path() / "c/d/run.jsonl.gz").string();
  EXPECT_EQ(arcadecam("play pong --steps 3 --full-speed --trace " + trace).code, 0);
  EXPECT_EQ(
      arcadecam("replay --trace " + trace + " --out " + (folder.path() / "e/f").string()).code, 0);
  EXPECT_TRUE(fs::exists(folder.path() / "e/f/ram.npy"));
  // Before the run is played, which would never end.
  expect_one_error(arcadecam("play pong --episodes 1000000 --full-speed --trace /proc/x/run.gz"),
                   "/proc/x");
}

/// The number of a process that has ended.
pid_t ended_process() {
  const pid_t child = fork();
  if (child == 0) _exit(0);
  waitpid(child, nullptr, 0);
  return child;
}

TEST(Kill, WhatAKilledRunHadBegunIsRemovedByTheNextOfTheSameName) {
  const test::TemporaryFolder folder;
  const std::string ended = "." + std::to_string(ended_process()) + ".tmp";
  const std::string alive = "." + std::to_string(getpid()) + ".tmp";
  const auto begun = [&](const std::string& name) {
    fs::create_directories((folder.path() / name).parent_path());
    OutputFile(folder.path() / name).commit();
  };
  for (const char* name : {"evaluation/summary.csv", "maps.npy", "run.gz", "replayed/ram.npy"}) {
    begun(name + ended);
    begun(name + alive);
  }
  begun("mine.npy" + ended);
  const std::string to = folder.path().string() + "/";
  const std::string network = (test::golden_dir() / "nets/dueling.gz").string();
  const auto states = test::GoldenArrays("explain/dueling.npz").get<std::uint8_t>("states");
  write_npy<std::uint8_t>(to + "states.npy", states.view());
  for (const std::string& command :
       {"evaluate pong --states 1 --episodes 1 --episode-steps 4 --methods sobel --no-baselines "
        "--measures shape --no-report --out " +
            to + "evaluation",
        "map " + network + " --states " + to + "states.npy --out " + to + "maps.npy",
        "play pong --steps 3 --full-speed --trace " + to + "run.gz",
        "replay --trace " + to + "run.gz --out " + to + "replayed"}) {
    const Result result = arcadecam(command);
    EXPECT_EQ(result.code, 0) << result.text;
  }
  std::vector<std::string> left;
  for (const std::string& name : outputs_below(folder.path())) {
    if (name.ends_with(".tmp")) left.push_back(name);
  }
  EXPECT_EQ(left, (std::vector<std::string>{"evaluation/summary.csv" + alive, "maps.npy" + alive,
                                            "mine.npy" + ended, "replayed/ram.npy" + alive,
                                            "run.gz" + alive}));
}

/// How the program said that it was stopped: one line, the last.
void expect_stopped(int code, int signal, const fs::path& output, const std::string& says) {
  EXPECT_EQ(code, 128 + signal);
  const auto bytes = read_file(output);
  const std::string text(bytes.begin(), bytes.end());
  const std::size_t line = text.rfind("arcadecam: stopped");
  ASSERT_NE(line, std::string::npos) << text;
  EXPECT_EQ(text.find('\n', line), text.size() - 1) << text;
  EXPECT_TRUE(contains(text.substr(line), says)) << text;
}

TEST(Signal, CtrlCLeavesWholeFilesOfAllThatWasPlayed) {
  for (const int signal : {SIGINT, SIGTERM}) {
    const test::TemporaryFolder folder;
    const fs::path out = folder.path() / "out", said = folder.path() / "said";
    RunningProgram program(
        "explain pong --steps 1000000 --still-every 15 --video-height 240 --gif-steps 20 "
        "--out " +
            out.string(),
        said.string());
    ASSERT_TRUE(program.wait_until(
        [&] { return fs::exists(out / "stills/e0000_s000030_fullgrad++.png"); }));
    expect_stopped(program.end(signal), signal, said, "are whole and hold these ");
    const auto csv = read_file(out / "steps.csv");
    const auto steps = std::ranges::count(csv, '\n') - 1;
    EXPECT_GE(steps, 31);
    const test::Decoded video = test::decode(out / "video.mp4");
    EXPECT_EQ(video.frames, steps);
    EXPECT_NEAR(video.seconds, static_cast<double>(steps) / 15, 0.05);
    EXPECT_EQ(test::decode(out / "clip.gif").frames, 10);
    constexpr std::uintmax_t kMap = 84 * 84 * sizeof(float);
    EXPECT_EQ(fs::file_size(out / "maps.npz") / kMap, static_cast<std::uintmax_t>(steps))
        << "a map a step and little else";
    for (const std::string& name : outputs_below(out)) EXPECT_FALSE(name.ends_with(".tmp")) << name;
    const Result replay = arcadecam("replay --trace " + out.string() + "/trace.jsonl.gz --out " +
                                    out.string() + "/replayed");
    EXPECT_EQ(replay.code, 0) << replay.text;
  }
}

TEST(Signal, CtrlCEndsACompareWithWhatItHas) {
  const test::TemporaryFolder folder;
  const fs::path out = folder.path() / "out", said = folder.path() / "said";
  RunningProgram program(
      "compare pong --methods rise:masks=300 --steps 300 --states 1 --video-steps 300 "
      "--video-height 480 --out " +
          out.string(),
      said.string());
  ASSERT_TRUE(program.wait_until([&] { return in_the_making(out, "compare.mp4", 40); }));
  expect_stopped(program.end(SIGINT), SIGINT, said, "trace.jsonl.gz");
  for (const std::string& name : outputs_below(out)) {
    EXPECT_FALSE(name.ends_with(".tmp")) << name;
    EXPECT_TRUE(!name.ends_with(".png") || is_whole_png(out / name)) << name;
  }
  if (!fs::exists(out / "compare.mp4")) return;  // nothing was explained yet
  const test::Decoded video = test::decode(out / "compare.mp4");
  EXPECT_GE(video.frames, 1);
  EXPECT_LT(video.frames, 300);
}

TEST(Signal, EveryLongCommandSaysSoAndNeverThatItSucceeded) {
  struct Long {
    std::string arguments, started, says;  ///< `started`: a file that is there once it goes on
  };
  const test::TemporaryFolder states;
  const std::string array = (states.path() / "states.npy").string();
  write_npy<std::uint8_t>(array, ByteTensor(Shape{4096, 4, 84, 84}).view());
  const std::string network = (test::golden_dir() / "nets/atari_dqn.gz").string();
  for (const int signal : {SIGINT, SIGTERM}) {
    for (const Long& command :
         std::vector<Long>{{"play pong --episodes 1000 --full-speed --out OUT", "arcadecam.json",
                            "`explain --trace`"},
                           {"figure pong --steps-at 100000 --steps 1000000 --out OUT",
                            "arcadecam.json", "`arcadecam figure --trace`"},
                           {"evaluate pong --states 500 --methods rise --measures all --out OUT",
                            "arcadecam.json", "the same command continues"},
                           {"map " + network + " --states " + array +
                                " --method rise --out OUT/maps.npy "
                                "--dump-tape OUT",
                            "arcadecam.json", "under their final names are whole"}}) {
      const test::TemporaryFolder folder;
      const fs::path out = folder.path() / "out", said = folder.path() / "said";
      std::string line = command.arguments;
      for (std::size_t at = 0; (at = line.find("OUT")) != std::string::npos;)
        line.replace(at, 3, out.string());
      RunningProgram program(line, said.string());
      ASSERT_TRUE(program.wait_until([&] { return fs::exists(out / command.started); })) << line;
      std::this_thread::sleep_for(std::chrono::milliseconds(300));
      expect_stopped(program.end(signal), signal, said, command.says);
    }
  }
}

TEST(Signal, KillLeavesNothingBrokenUnderAFinalName) {
  const test::TemporaryFolder folder;
  const fs::path explained = folder.path() / "explain", compared = folder.path() / "compare";
  {
    RunningProgram program(
        "explain pong --steps 1000000 --still-every 10 --video-height 240 --out " +
        explained.string());
    ASSERT_TRUE(program.wait_until(
        [&] { return fs::exists(explained / "stills/e0000_s000020_fullgrad++.png"); }));
    EXPECT_EQ(program.end(SIGKILL), -SIGKILL);
  }
  {
    RunningProgram program(
        "compare pong --methods rise:masks=300 --steps 60 --video-steps 60 --video-height 480 "
        "--out " +
        compared.string());
    ASSERT_TRUE(program.wait_until([&] { return in_the_making(compared, "compare.mp4", 40); }));
    EXPECT_EQ(program.end(SIGKILL), -SIGKILL);
  }
  for (const std::string& name : outputs_below(explained)) {
    if (name.ends_with(".tmp")) continue;
    EXPECT_TRUE(name.starts_with("stills/")) << name;
    EXPECT_TRUE(is_whole_png(explained / name)) << name;
  }
  std::vector<std::string> whole;
  for (const std::string& name : outputs_below(compared)) {
    if (!name.ends_with(".tmp")) whole.push_back(name);
  }
  EXPECT_EQ(whole, std::vector<std::string>{"trace.jsonl.gz"});
  // The run is not lost, and what was left behind is in nobody's way.
  const Result again = arcadecam("figure pong --steps-at 5 --formats png --trace " +
                                 compared.string() + "/trace.jsonl.gz --out " + compared.string());
  EXPECT_EQ(again.code, 0) << again.text;
  EXPECT_TRUE(is_whole_png(compared / "figure.png"));
}

}  // namespace
}  // namespace arcadecam
