#include "sweep/trajectory.h"

#include <gtest/gtest.h>

#include <cmath>

#include "arcadecam/core/random.h"
#include "sweep/record.h"
#include "sweep/zoo.h"

namespace arcadecam::sweep {
namespace {

/// Numbers that look random and are the same everywhere, from −1 to 1.
double noise(std::uint64_t seed) {
  return static_cast<double>(Random(seed).below(2001)) / 1000 - 1;
}

TEST(ChangePoints, AreWhereTheMeanChanges) {
  std::vector<double> series;
  for (std::uint64_t i = 0; i < 12; ++i) series.push_back(0.1 + 0.01 * noise(i));
  for (std::uint64_t i = 0; i < 10; ++i) series.push_back(0.5 + 0.01 * noise(100 + i));
  for (std::uint64_t i = 0; i < 9; ++i) series.push_back(0.3 + 0.01 * noise(200 + i));
  const std::vector<ChangePoint> found = change_points(series, 1);
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].at, 12U);
  EXPECT_EQ(found[1].at, 22U);
  EXPECT_NEAR(found[0].before, 0.1, 0.01);
  EXPECT_NEAR(found[0].after, 0.5, 0.01);
  EXPECT_NEAR(found[1].before, 0.5, 0.01);
  EXPECT_NEAR(found[1].after, 0.3, 0.01);
  EXPECT_LE(found[0].p, 0.01);
}

TEST(ChangePoints, ThereAreNoneInWhatStaysOrIsShort) {
  EXPECT_TRUE(change_points(std::vector<double>(20, 0.1), 1).empty());
  EXPECT_TRUE(change_points({0, 0, 1, 1}, 1).empty());
  EXPECT_TRUE(change_points({}, 1).empty());
  int found = 0;
  for (std::uint64_t trial = 0; trial < 40; ++trial) {
    std::vector<double> series;
    for (std::uint64_t i = 0; i < 20; ++i) series.push_back(noise(1000 * trial + i));
    found += change_points(series, trial).empty() ? 0 : 1;
  }
  // One in twenty is what alpha says; 40 trials give at most 6 in all but a thousandth of cases.
  EXPECT_LE(found, 6);
}

/// A random walk of `steps` checkpoints; the other is the same so many checkpoints later.
std::pair<History, History> walks(int delay, int runs, int steps) {
  std::pair<History, History> both;
  for (int run = 0; run < runs; ++run) {
    std::vector<double> walk{0};
    for (int i = 0; i < steps + delay; ++i)
      walk.push_back(walk.back() + noise(static_cast<std::uint64_t>(10'000 * run + i)));
    for (int i = 0; i < steps; ++i) {
      const std::string name = std::to_string(run);
      both.first[name][i * 1000] = walk[static_cast<std::size_t>(i + delay)];
      both.second[name][i * 1000] = walk[static_cast<std::size_t>(i)];
    }
  }
  return both;
}

TEST(LeadLag, SaysWhichComesFirstAndByHowMuch) {
  const auto [early, late] = walks(2, 3, 20);
  const LeadLag leads = lead_lag(early, late, 4, 1);
  EXPECT_EQ(leads.lead, 2);
  EXPECT_NEAR(leads.correlation, 1, 1e-9);
  EXPECT_EQ(leads.p, 0.001);
  EXPECT_EQ(leads.runs, 3);
  EXPECT_EQ(lead_lag(late, early, 4, 1).lead, -2);
  const auto [same, again] = walks(0, 2, 20);
  EXPECT_EQ(lead_lag(same, again, 4, 1).lead, 0);
}

TEST(LeadLag, WhatHasNothingToDoWithEachOtherIsNotSignificantOften) {
  int significant = 0;
  for (int trial = 0; trial < 20; ++trial) {
    History a, b;
    for (int i = 0; i < 15; ++i) {
      a["1"][i] = noise(static_cast<std::uint64_t>(5000 * trial + i));
      b["1"][i] = noise(static_cast<std::uint64_t>(5000 * trial + 100 + i));
    }
    significant += lead_lag(a, b, 2, 7).p < 0.05 ? 1 : 0;
  }
  EXPECT_LE(significant, 4);
}

TEST(LeadLag, TooFewStepsTellNothing) {
  const auto [early, late] = walks(1, 1, 6);
  EXPECT_EQ(lead_lag(early, late, 3, 1).runs, 0);
  EXPECT_EQ(lead_lag(early, late, 3, 1).p, 1);
}

TEST(Histories, AreReadFromRecords) {
  const test::TemporaryFolder folder;
  for (const char* name : {"Pong/1/m_20.pt", "Pong/1/m_3.pt", "Pong/2/m_20.pt"})
    write_text(folder.path() / name, name);
  DigestCache digests(folder.path() / "d.csv");
  const SweepPlan plan =
      make_plan(parse_spec("files = '{game}/{run}/m_{step}.pt'\nmethods = 'sobel'\n"
                           "measures = 'causal'\nseeds = [0, 1]\n",
                           folder.path(), "t"),
                digests);
  ASSERT_EQ(plan.units.size(), 6U);
  double value = 0;
  for (const PlannedUnit& unit : plan.units) {
    value += 0.125;
    Record record;
    record.id = unit.id;
    record.game = "pong";
    record.scores = {{0, static_cast<std::int64_t>(8 * value), 10, false}};
    record.objects = "sobel,causal,ball,mass,9," + csv_number(value) + ",7\n" +
                     "sobel,causal,ball,advantage-change,9,-3," + csv_number(2 * value) + "\n" +
                     "sobel,causal,ball,area,9,1,1\n";
    write_record(folder.path() / "out", record);
  }
  const auto histories = read_histories(folder.path() / "out", plan);
  ASSERT_EQ(histories.size(), 3U);
  const History& share = histories.at({"pong", "sobel", "ball", "share"});
  // Two seeds of evaluation are averaged: (0.125 + 0.25)/2.
  EXPECT_EQ(share, (History{{"1", {{20, 0.1875}, {3, 0.4375}}}, {"2", {{20, 0.6875}}}}));
  EXPECT_EQ(histories.at({"pong", "sobel", "ball", "effect"}).at("1").at(20), 0.375);
  EXPECT_EQ(histories.at({"pong", "", "", "score"}).at("2").at(20), 5.5);
  const auto points = points_of(share, 1);
  ASSERT_EQ(points.size(), 2U);
  EXPECT_EQ(points[0].step, 3);
  EXPECT_TRUE(std::isnan(points[0].low));
  EXPECT_EQ(points[1].mean, 0.4375);
  EXPECT_EQ(points[1].low, 0.1875);
  EXPECT_EQ(points[1].high, 0.6875);
}

}  // namespace
}  // namespace arcadecam::sweep
