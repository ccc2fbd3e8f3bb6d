#include "sweep/compare.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <numbers>

#include "support/error_of.h"
#include "sweep/record.h"
#include "sweep/student.h"
#include "sweep/zoo.h"

namespace arcadecam::sweep {
namespace {

// Closed forms of one, two and four degrees of freedom (Abramowitz & Stegun 26.7.3, 26.7.4).
TEST(Student, EqualsItsClosedForms) {
  for (const double t : {0.0, 0.01, 0.3, 1.0, 2.5, 12.7062, 60.0}) {
    EXPECT_NEAR(student_p(t, 1), 1 - 2 / std::numbers::pi * std::atan(t), 1e-12) << t;
    EXPECT_NEAR(student_p(t, 2), 1 - t / std::sqrt(2 + t * t), 1e-12) << t;
    EXPECT_NEAR(student_p(-t, 4), 1 - t * (6 + t * t) / std::pow(4 + t * t, 1.5), 1e-12) << t;
  }
  // Of many it is the normal distribution's.
  EXPECT_NEAR(student_p(1.96, 1e6), std::erfc(1.96 / std::numbers::sqrt2), 1e-6);
  EXPECT_EQ(student_p(std::numeric_limits<double>::infinity(), 3), 0);
}

TEST(Compare, ADifferenceIsThatOfStudent) {
  Compared result;
  // Means 2 and 5, squares 2 + 2: t = 3/√(4/4 · 2/3), which is 3.674 with 4 degrees of freedom.
  test_difference({1, 2, 3}, {4, 5, 6}, result);
  EXPECT_NEAR(result.t, std::sqrt(13.5), 1e-12);
  EXPECT_NEAR(result.p, 0.02131164112875, 1e-10);
  test_difference({1, 2, 3}, {2}, result);
  EXPECT_EQ(result.t, 0);
  EXPECT_EQ(result.p, 1);
  test_difference({2, 2}, {3}, result);
  EXPECT_EQ(result.p, 0);
  test_difference({0.1, 0.1, 0.1}, {0.1}, result);
  EXPECT_EQ(result.p, 1);
}

/// Records whose map lies on the ball by `share` and a little, different for each.
void record_all(const Zoo& zoo, double share) {
  double more = 0;
  for (const PlannedUnit& unit : zoo.plan.units) {
    more += 0.001;
    Record record;
    record.id = unit.id;
    record.game = "pong";
    record.summary = "shape,area,lower,,sobel," + csv_number(0.5 + more) + ",,,9,3,1,,,\n";
    record.objects = "sobel,causal,ball,mass,9," + csv_number(share + more) + ",1\n";
    write_record(zoo.out(), record);
  }
  std::filesystem::create_directories(zoo.out());
  write_plan(zoo.out(), zoo.plan);
}

TEST(Compare, FindsWhatSeedsDoNotExplain) {
  const Zoo before(1, "seeds = [0, 1, 2, 3]\n"), same(1, "seeds = [4, 5, 6]\n"),
      other(1, "seeds = [7, 8]\n");
  record_all(before, 0.2);
  record_all(same, 0.2);
  record_all(other, 0.4);
  const auto as_before = compare_sweeps(before.out(), before.plan, same.out(), same.plan);
  ASSERT_EQ(as_before.size(), 2U);
  for (const Compared& one : as_before) EXPECT_GT(one.corrected, 0.1);
  const auto changed = compare_sweeps(before.out(), before.plan, other.out(), other.plan);
  ASSERT_EQ(changed.size(), 2U);
  EXPECT_EQ(changed[0].object, "ball");
  EXPECT_LT(changed[0].corrected, 1e-4);
  EXPECT_GT(changed[1].corrected, 0.1);
  EXPECT_EQ(changed[0].game, "pong");
  EXPECT_EQ(changed[0].step, "0");
  EXPECT_TRUE(words_of(changed[0])
                  .starts_with("pong, step 0, causal (sobel), ball, mass: 0.4015 (2 units), "
                               "baseline 0.2025 (4 units), p "))
      << words_of(changed[0]);
  write_compared(before.folder.path() / "c.csv", changed);
  EXPECT_TRUE(text_in(before.folder.path() / "c.csv")
                  .starts_with("game,step,measure,method,object,statistic,baseline_n,baseline_mean,"
                               "n,mean,t,p,p_holm\npong,0,causal,sobel,ball,mass,4,0.2025"));
}

TEST(Compare, WhatCannotBeComparedIsSaid) {
  const Zoo before(1, "seeds = [0]\n"), now(1, "seeds = [1]\n"),
      others(1, "seeds = [1]\n[states]\ncount = 3\n");
  for (const Zoo* zoo : {&before, &now, &others}) record_all(*zoo, 0.2);
  EXPECT_NE(test::error_of([&] {
              (void)compare_sweeps(before.out(), before.plan, now.out(), now.plan);
            }).find("needs two done units"),
            std::string::npos);
  EXPECT_NE(test::error_of([&] {
              (void)compare_sweeps(before.out(), before.plan, others.out(), others.plan);
            }).find("--states is '' in the baseline and '3' here"),
            std::string::npos);
}

}  // namespace
}  // namespace arcadecam::sweep
