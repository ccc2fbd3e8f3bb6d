#include "sweep/plan.h"

#include <gtest/gtest.h>

#include <set>

#include "support/error_of.h"
#include "sweep/zoo.h"

namespace arcadecam::sweep {
namespace {

constexpr const char* kDigestOf7 =
    "7902699be42c8a8e46fbbb4501726517e86b22c56a189f7625a6da49081b2451";

TEST(Plan, UnitsStandInTheOrderOfPathsAndSeeds) {
  const Zoo zoo(8, "seeds = [1, 0]\n");
  ASSERT_EQ(zoo.plan.units.size(), 16U);
  EXPECT_EQ(zoo.plan.units[15].sha256, kDigestOf7);
  EXPECT_EQ(zoo.plan.units[15].step, "7");
  EXPECT_EQ(zoo.plan.units[14].seed, 1U);
  EXPECT_EQ(zoo.plan.units[15].seed, 0U);
  EXPECT_EQ(zoo.plan.units[15].checkpoint, (zoo.folder.path() / "zoo/m_7.pt").string());
  EXPECT_EQ(zoo.plan.distinct().size(), 16U);
}

TEST(Plan, AnIdIsOfTheContentAndNotOfThePath) {
  const Zoo one(2), two(2);
  EXPECT_EQ(one.plan.units[1].id, two.plan.units[1].id);
  EXPECT_NE(one.plan.units[0].id, one.plan.units[1].id);
  write_text(two.folder.path() / "zoo/m_9.pt", "1");
  const SweepPlan more = two.planned();
  ASSERT_EQ(more.units.size(), 3U);
  EXPECT_EQ(more.units[2].id, more.units[1].id);
  EXPECT_EQ(more.distinct().size(), 2U);
}

TEST(Plan, AnIdDependsOnAllThatNumbersDependOn) {
  std::set<std::string> ids{Zoo(1).plan.units[0].id};
  for (const char* more : {"seeds = 1\n", "games = 'Pong'\n", "games = 'Breakout'\n",
                           "[states]\ncount = 7\n", "[states]\nscore_episodes = 2\n",
                           "[options]\ntarget = 'greedy'\n", "[reading]\nas = 'nature'\n"})
    EXPECT_TRUE(ids.insert(Zoo(1, more).plan.units[0].id).second) << more;
  EXPECT_EQ(Zoo(1, "keep_tables = true\n").plan.units[0].id, Zoo(1).plan.units[0].id);
}

TEST(Plan, OnlyTheGamesThatAreNamed) {
  const test::TemporaryFolder folder;
  for (const char* name : {"SpaceInvaders/a", "Pong/a"}) write_text(folder.path() / name, name);
  const auto games = [&](const std::string& more) {
    DigestCache digests(folder.path() / "digests.csv");
    std::vector<std::string> list;
    for (const PlannedUnit& unit :
         make_plan(parse_spec("files = '{game}/a'\nmethods = 'm'\nmeasures = 's'\n" + more,
                              folder.path(), "t"),
                   digests)
             .units)
      list.push_back(unit.game);
    return list;
  };
  EXPECT_EQ(games(""), (std::vector<std::string>{"Pong", "SpaceInvaders"}));
  EXPECT_EQ(games("games = 'space_invaders'"), std::vector<std::string>{"SpaceInvaders"});
  EXPECT_NE(test::error_of([&] { games("games = 'Qbert'"); }), "");
}

TEST(Plan, ADigestIsComputedOnceUntilTheFileChanges) {
  const test::TemporaryFolder folder;
  const auto file = folder.path() / "a", kept = folder.path() / "digests.csv";
  write_text(file, "7");
  {
    DigestCache digests(kept);
    EXPECT_EQ(digests.of(file), kDigestOf7);
    EXPECT_EQ(digests.computed(), 1);
    digests.save();
  }
  {
    DigestCache digests(kept);
    EXPECT_EQ(digests.of(file), kDigestOf7);
    EXPECT_EQ(digests.computed(), 0);
    write_text(file, "77");
    EXPECT_NE(digests.of(file), kDigestOf7);
  }
  write_text(kept, "no cache");
  write_text(file, "7");
  DigestCache digests(kept);
  EXPECT_EQ(digests.of(file), kDigestOf7);
}

TEST(Plan, ComesBackAsWrittenAndGrows) {
  Zoo zoo(3, "[options]\ntarget = 'margin:LEFT/RIGHT'\n");
  std::filesystem::create_directories(zoo.out());
  write_plan(zoo.out(), zoo.plan);
  EXPECT_EQ(read_plan(zoo.out()), zoo.plan);
  write_text(zoo.folder.path() / "zoo/m_5.pt", "5");
  const SweepPlan more = zoo.planned();
  write_plan(zoo.out(), more);
  EXPECT_EQ(read_plan(zoo.out()).units.size(), 4U);
  const Zoo other(3, "[options]\ntarget = 'greedy'\n");
  const std::string error = test::error_of([&] { write_plan(zoo.out(), other.plan); });
  EXPECT_NE(
      error.find("was planned with --target margin:LEFT/RIGHT, and now it is --target greedy"),
      std::string::npos)
      << error;
}

TEST(Plan, WhatIsNoPlanIsRefused) {
  const Zoo zoo(1);
  std::filesystem::create_directories(zoo.out());
  EXPECT_NE(test::error_of([&] { (void)read_plan(zoo.out()); }).find("holds no plan"),
            std::string::npos);
  SweepPlan old = zoo.plan;
  old.settings[0].second = "0.0.1";
  write_plan(zoo.out(), old);
  EXPECT_NE(test::error_of([&] { (void)read_plan(zoo.out()); }).find("by version 0.0.1"),
            std::string::npos);
  write_text(plan_file(zoo.out()), "arcadecam-sweep-plan 1\n[units]\n../../x,a,b,c,0,,\n[end]\n");
  EXPECT_NE(test::error_of([&] { (void)read_plan(zoo.out()); }).find("expected a unit"),
            std::string::npos);
  write_text(plan_file(zoo.out()), "arcadecam-sweep-plan 1\n");
  EXPECT_NE(test::error_of([&] { (void)read_plan(zoo.out()); }).find("cut short"),
            std::string::npos);
}

}  // namespace
}  // namespace arcadecam::sweep
