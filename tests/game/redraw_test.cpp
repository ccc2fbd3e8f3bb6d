// Interventions: what is drawn otherwise, and what is left alone.
#include "game/redraw.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "arcadecam/core/random.h"
#include "game/error_of.h"
#include "game/rom_folder.h"

namespace arcadecam::game {
namespace {

/// Plays with random actions, each for four steps, and the first one besides no-op often: it begins
/// most games.
class Play {
 public:
  explicit Play(Environment& environment) : environment_(environment) { environment.reset(3, 0); }

  void step() {
    if (steps_ % 4 == 0) action_ = static_cast<int>(random_.below(environment_.actions().size()));
    if (steps_ % 9 == 0) action_ = 1;
    if (environment_.step(action_).done())
      environment_.reset(3, static_cast<std::uint64_t>(steps_));
    ++steps_;
  }
  void steps(int count) {
    for (int i = 0; i < count; ++i) step();
  }

 private:
  Environment& environment_;
  Random random_{11};
  int steps_ = 0, action_ = 0;
};

bool same(ByteTensorView a, ByteTensorView b) {
  return std::ranges::equal(a.values(), b.values());
}

TEST(Emulator, HoldsBytesOfRamForTheGamesProgramAlone) {
  const Game game = find_game("pong");
  Emulator emulator(game, verified_rom(game, rom_folder({})), classic());
  emulator.begin(1);
  emulator.reset_game();
  for (int i = 0; i < 90; ++i) emulator.act(kNoop);
  const std::vector<std::uint8_t> ram(emulator.ram().begin(), emulator.ram().end());
  const auto state = emulator.save();
  emulator.act(kNoop);
  const ByteTensor next(emulator.screen().shape(), emulator.screen().values());

  emulator.restore(*state);
  const std::vector<RamByte> held{{50, 0}, {51, 77}};
  emulator.hold(held);
  emulator.act(kNoop);
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
  emulator.act(kNoop);
  EXPECT_TRUE(same(emulator.screen(), next.view()));
}

TEST(Redrawer, ChangesNothingWithoutAnObject) {
  Environment environment(find_game("breakout"), modern()), other(find_game("breakout"), modern());
  environment.keep_history();
  Redrawer redrawer(environment.game(), environment.protocol());
  Play play(environment), without(other);
  EXPECT_EQ(redrawer.draw(environment, "ball", Change::kRemove).planes, 0)
      << "no step brought the first plane";
  for (int step = 1; step <= 40; ++step) {
    play.step();
    without.step();
    const Redrawn redrawn = redrawer.draw(environment, "nothing", Change::kRemove);
    ASSERT_EQ(redrawn.planes, std::min(step, 4));
    ASSERT_EQ(redrawn.frames, 0);
    ASSERT_TRUE(same(redrawn.observation.view(), environment.observation())) << "step " << step;
    ASSERT_TRUE(same(other.observation(), environment.observation()));
  }
}

TEST(Redrawer, DrawsARestoredSnapshotAsTheLiveGame) {
  Environment environment(find_game("pong"), modern()), later(find_game("pong"), modern());
  environment.keep_history();
  later.keep_history();
  Redrawer redrawer(environment.game(), environment.protocol());
  Play play(environment);
  play.steps(100);
  const Snapshot snapshot = environment.save();
  const Redrawn all = redrawer.draw(environment, "player", Change::kMove);
  const Redrawn newest = redrawer.draw(environment, "player", Change::kMove, 1);
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
  EXPECT_TRUE(same(redrawer.draw(later, "player", Change::kMove).observation.view(),
                   all.observation.view()));
  environment.step(0);
  later.step(0);
  EXPECT_TRUE(same(environment.observation(), later.observation()));
  // The steps in between are not kept in a snapshot: only the newest one can be drawn now.
  EXPECT_EQ(redrawer.draw(later, "player", Change::kMove).planes, 1);
}

TEST(Redrawer, IsOfOneGameWithATable) {
  EXPECT_NE(error_of([] { Redrawer(find_game("boxing"), modern()); }).find("boxing"),
            std::string::npos);
  Redrawer redrawer(find_game("pong"), modern());
  const Environment environment(find_game("pong"), classic());
  EXPECT_NE(error_of([&] {
              (void)redrawer.draw(environment, "ball", Change::kMove);
            }).find("another game or protocol"),
            std::string::npos);
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
  Environment environment(find_game(GetParam()), modern());
  environment.keep_history();
  Redrawer redrawer(environment.game(), environment.protocol());
  Play play(environment);
  play.steps(22);
  std::map<std::string, Changed> changed;
  for (int state = 0; state < 10; ++state) {
    play.steps(7);
    const auto objects = environment.objects();
    for (const Intervention& intervention : redrawer.possible(environment)) {
      const auto object = std::ranges::find(objects, intervention.object, &ObservedObject::name);
      if (object == objects.end()) continue;
      Changed& sums = changed[fmt::format("{} {}", word(intervention.change), object->kind)];
      if (sums.states >= 12) continue;
      const Redrawn redrawn =
          redrawer.draw(environment, intervention.object, intervention.change, 1);
      sums.add(environment.newest_plane(), redrawn.observation.view()[3], object->planes.back());
    }
  }
  ASSERT_FALSE(changed.empty());
  for (const auto& [what, sums] : changed) {
    RecordProperty(what, fmt::format("{}/{} states, {} inside, {} outside", sums.seen, sums.states,
                                     sums.inside, sums.outside));
    EXPECT_GE(sums.seen, 0.5 * sums.states) << what;
    if (what.starts_with("move"))
      EXPECT_GT(sums.outside, 0.5 * sums.inside) << what << ": it is drawn elsewhere";
    else
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
  Environment environment(find_game(expected.game), modern());
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
