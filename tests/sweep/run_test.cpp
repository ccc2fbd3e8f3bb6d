// Units are run by a shell script that stands in for the program.
#include "sweep/run.h"

#include <gtest/gtest.h>

#include <atomic>
#include <csignal>
#include <thread>

#include "support/error_of.h"
#include "sweep/merge.h"
#include "sweep/zoo.h"

namespace arcadecam::sweep {
namespace {

namespace fs = std::filesystem;

/// Writes what evaluate writes, with the checkpoint's content as the mean.
constexpr const char* kStandIn = R"(#!/bin/sh
for word in "$@"; do
  case $word in
    --out=*) out=${word#--out=} ;;
    *=/*.pt) agent=${word%%=*}; file=${word#*=} ;;
  esac
done
content=$(cat "$file")
case $content in
  3) echo "arcadecam: $file: is no checkpoint, says $out" >&2; exit 1 ;;
  4) kill -SEGV $$ ;;
esac
mkdir -p "$out"
echo "agent,measure,statistic,direction,unit,method,mean,low,high,n,episodes,rank,minus_random,effect,p" >"$out/summary.csv"
echo "$agent,shape,area,lower,,sobel,$content,,,9,3,1,,," >>"$out/summary.csv"
echo "agent,method,measure,episode,step,object,statistic,value" >"$out/objects.csv"
echo "$agent,sobel,causal,0,1,ball,mass,0.25" >>"$out/objects.csv"
echo "$agent,sobel,causal,0,2,ball,mass,-0.75" >>"$out/objects.csv"
)";

class RunUnits : public testing::Test {
 protected:
  RunUnits() { write_program(kStandIn); }

  void write_program(const std::string& text) {
    write_text(program_, text);
    fs::permissions(program_, fs::perms::owner_all);
  }
  [[nodiscard]] RunSettings settings(int jobs = 1) const {
    RunSettings settings;
    settings.program = program_;
    settings.scratch = folder_.path() / "scratch";
    settings.jobs = jobs;
    return settings;
  }
  static std::string merged(const Zoo& zoo) {
    (void)merge(zoo.out(), zoo.plan);
    std::string all;
    for (const char* name :
         {kUnitsTable, kSummaryTable, kObjectsTable, kScoresTable, kSweepDatabase})
      all += text_in(zoo.out() / "merged" / name);
    return all;
  }

  test::TemporaryFolder folder_;
  fs::path program_ = folder_.path() / "program";
};

TEST_F(RunUnits, BadCheckpointsAreRecordedAndNotTheEnd) {
  const Zoo zoo(6);
  const RunResult result = run_units(zoo.out(), zoo.plan, settings(3));
  EXPECT_EQ(result.done, 4);
  EXPECT_EQ(result.failed, 2);
  EXPECT_EQ(result.unfinished, 0);
  const Record bad = read_record(zoo.out(), zoo.plan.units[3].id, UnitOutcome::kFailed);
  EXPECT_EQ(bad.why, (zoo.folder.path() / "zoo/m_3.pt").string() + ": is no checkpoint, says OUT");
  EXPECT_EQ(read_record(zoo.out(), zoo.plan.units[4].id, UnitOutcome::kFailed).why,
            "the program ended by signal 11");
  const Record good = read_record(zoo.out(), zoo.plan.units[2].id, UnitOutcome::kDone);
  EXPECT_EQ(good.summary, "shape,area,lower,,sobel,2,,,9,3,1,,,\n");
  EXPECT_EQ(good.objects, "sobel,causal,ball,mass,2,-0.25,0.5\n");
  // Nothing is left where the work was done, and nothing is done again.
  for (const auto& entry : fs::recursive_directory_iterator(settings().scratch))
    EXPECT_TRUE(entry.is_directory() && fs::is_empty(entry)) << entry.path();
  write_program("#!/bin/sh\nexit 1\n");
  EXPECT_EQ(run_units(zoo.out(), zoo.plan, settings()).done, 4);
  RunSettings again = settings();
  again.again_failed = true;
  write_program(std::string(kStandIn).replace(std::string(kStandIn).find("3)"), 1, "9"));
  EXPECT_EQ(run_units(zoo.out(), zoo.plan, again).done, 5);
}

TEST_F(RunUnits, ShardsAndOrderDoNotShowInWhatIsMerged) {
  const Zoo one(9), two(9);
  ASSERT_EQ(run_units(one.out(), one.plan, settings()).done, 7);
  for (const std::int64_t index : {3, 1, 2}) {
    RunSettings shard = settings(2);
    shard.shard = {index, 3};
    EXPECT_EQ(run_units(two.out(), two.plan, shard).unfinished, 0);
  }
  std::string first = merged(one), second = merged(two);
  // Their folders alone differ, in the paths of checkpoints.
  const std::string a = one.folder.path().string(), b = two.folder.path().string();
  ASSERT_EQ(a.size(), b.size());
  for (std::size_t at = 0; (at = second.find(b, at)) != std::string::npos;)
    second.replace(at, b.size(), a);
  EXPECT_EQ(first, second);
  EXPECT_GT(first.size(), 8192U);
}

TEST_F(RunUnits, OneUnitByItsId) {
  const Zoo zoo(3);
  RunSettings only = settings();
  only.ids = {zoo.plan.units[1].id};
  EXPECT_EQ(run_units(zoo.out(), zoo.plan, only).done, 1);
  EXPECT_EQ(outcomes(zoo.out()).size(), 1U);
  only.ids = {"nosuch"};
  EXPECT_EQ(test::error_of([&] { run_units(zoo.out(), zoo.plan, only); }),
            "the plan has no unit 'nosuch'");
}

TEST_F(RunUnits, ACheckpointThatIsNotWhatWasPlannedIsNotRun) {
  const Zoo zoo(3);
  write_text(zoo.folder.path() / "zoo/m_1.pt", "other");
  fs::remove(zoo.folder.path() / "zoo/m_2.pt");
  const RunResult result = run_units(zoo.out(), zoo.plan, settings());
  EXPECT_EQ(result.done, 1);
  EXPECT_EQ(result.unfinished, 2);
  EXPECT_NE(result.why_unfinished.find("m_1.pt: has changed since it was planned"),
            std::string::npos);
  EXPECT_EQ(outcomes(zoo.out()).size(), 1U);
}

TEST_F(RunUnits, WhatIsStoppedIsNotRecordedAndGoesOn) {
  const Zoo zoo(3);
  std::atomic<int> signal{0};
  RunSettings stopped = settings(2);
  stopped.stop = [&] { return signal.load(); };
  write_program("#!/bin/sh\nexec sleep 60\n");
  std::thread later([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
    signal = SIGTERM;
  });
  const RunResult result = run_units(zoo.out(), zoo.plan, stopped);
  later.join();
  EXPECT_EQ(result.unfinished, 3);
  EXPECT_TRUE(outcomes(zoo.out()).empty());
  write_program(kStandIn);
  EXPECT_EQ(run_units(zoo.out(), zoo.plan, settings()).done, 3);
}

TEST_F(RunUnits, TwoCallsShareTheWork) {
  const Zoo zoo(12);
  const auto log = folder_.path() / "log";
  write_program("#!/bin/sh\necho x >>'" + log.string() + "'\nsleep 0.02\n" +
                std::string(kStandIn).substr(10));
  RunResult first, second;
  std::thread other([&] { first = run_units(zoo.out(), zoo.plan, settings(2)); });
  second = run_units(zoo.out(), zoo.plan, settings(2));
  other.join();
  EXPECT_EQ(first.done, 10);
  EXPECT_EQ(second.done, 10);
  // Each unit once: what the other call works on is waited for.
  EXPECT_EQ(text_in(log).size(), 2U * 12U);
}

TEST_F(RunUnits, AProgramThatIsNotThereIsAnError) {
  const Zoo zoo(2);
  RunSettings none = settings();
  none.program = folder_.path() / "nosuch";
  EXPECT_NE(test::error_of([&] { run_units(zoo.out(), zoo.plan, none); }).find("cannot be started"),
            std::string::npos);
  EXPECT_TRUE(outcomes(zoo.out()).empty());
}

TEST(Shard, IsReadAndChecked) {
  EXPECT_EQ(Shard::parse("3/8").index, 3);
  EXPECT_EQ(Shard::parse("3/8").count, 8);
  for (const char* text : {"", "3", "0/8", "9/8", "a/8", "1/", "1/2/3", "-1/2"})
    EXPECT_NE(test::error_of([&] { (void)Shard::parse(text); }), "") << text;
}

TEST(EvaluateArguments, SayAllThatThePlanSays) {
  SweepPlan plan;
  plan.settings = {{"version", "1"},
                   {"methods", "sobel"},
                   {"measures", "shape"},
                   {"--states", "9"},
                   {"--baselines", "false"}};
  const PlannedUnit unit{"abc", "/zoo/m.pt", "", "Pong", 5, "", ""};
  EXPECT_EQ(evaluate_arguments(plan, unit, "/tmp/abc"),
            (std::vector<std::string>{
                "evaluate", "abc=/zoo/m.pt", "--methods=sobel", "--measures=shape", "--seed=5",
                "--no-report", "--out=/tmp/abc", "--game=Pong", "--states=9", "--no-baselines"}));
}

}  // namespace
}  // namespace arcadecam::sweep
