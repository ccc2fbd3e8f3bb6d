#include "sweep/merge.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <random>
#include <thread>

#include "support/error_of.h"
#include "sweep/zoo.h"

namespace arcadecam::sweep {
namespace {

namespace fs = std::filesystem;

Record record_of(const PlannedUnit& unit) {
  Record record;
  record.id = unit.id;
  record.game = "pong";
  record.scores = {{0, 21, 900, false}, {1, -3, 1000, true}};
  record.summary = "shape,area,lower,,\"gradcam:layer=1,2\",0.5,0.25,0.75,9,2,1,,,\n";
  record.objects = "sobel,causal,ball,mass,9,0.125,0.125\n";
  return record;
}

std::string bytes_of_merged(const fs::path& out) {
  std::string all;
  for (const char* name : {kUnitsTable, kSummaryTable, kObjectsTable, kScoresTable, kSweepDatabase})
    all += text_in(out / "merged" / name);
  return all;
}

TEST(Record, ComesBackAsWritten) {
  const Zoo zoo(1);
  const Record record = record_of(zoo.plan.units[0]);
  write_record(zoo.out(), record);
  const Record again = read_record(zoo.out(), record.id, UnitOutcome::kDone);
  EXPECT_EQ(again.summary, record.summary);
  EXPECT_EQ(again.objects, record.objects);
  EXPECT_EQ(again.game, "pong");
  ASSERT_EQ(again.scores.size(), 2U);
  EXPECT_EQ(again.scores[1].steps, 1000);
  EXPECT_EQ(again.mean_score(), 9.0);
  EXPECT_EQ(outcome_of(zoo.out(), record.id), UnitOutcome::kDone);
  EXPECT_EQ(outcome_of(zoo.out(), "0123"), UnitOutcome::kMissing);
}

TEST(Record, OneLineSaysWhyAUnitFailed) {
  const Zoo zoo(1);
  Record record;
  record.id = zoo.plan.units[0].id;
  record.why = "a \"bad\", file\n[end]\x1b";
  write_record(zoo.out(), record);
  EXPECT_EQ(read_record(zoo.out(), record.id, UnitOutcome::kFailed).why,
            "a \"bad\", file\\x0a[end]\\x1b");
}

TEST(Merge, TablesHoldEveryUnit) {
  const Zoo zoo(4);
  const auto& units = zoo.plan.units;
  write_record(zoo.out(), record_of(units[0]));
  Record failed;
  failed.id = units[2].id;
  failed.why = "is empty, or so";
  write_record(zoo.out(), failed);
  const Counts counts = merge(zoo.out(), zoo.plan);
  EXPECT_EQ(counts.units, 4);
  EXPECT_EQ(counts.done, 1);
  EXPECT_EQ(counts.failed, 1);
  EXPECT_EQ(counts.missing(), 2);
  const fs::path merged = zoo.out() / "merged";
  const std::string text = text_in(merged / kUnitsTable);
  EXPECT_EQ(text.substr(0, text.find('\n')),
            "unit,checkpoint,sha256,game,run,step,seed,status,episodes,score,why");
  EXPECT_NE(text.find(",pong,,0,0,done,2,9,\n"), std::string::npos) << text;
  EXPECT_NE(text.find(",2,0,failed,,,\"is empty, or so\"\n"), std::string::npos) << text;
  EXPECT_NE(text.find(",3,0,missing,,,\n"), std::string::npos) << text;
  EXPECT_EQ(text_in(merged / kScoresTable), "unit,episode,score,steps,truncated\n" + units[0].id +
                                                ",0,21,900,0\n" + units[0].id + ",1,-3,1000,1\n");
  EXPECT_NE(text_in(merged / kSummaryTable)
                .find("\n" + units[0].id + ",shape,area,lower,,\"gradcam:layer=1,2\",0.5,"),
            std::string::npos);
  EXPECT_EQ(text_in(merged / kObjectsTable),
            "unit,method,measure,object,statistic,n,mean,mean_size\n" + units[0].id +
                ",sobel,causal,ball,mass,9,0.125,0.125\n");
  EXPECT_TRUE(text_in(merged / kSweepDatabase).starts_with("SQLite format 3"));
}

TEST(Merge, TheOrderOfRecordsDoesNotShow) {
  const Zoo zoo(40);
  std::vector<PlannedUnit> units = zoo.plan.units;
  std::vector<std::string> bytes;
  for (unsigned int seed = 0; seed < 3; ++seed) {
    fs::remove_all(zoo.out());
    std::shuffle(units.begin(), units.end(), std::mt19937(seed));
    for (const PlannedUnit& unit : units) write_record(zoo.out(), record_of(unit));
    (void)merge(zoo.out(), zoo.plan);
    bytes.push_back(bytes_of_merged(zoo.out()));
  }
  EXPECT_EQ(bytes[0], bytes[1]);
  EXPECT_EQ(bytes[0], bytes[2]);
}

TEST(Merge, FilesOfOneContentShareARecord) {
  Zoo zoo(2);
  write_text(zoo.folder.path() / "zoo/m_9.pt", "1");
  zoo.plan = zoo.planned();
  for (const PlannedUnit* unit : zoo.plan.distinct()) write_record(zoo.out(), record_of(*unit));
  EXPECT_EQ(merge(zoo.out(), zoo.plan).units, 2);
  const std::string units = text_in(zoo.out() / "merged" / kUnitsTable);
  EXPECT_EQ(std::ranges::count(units, '\n'), 4);
  EXPECT_NE(units.find(",pong,,9,0,done,2,9,\n"), std::string::npos) << units;
  EXPECT_EQ(std::ranges::count(text_in(zoo.out() / "merged" / kObjectsTable), '\n'), 3);
}

TEST(Merge, ARecordThatIsNoneIsNamed) {
  const Zoo zoo(2);
  for (const PlannedUnit& unit : zoo.plan.units) write_record(zoo.out(), record_of(unit));
  (void)merge(zoo.out(), zoo.plan);
  const std::string before = bytes_of_merged(zoo.out());
  const fs::path file = record_file(zoo.out(), zoo.plan.units[1].id, UnitOutcome::kDone);
  const std::string good = text_in(file);
  for (const std::string& bad :
       {std::string(), good.substr(0, good.size() / 2), good + "x",
        text_in(record_file(zoo.out(), zoo.plan.units[0].id, UnitOutcome::kDone))}) {
    write_text(file, bad);
    EXPECT_NE(test::error_of([&] { (void)merge(zoo.out(), zoo.plan); }).find(file.string()),
              std::string::npos);
  }
  EXPECT_EQ(bytes_of_merged(zoo.out()), before);
}

// The bookkeeping of a thousand units; bench/sweep measures that of 25,500.
TEST(Merge, KilledAtAnyMomentItGivesTheSameBytes) {
  const Zoo zoo(1000);
  for (const PlannedUnit& unit : zoo.plan.units) write_record(zoo.out(), record_of(unit));
  const auto start = std::chrono::steady_clock::now();
  (void)merge(zoo.out(), zoo.plan);
  const auto whole = std::chrono::steady_clock::now() - start;
  const std::string before = bytes_of_merged(zoo.out());
  fs::remove_all(zoo.out() / "merged");
  std::mt19937 random(7);
  for (int kill_number = 0; kill_number < 5; ++kill_number) {
    const pid_t child = fork();
    if (child == 0) {
      (void)merge(zoo.out(), zoo.plan);
      _exit(0);
    }
    std::this_thread::sleep_for(whole * (random() % 1000) / 1000);
    kill(child, SIGKILL);
    waitpid(child, nullptr, 0);
  }
  (void)merge(zoo.out(), zoo.plan);
  EXPECT_EQ(bytes_of_merged(zoo.out()), before);
  EXPECT_EQ(count_outcomes(zoo.plan, outcomes(zoo.out())).done, 1000);
}

}  // namespace
}  // namespace arcadecam::sweep
