// Edits that are shown: what is drawn otherwise, and what is left alone.
#include "game/editor.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "game/play.h"
#include "game/rom_folder.h"
#include "support/error_of.h"

namespace arcadecam::game {
namespace {

TEST(Emulator, HoldsBytesOfRamForTheGamesProgramAlone) {
  const Game game = find_game("pong");
  Emulator emulator(game, verified_rom(game, rom_folder({})), atari::classic());
  emulator.begin(1);
  emulator.reset_game();
  for (int i = 0; i < 90; ++i) emulator.act(atari::kNoop);
  const std::vector<std::uint8_t> ram(emulator.ram().begin(), emulator.ram().end());
  const auto state = emulator.save();
  emulator.act(atari::kNoop);
  const ByteTensor next(emulator.screen().shape(), emulator.screen().values());

  emulator.restore(*state);
  const std::vector<RamByte> held{{50, 0}, {51, 77}};
  emulator.hold(held);
  emulator.act(atari::kNoop);
  EXPECT_EQ(emulator.ram()[50], 0);
  EXPECT_EQ(emulator.ram()[51], 77);
  EXPECT_FALSE(same(emulator.screen(), next.view()));
  emulator.restore(*state);
  for (std::size_t i = 0; i < ram.size(); ++i) {
    const int expected = i == 50 ? 0 : i == 51 ? 77 : ram[i];
    EXPECT_EQ(emulator.ram()[i], expected) << "byte " << i;
  }
  emulator.hold({});
  emulator.restore(*state);
  EXPECT_TRUE(std::ranges::equal(emulator.ram(), ram));
  emulator.act(atari::kNoop);
  EXPECT_TRUE(same(emulator.screen(), next.view()));
}

/// By how many steps there are per state that is kept.
class EditorOnHistory : public testing::TestWithParam<int> {};

TEST_P(EditorOnHistory, ChangesNothingWithoutAnEdit) {
  Environment environment(find_game("breakout"), atari::modern()),
      other(find_game("breakout"), atari::modern());
  environment.keep_history(GetParam());
  Editor editor(environment.game(), environment.protocol());
  Play play(environment), without(other);
  const std::span<const Edit> none;
  EXPECT_EQ(editor.show(environment, none).planes, 0) << "no step brought the first plane";
  for (int step = 1; step <= 40; ++step) {
    play.step();
    without.step();
    const Redrawn redrawn = editor.show(environment, none);
    ASSERT_EQ(redrawn.planes, std::min(step, 4));
    ASSERT_EQ(redrawn.frames, 0);
    ASSERT_TRUE(same(redrawn.observation.view(), environment.observation())) << "step " << step;
    ASSERT_TRUE(same(redrawn.screen.view(), environment.emulator().screen())) << "step " << step;
    ASSERT_TRUE(same(other.observation(), environment.observation()));
  }
}

TEST_P(EditorOnHistory, DrawsARestoredSnapshotAsTheLiveGame) {
  Environment environment(find_game("pong"), atari::modern()),
      later(find_game("pong"), atari::modern());
  environment.keep_history(GetParam());
  later.keep_history(GetParam());
  Editor editor(environment.game(), environment.protocol());
  Play play(environment);
  play.steps(100);
  const Snapshot snapshot = environment.save();
  const auto edit = [&](const Environment& in) {
    const int top = box_of(in, "player").top;
    return place("player", 140, top > 110 ? top - 30 : top + 30);
  };
  const Redrawn all = editor.show(environment, edit(environment));
  const Redrawn newest = editor.show(environment, edit(environment), 1);
  EXPECT_EQ(all.planes, 4);
  EXPECT_EQ(all.frames, 8);
  EXPECT_EQ(newest.planes, 1);
  EXPECT_EQ(newest.frames, 2);
  for (int plane = 0; plane < 4; ++plane) {
    EXPECT_FALSE(same(all.observation.view()[plane], environment.observation()[plane]));
    const ByteTensorView other =
        plane == 3 ? all.observation.view()[plane] : environment.observation()[plane];
    EXPECT_TRUE(same(newest.observation.view()[plane], other));
  }
  later.restore(snapshot);
  EXPECT_TRUE(same(editor.show(later, edit(later)).observation.view(), all.observation.view()));
  environment.step(0);
  later.step(0);
  EXPECT_TRUE(same(environment.observation(), later.observation()));
  // The steps in between follow from the one state that a snapshot keeps.
  for (int step = 0; step < 10; ++step) {
    const Redrawn restored = editor.show(later, edit(later));
    ASSERT_EQ(restored.planes, 4);
    ASSERT_TRUE(same(restored.observation.view(),
                     editor.show(environment, edit(environment)).observation.view()));
    environment.step(0);
    later.step(0);
  }
}

TEST_P(EditorOnHistory, ChangesNothingWhereALostLifeEndedATrainingEpisode) {
  atari::Protocol protocol = atari::classic();
  protocol.training = true;
  Environment environment(find_game("breakout"), protocol);
  environment.keep_history(GetParam());
  Editor editor(environment.game(), protocol);
  environment.reset(3, 0);
  Random random(5);
  int lives_lost = 0, since = 0;
  for (int step = 0; step < 600 && lives_lost < 2; ++step) {
    if (environment.over()) {
      ASSERT_TRUE(environment.soft_reset_due());
      environment.reset(3, 1);
      ++lives_lost;
      since = 0;
    }
    ASSERT_EQ(editor.show(environment, std::span<const Edit>()).planes, std::min(since, 4));
    ASSERT_TRUE(same(editor.show(environment, std::span<const Edit>()).observation.view(),
                     environment.observation()))
        << step;
    environment.step(static_cast<int>(random.below(environment.actions().size())));
    ++since;
  }
  EXPECT_EQ(lives_lost, 2);
}

TEST_P(EditorOnHistory, DrawsAndFindsTheSameAsWithEveryState) {
  // Its objects are drawn as the frame before decided.
  for (const char* const game : {"pong", "space_invaders", "ms_pacman"}) {
    Environment every(find_game(game), atari::modern()), few(find_game(game), atari::modern());
    every.keep_history();
    few.keep_history(GetParam());
    Editor editor(every.game(), every.protocol());
    Play play(every), other(few);
    play.steps(20);
    other.steps(20);
    for (int step = 0; step < 12; ++step) {
      play.step();
      other.step();
      const std::vector<PossibleEdit> possible = editor.possible(every);
      ASSERT_FALSE(possible.empty());
      const auto removal = std::ranges::find(possible, Change::kRemove, &PossibleEdit::change);
      ASSERT_NE(removal, possible.end()) << game;
      const Edit edit = remove(removal->object);
      for (const int planes : {0, 1, 2}) {
        const Redrawn expected = editor.show(every, edit, planes);
        const Redrawn found = editor.show(few, edit, planes);
        ASSERT_EQ(found.planes, expected.planes);
        ASSERT_EQ(found.frames, expected.frames);
        ASSERT_TRUE(same(found.observation.view(), expected.observation.view())) << game << step;
        ASSERT_TRUE(same(found.screen.view(), expected.screen.view()));
      }
    }
    const auto expected = editor.bytes_behind(every, 80, 100);
    const auto found = editor.bytes_behind(few, 80, 100);
    ASSERT_EQ(found.size(), expected.size());
    for (std::size_t i = 0; i < found.size(); ++i) {
      EXPECT_EQ(found[i].byte, expected[i].byte);
      EXPECT_EQ(found[i].by, expected[i].by);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(StepsPerState, EditorOnHistory, testing::Values(1, 3, 8));

TEST(PastSteps, KeepOneStatePerSoManyStepsAndAsManyAsAnObservationHasFrames) {
  const auto state =
      Emulator(find_game("pong"), verified_rom(find_game("pong"), rom_folder({})), atari::modern())
          .save();
  PastSteps steps(4);
  steps.keep_every(8);
  for (int step = 0; step < 100; ++step) {
    EXPECT_EQ(steps.wants_state(), step % 8 == 0) << step;
    steps.add({steps.wants_state() ? state : nullptr, static_cast<atari::ActionCode>(step % 7)});
    const std::span<const PastStep> kept = steps.steps();
    // From the last kept state that is four steps or more before the end.
    const int first = step < 3 ? 0 : (step - 3) / 8 * 8;
    ASSERT_EQ(std::ssize(kept), step + 1 - first) << step;
    EXPECT_NE(kept.front().before, nullptr);
    for (int k = 0; k < std::ssize(kept); ++k)
      EXPECT_EQ(kept[static_cast<std::size_t>(k)].action, (first + k) % 7);
  }
  const std::vector<PastStep> packed = steps.packed();
  EXPECT_EQ(packed.size(), steps.steps().size());
  EXPECT_NE(packed.front().before, nullptr);
  EXPECT_TRUE(std::all_of(packed.begin() + 1, packed.end(),
                          [](const PastStep& step) { return step.before == nullptr; }));
  steps.clear();
  EXPECT_TRUE(steps.steps().empty());
  EXPECT_TRUE(steps.wants_state());
}

TEST(Editor, IsOfOneGameWithATable) {
  EXPECT_NE(test::error_of([] { Editor(find_game("boxing"), atari::modern()); }).find("boxing"),
            std::string::npos);
  Editor editor(find_game("pong"), atari::modern());
  const Environment environment(find_game("pong"), atari::classic());
  EXPECT_NE(test::error_of([&] {
              (void)editor.show(environment, remove("ball"));
            }).find("another game or protocol"),
            std::string::npos);
}

TEST(Editor, RefusesWhatTheGameCannotDo) {
  Environment environment(find_game("pong"), atari::modern());
  environment.keep_history();
  Editor editor(environment.game(), environment.protocol());
  Play play(environment);
  play.steps(100);
  const auto refusal = [&](const Edit& edit) {
    return test::error_of([&] { (void)editor.show(environment, edit); });
  };
  EXPECT_NE(refusal(remove("umpire"))
                .find("pong has no object 'umpire' that can be edited in this "
                      "frame; there are: ball, player, enemy, enemy score"),
            std::string::npos);
  EXPECT_NE(refusal(recolour("player", 20))
                .find("cannot recolour 'player' in this frame; what it "
                      "can: remove, place"),
            std::string::npos);
  EXPECT_NE(refusal(place("player", 100, 60))
                .find("cannot be placed at column 100, line 60: it can "
                      "begin at column 140 and lines "),
            std::string::npos)
      << refusal(place("player", 100, 60));
}

TEST(Editor, AppliesSeveralEditsOneAfterTheOther) {
  Environment environment(find_game("space_invaders"), atari::modern());
  environment.keep_history();
  Editor editor(environment.game(), environment.protocol());
  Play play(environment);
  play.steps(20);
  // Two of one row: a byte of memory holds both.
  std::vector<std::string> row;
  for (const GameObject& object : environment.screen_objects()) {
    if (object.name.starts_with("alien 2.")) row.push_back(object.name);
  }
  ASSERT_GE(row.size(), 2U);
  const auto screen_without = [&](std::vector<Edit> edits) {
    return editor.show(environment, edits, 1).screen;
  };
  const ByteTensor first = screen_without({remove(row[0])}),
                   second = screen_without({remove(row[1])}),
                   both = screen_without({remove(row[0]), remove(row[1])});
  const ByteTensorView whole = environment.emulator().screen();
  for (std::int64_t i = 0; i < whole.size(); ++i) {
    const std::uint8_t expected =
        first.data()[i] != whole.data()[i] ? first.data()[i] : second.data()[i];
    ASSERT_EQ(both.data()[i], expected) << "pixel " << i;
  }
}

/// Sums of grey levels that changed, over all states where the intervention was possible.
struct Changed {
  double inside = 0, outside = 0;  ///< of the object's box, grown by a pixel
  int states = 0, seen = 0;        ///< seen: something inside changed

  void add(ByteTensorView before, ByteTensorView after, const PixelBox& box) {
    const double inside_before = inside;
    for (int y = 0; y < 84; ++y) {
      for (int x = 0; x < 84; ++x) {
        const double change = std::abs(before.data()[84 * y + x] - after.data()[84 * y + x]);
        const bool in = x >= box.left - 1 && x <= box.left + box.width && y >= box.top - 1 &&
                        y <= box.top + box.height;
        (in ? inside : outside) += change;
      }
    }
    ++states;
    if (inside > inside_before) ++seen;
  }
};

class Interventions : public testing::TestWithParam<const char*> {};

TEST_P(Interventions, ChangeTheirObjectAlone) {
  Environment environment(find_game(GetParam()), atari::modern());
  environment.keep_history();
  Editor editor(environment.game(), environment.protocol());
  Play play(environment);
  play.steps(22);
  std::map<std::string, Changed> changed;
  for (int state = 0; state < 10; ++state) {
    play.steps(7);
    const auto objects = environment.objects();
    for (const PossibleEdit& possible : editor.possible(environment)) {
      const auto object = std::ranges::find(objects, possible.object, &ObservedObject::name);
      if (object == objects.end() || possible.change == Change::kPlace) continue;
      Changed& sums = changed[fmt::format("{} {}", word(possible.change), object->kind)];
      if (sums.states >= 12) continue;
      Edit edit{possible.object, possible.change};
      if (possible.change == Change::kRecolour) edit.colour = 0x5C;
      const Redrawn redrawn = editor.show(environment, edit, 1);
      sums.add(environment.newest_plane(), redrawn.observation.view()[3], object->planes.back());
    }
  }
  ASSERT_FALSE(changed.empty());
  for (const auto& [what, sums] : changed) {
    RecordProperty(what, fmt::format("{}/{} states, {} inside, {} outside", sums.seen, sums.states,
                                     sums.inside, sums.outside));
    EXPECT_GE(sums.seen, 0.5 * sums.states) << what;
    EXPECT_LT(sums.outside, 0.1 * sums.inside) << what;
  }
}

/// An object that vanishes alone: what vanishes is where it was drawn.
struct Vanishing {
  const char* game;
  const char* kind;
  double agreement;  ///< mean intersection over union
};

class ObjectsThatVanish : public testing::TestWithParam<Vanishing> {};

TEST_P(ObjectsThatVanish, WereWhereTheTableSays) {
  const Vanishing& expected = GetParam();
  Environment environment(find_game(expected.game), atari::modern());
  Emulator emulator(environment.game(), verified_rom(environment.game(), rom_folder({})),
                    environment.protocol());
  const ObjectTable& table = object_table(environment.game(), environment.protocol());
  Play play(environment);
  play.steps(20);
  double sum = 0;
  int count = 0;
  for (int state = 0; state < 40 && count < 60; ++state) {
    play.steps(5);
    const auto before = environment.emulator().save();
    emulator.restore(*before);
    const std::vector<std::uint8_t> ram_before(emulator.ram().begin(), emulator.ram().end());
    emulator.act(environment.actions()[1]);
    const std::vector<std::uint8_t> ram(emulator.ram().begin(), emulator.ram().end());
    const DrawnFrame frame{Ram(ram_before.data(), 128), Ram(ram.data(), 128),
                           environment.game().default_mode, 0};
    const ByteTensor drawn(emulator.screen().shape(), emulator.screen().values());
    const auto objects = table.find(frame);
    for (const Intervention& intervention : table.interventions(frame)) {
      const auto object = std::ranges::find(objects, intervention.object, &GameObject::name);
      if (intervention.change != Change::kRemove || object == objects.end() ||
          object->kind != expected.kind || object->box.empty())
        continue;
      emulator.restore(*before);
      emulator.hold(intervention.held);
      emulator.act(environment.actions()[1]);
      PixelBox vanished;
      for (int pixel = 0; pixel < static_cast<int>(drawn.size()); ++pixel) {
        if (emulator.screen().data()[pixel] != drawn.data()[pixel])
          vanished = cover(vanished, {pixel % 160, pixel / 160, 1, 1});
      }
      emulator.hold({});
      if (vanished.empty()) continue;  // not drawn in this frame, or behind another
      const auto area = [](const PixelBox& box) {
        return box.empty() ? 0 : box.width * box.height;
      };
      const int common = area(intersection(vanished, object->box));
      sum += static_cast<double>(common) / (area(vanished) + area(object->box) - common);
      ++count;
    }
  }
  ASSERT_GT(count, 4);
  RecordProperty("mean_iou", std::to_string(sum / count));
  EXPECT_GE(sum / count, expected.agreement) << count << " boxes";
}

INSTANTIATE_TEST_SUITE_P(
    Games, ObjectsThatVanish,
    testing::Values(Vanishing{"freeway", "car", 0.95}, Vanishing{"enduro", "car", 0.9},
                    Vanishing{"breakout", "bricks", 0.95}, Vanishing{"air_raid", "player", 0.85},
                    Vanishing{"air_raid", "enemy", 0.75}),
    [](const auto& test) { return std::string(test.param.game) + "_" + test.param.kind; });

INSTANTIATE_TEST_SUITE_P(Games, Interventions,
                         testing::Values("air_raid", "breakout", "enduro", "freeway", "ms_pacman",
                                         "pong", "seaquest", "space_invaders", "video_pinball"),
                         [](const auto& game) { return std::string(game.param); });

}  // namespace
}  // namespace arcadecam::game
