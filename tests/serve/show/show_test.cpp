#include "serve/show/show.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

#include "episode/run.h"
#include "episode/trace_player.h"
#include "serve/show/shows.h"
#include "support/error_of.h"

namespace arcadecam::serve {
namespace {

TEST(Show, GoesBackToEveryStepExactlyAndOnFromThereAsBefore) {
  const auto show = pong();
  std::vector<std::string> seen{digest_of(show->moment())};
  for (int step = 1; step <= 100; ++step) {
    show->advance();
    ASSERT_EQ(show->moment().step, step);
    ASSERT_EQ(show->moment().frames.size(), 4U);
    seen.push_back(digest_of(show->moment()));
  }
  for (const std::size_t step : {0U, 99U, 31U, 32U, 33U, 100U, 5U, 64U}) {
    show->seek(static_cast<std::int64_t>(step));
    ASSERT_EQ(digest_of(show->moment()), seen[step]) << step;
    EXPECT_EQ(show->moment().frames.size(), 1U);
    EXPECT_EQ(show->moment().last, 100);
  }
  for (std::size_t step = 65; step <= 100; ++step) {
    show->advance();
    ASSERT_EQ(digest_of(show->moment()), seen[step]) << step;
  }
  EXPECT_NE(test::error_of([&] { show->seek(101); }).find("0 to 100"), std::string::npos);
  show->advance();
  EXPECT_EQ(show->moment().last, 101);
}

TEST(Show, BringsSoundWhileItIsWantedAndPlaysOnTheSame) {
  const auto quiet = pong(), loud = pong();
  std::size_t differ = 0;
  for (int step = 1; step <= 90; ++step) {
    if (step == 20 || step == 50) loud->turn_sound(step == 20);
    quiet->advance();
    loud->advance();
    ASSERT_EQ(digest_of(quiet->moment()), digest_of(loud->moment())) << step;
    ASSERT_TRUE(quiet->moment().sound.empty());
    const bool wanted = step >= 20 && step < 50;
    ASSERT_EQ(loud->moment().sound.size(), wanted ? 4U * game::Emulator::kSamplesPerFrame : 0);
    if (wanted)
      differ += std::ranges::adjacent_find(loud->moment().sound, std::not_equal_to()) !=
                loud->moment().sound.end();
  }
  EXPECT_GT(differ, 0U) << "Pong is not silent";
  loud->turn_sound(true);
  loud->seek(60);
  EXPECT_TRUE(loud->moment().sound.empty()) << "nothing was played";
  loud->advance();
  quiet->seek(61);
  EXPECT_EQ(digest_of(quiet->moment()), digest_of(loud->moment()));
  EXPECT_EQ(loud->what_if(61, {{game::remove("ball")}, {}}, {}).edited.estimate.values,
            quiet->what_if(61, {{game::remove("ball")}, {}}, {}).edited.estimate.values);
}

TEST(Show, PlaysAsARunOfTheSameSeedDoes) {
  const auto show = pong(5);
  std::vector<int> actions;
  episode::RunOptions run;
  run.seed = 5;
  run.max_steps = 60;
  run.on_step = [&](const episode::Step& step) {
    actions.push_back(step.decision.action);
    return true;
  };
  (void)episode::run(agent::load_agent("pong"), run, {});
  for (const int action : actions) {
    ASSERT_EQ(show->moment().action, action) << "step " << show->moment().step;
    show->advance();
  }
}

TEST(Show, ItsTraceIsPlayedAgain) {
  const auto show = pong();
  for (int i = 0; i < 130; ++i) show->advance();
  show->seek(20);  // what was played counts, not where it is
  const episode::Trace trace = show->trace();
  ASSERT_EQ(trace.episodes.size(), 1U);
  EXPECT_EQ(trace.episodes[0].actions.size(), 130U);
  EXPECT_TRUE(trace.episodes[0].truncated);
  game::Environment environment(show->agent().game, show->agent().protocol);
  episode::TracePlayer player(trace, environment);
  ASSERT_TRUE(player.next_episode());
  while (!player.over()) (void)player.step();  // throws where a check differs
  EXPECT_EQ(episode::parse_trace_text(episode::trace_text(trace)), trace);

  // And the show itself can follow it.
  Show again(agent::load_agent("pong"), seeded(99), trace);
  for (int i = 0; i < 20; ++i) again.advance();
  EXPECT_TRUE(std::ranges::equal(again.moment().frames.back().values(),
                                 show->moment().frames.back().values()));
}

TEST(Show, AnEditShowsWhatTheEditorShowsAndChangesNothing) {
  const auto show = pong();
  for (int i = 0; i < 40; ++i) show->advance();
  const std::string before = digest_of(show->moment());
  const Edits edits{{game::remove("ball")}, {}};
  const WhatIf what_if = show->what_if(40, edits, {});
  game::Editor editor(show->agent().game, show->agent().protocol);
  const game::Redrawn redrawn = editor.show(show->environment(), game::remove("ball"));
  EXPECT_TRUE(
      std::ranges::equal(what_if.edited.observation.values(), redrawn.observation.values()));
  EXPECT_TRUE(std::ranges::equal(what_if.edited.frames.back().values(), redrawn.screen.values()));
  EXPECT_EQ(what_if.planes, 4);
  EXPECT_EQ(what_if.original.values, show->moment().estimate.values);
  EXPECT_NE(what_if.edited.estimate.values, what_if.original.values);
  ShownNetwork network(show->agent(), {});
  std::vector<game::ObservedObject> none;
  const Estimate expected =
      network.estimate(network.no_questions(), {redrawn.observation.view(), {}, none});
  EXPECT_EQ(what_if.edited.estimate.values, expected.values);
  ASSERT_EQ(what_if.edited.explanations.size(), 1U);
  show->ask(std::vector<Tile>{{"fullgrad++"}});
  EXPECT_EQ(digest_of(show->moment()), before);
  // A step of the past is asked beside the game.
  show->advance();
  const WhatIf earlier = show->what_if(40, edits, {});
  EXPECT_EQ(earlier.edited.estimate.values, what_if.edited.estimate.values);
  EXPECT_EQ(show->moment().step, 41);
}

TEST(Show, AnEditOfAnyStepOfThePastShowsTheSameAsWhenItWasPlayed) {
  const auto show = pong();
  std::vector<std::vector<float>> seen;
  for (int step = 0; step <= 70; ++step) {
    const WhatIf what_if = show->what_if(step, {{}, {{60, 9}}}, {});
    ASSERT_EQ(what_if.planes, std::min(step, 4)) << step;
    seen.push_back(what_if.edited.estimate.values);
    show->advance();
  }
  const auto check = [&](std::int64_t step) {
    const WhatIf what_if = show->what_if(step, {{}, {{60, 9}}}, {});
    ASSERT_EQ(what_if.planes, std::min<std::int64_t>(step, 4)) << step;
    ASSERT_EQ(what_if.edited.estimate.values, seen[static_cast<std::size_t>(step)]) << step;
  };
  for (std::int64_t step = 0; step <= 70; ++step) check(step);
  // At the step itself, and after a branch from where a state is kept.
  for (const std::int64_t step : {32, 33, 35, 36, 64}) {
    show->seek(step);
    check(step);
    show->take();
    show->advance();
    show->return_to_trunk();
    check(step);
    show->hand_back();
  }
}

TEST(Show, ShowsAndWritesABytesOfRam) {
  const auto show = pong();
  for (int i = 0; i < 30; ++i) show->advance();
  const int ball_line = 54, enemy_score = 13;  // in Pong's RAM
  const WhatIf what_if = show->what_if(30, {{}, {{ball_line, 0}}}, {});
  EXPECT_EQ(what_if.edited.ram[ball_line], 0);
  EXPECT_FALSE(std::ranges::equal(what_if.edited.frames.back().values(),
                                  show->moment().frames.back().values()));
  show->branch({{}, {{enemy_score, 7}}});
  EXPECT_EQ(show->moment().ram[enemy_score], 7);
  show->advance();
  EXPECT_EQ(show->moment().ram[enemy_score], 7) << "the game goes on with it";
}

TEST(Show, ABranchIsPlayedBesideTheTrunkAndLeftAgain) {
  const auto show = pong();
  std::vector<std::string> trunk;
  for (int i = 0; i < 80; ++i) show->advance();
  show->seek(40);
  const std::string fork = digest_of(show->moment());
  for (int i = 0; i < 40; ++i) {
    trunk.push_back(digest_of(show->moment()));
    show->advance();
  }
  show->seek(40);
  const auto objects = show->objects(40);
  const auto ball = std::ranges::find_if(
      objects, [](const EditableObject& one) { return one.object.name == "ball"; });
  ASSERT_NE(ball, objects.end());
  const auto place =
      std::ranges::find(ball->edits, game::Change::kPlace, &game::PossibleEdit::change);
  ASSERT_NE(place, ball->edits.end());
  show->branch({{game::place("ball", place->columns.from + 40 * place->columns.step,
                             place->lines.from + 10 * place->lines.step)},
                {}});
  EXPECT_TRUE(show->on_branch());
  EXPECT_EQ(show->moment().branch, 1);
  EXPECT_EQ(show->moment().step, 40);
  EXPECT_NE(digest_of(show->moment()), fork);
  const std::string edited = digest_of(show->moment());
  for (int i = 0; i < 40; ++i) show->advance();
  EXPECT_EQ(show->moment().last, 80);
  const std::string end = digest_of(show->moment());
  show->seek(40);
  EXPECT_EQ(digest_of(show->moment()), edited);
  EXPECT_NE(test::error_of([&] { show->seek(39); }), "");
  show->seek(80);
  EXPECT_EQ(digest_of(show->moment()), end);

  const BranchComparison compared = show->compare(100);
  ASSERT_EQ(compared.trunk.size(), 100U);
  EXPECT_EQ(compared.branch.size(), 100U);
  EXPECT_EQ(show->compare(40).trunk,
            std::vector<int>(compared.trunk.begin(), compared.trunk.begin() + 40));
  EXPECT_EQ(digest_of(show->moment()), end) << "a comparison changes nothing";

  show->return_to_trunk();
  EXPECT_FALSE(show->on_branch());
  EXPECT_EQ(digest_of(show->moment()), fork);
  EXPECT_EQ(show->moment().last, 80);
  for (const std::string& step : trunk) {
    ASSERT_EQ(digest_of(show->moment()), step);
    show->advance();
  }
  EXPECT_NE(test::error_of([&] { show->return_to_trunk(); }), "");
}

TEST(Show, APersonPlaysAndHandsBack) {
  const auto show = pong();
  for (int i = 0; i < 20; ++i) show->advance();
  show->take();
  EXPECT_FALSE(show->on_branch()) << "nothing was played later";
  show->hold("LEFT");
  for (int i = 0; i < 10; ++i) show->advance();
  show->hand_back();
  const auto names = agent::action_names(show->agent());
  for (std::int64_t step = 20; step < 30; ++step) {
    EXPECT_EQ(names[show->line().move(step).action], "LEFT");
    EXPECT_TRUE(show->line().move(step).human);
  }
  show->advance();
  EXPECT_FALSE(show->line().move(30).human);
  const std::string last = digest_of(show->moment());
  show->seek(10);
  show->seek(31);
  EXPECT_EQ(digest_of(show->moment()), last) << "what the person did is played again";
  show->seek(25);
  show->take();
  EXPECT_TRUE(show->on_branch());
  EXPECT_EQ(show->moment().last, 25);
  EXPECT_NE(test::error_of([&] { show->hold("JUMP"); }).find("NOOP"), std::string::npos);
  EXPECT_NE(test::error_of([&] { show->hold("6"); }), "");
}

TEST(Show, RefusesTilesThatCannotBeAndKeepsThoseItHas) {
  const auto show = pong();
  const auto error = [&](Tile tile) {
    return test::error_of([&] { show->ask(std::vector<Tile>{std::move(tile)}); });
  };
  EXPECT_NE(error({"nonsense"}).find("nonsense"), std::string::npos);
  EXPECT_NE(error({"gradcam:layer=nowhere"}), "");
  EXPECT_NE(error({"gradcam,sobel"}).find("one method"), std::string::npos);
  EXPECT_NE(error({"gradcam", "action:17"}), "");
  EXPECT_NE(error({"gradcam", "entropy"}), "") << "no distribution";
  ASSERT_EQ(show->tiles().size(), 1U);
  EXPECT_EQ(show->tiles()[0].method, "fullgrad++");
  show->ask(std::vector<Tile>{{"gradcam", "margin:LEFT/RIGHT"}, {"random"}, {"input-x-gradient"}});
  ASSERT_EQ(show->moment().explanations.size(), 3U);
  EXPECT_TRUE(show->moment().explanations[2].is_signed);
  double share = 0;
  for (const ObjectShare& one : show->moment().explanations[1].shares) share += one.share;
  EXPECT_GT(share, 0);
}

TEST(Show, KnowsTheBytesBehindAPixel) {
  const auto show = pong();
  for (int i = 0; i < 60; ++i) show->advance();
  const auto objects = show->objects(60);
  const auto player = std::ranges::find_if(
      objects, [](const EditableObject& one) { return one.object.name == "player"; });
  ASSERT_NE(player, objects.end());
  const PixelBox box = player->object.box;
  const auto causes = show->causes_of_pixel(60, box.left + 1, box.top + box.height - 1);
  const int player_y = 51;  // in Pong's RAM
  EXPECT_TRUE(
      std::ranges::any_of(causes, [&](const PixelCause& one) { return one.byte == player_y; }));
  EXPECT_LT(causes.size(), 40U) << "not everything is behind it";
  EXPECT_NE(test::error_of([&] { (void)show->causes_of_pixel(60, 160, 0); }), "");
}

}  // namespace
}  // namespace arcadecam::serve
