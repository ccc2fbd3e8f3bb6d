// What is taken away is gone from the drawn picture, and nothing else changes: told by colours, not
// by the tables.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <map>

#include "arcadecam/core/random.h"
#include "game/drawn_objects.h"
#include "game/objects.h"
#include "game/rom_folder.h"

namespace arcadecam::game {
namespace {

std::vector<std::uint8_t> ram_of(const Emulator& emulator) {
  return {emulator.ram().begin(), emulator.ram().end()};
}

ByteTensor copy_of(ByteTensorView view) {
  return ByteTensor(view.shape(), view.values());
}

/// The box around all pixels that differ and lie outside of all of `parts`.
PixelBox changed_outside(ByteTensorView a, ByteTensorView b, const std::vector<PixelBox>& parts) {
  PixelBox changed;
  const auto width = static_cast<int>(a.shape()[1]);
  for (std::int64_t line = 0; line < a.shape()[0]; ++line) {
    const std::uint8_t *from = a.data() + 3 * line * width, *to = b.data() + 3 * line * width;
    if (std::memcmp(from, to, 3 * static_cast<std::size_t>(width)) == 0) continue;  // most lines
    for (int column = 0; column < width; ++column) {
      if (std::memcmp(from + 3 * column, to + 3 * column, 3) == 0) continue;
      const PixelBox at{column, static_cast<int>(line), 1, 1};
      const auto holds = [&](const PixelBox& part) { return !intersection(at, part).empty(); };
      if (std::ranges::none_of(parts, holds)) changed = cover(changed, at);
    }
  }
  return changed;
}

/// Eight at most, evenly spread: making an emulator takes longest here. scripts/soak.sh takes all.
std::vector<atari::Protocol> some_of(const std::vector<atari::Protocol>& all) {
  constexpr std::size_t kMost = 8;
  if (all.size() <= kMost || std::getenv("ARCADECAM_SOAK") != nullptr) return all;
  std::vector<atari::Protocol> some;
  for (std::size_t i = 0; i < kMost; ++i) some.push_back(all[i * all.size() / kMost]);
  return some;
}

/// A kind that can be taken away from a picture.
struct Removable {
  DrawnKind drawn;
  std::string_view along;  ///< an object that goes with it, if any
};

void PrintTo(const Removable& removable, std::ostream* out) {
  *out << removable.drawn.game << ' ' << removable.drawn.kind;
}

class Removals : public testing::TestWithParam<Removable> {};

TEST_P(Removals, LeaveNothingAndChangeNothingElse) {
  const auto& [drawn, along] = GetParam();
  const Game game = find_game(drawn.game);
  const ObjectTable& table = object_table(game, atari::classic());
  const std::vector<atari::Protocol> switches = some_of(all_switches(game, atari::classic()));
  // Nobody shoots at once, nor all the time.
  const bool shots = drawn.kind == std::string_view("missile");
  const int start = shots ? 60 : 20;
  const int states = std::max(shots ? 12 : 6, 30 / static_cast<int>(switches.size()));
  int removed = 0, left = 0, outside = 0;
  std::string where;
  for (const atari::Protocol& protocol : switches) {
    Environment environment(game, protocol);
    Emulator emulator(game, verified_rom(game, rom_folder({})), protocol);
    environment.reset(3, 0);
    Random random(11);
    int action = 0;
    for (int step = 0; step < start + 6 * states; ++step) {
      if (step % 4 == 0) action = static_cast<int>(random.below(environment.actions().size()));
      if (step % 9 == 0) action = 1;
      if (environment.step(action).done()) environment.reset(3, static_cast<std::uint64_t>(step));
      if (step < start || step % 6 != 0) continue;
      // Some games draw things in every other frame only, and a step has an even number of frames.
      emulator.restore(*environment.emulator().save());
      if (step / 6 % 2 == 1) emulator.act(atari::kNoop);
      const auto earliest = emulator.save();
      if (table.draws_late) emulator.act(atari::kNoop);
      const auto ram_before = ram_of(emulator);
      emulator.act(atari::kNoop);
      const auto ram = ram_of(emulator);
      const DrawnFrame frame{Ram(ram_before.data(), 128), Ram(ram.data(), 128), *protocol.mode,
                             *protocol.difficulty};
      const ByteTensor with = copy_of(emulator.screen_rgb());
      const PixelBox part =
          intersection(drawn.part, {0, 0, 160, static_cast<int>(with.shape()[0])});
      const auto objects = table.find(frame);
      for (const Intervention& change : table.interventions(frame)) {
        const auto object = std::ranges::find(objects, change.object, &GameObject::name);
        if (change.change != Change::kRemove || object == objects.end() ||
            object->kind != drawn.kind || intersection(object->box, part) != object->box ||
            drawn_in(with.view(), object->box, drawn.colors).empty())
          continue;
        emulator.restore(*earliest);
        emulator.hold(change.held);
        if (table.draws_late) emulator.act(atari::kNoop);
        emulator.act(atari::kNoop);
        emulator.hold({});
        const ByteTensorView without = emulator.screen_rgb();
        ++removed;
        const PixelBox rest = drawn_in(without, object->box, drawn.colors);
        std::vector<PixelBox> parts{around(object->box, drawn.margin, kAllOfTheScreen)};
        for (const GameObject& companion : objects) {
          // An object's other part, at the other edge of the screen, is named after it.
          if (companion.name == along || companion.name.starts_with(object->name + " "))
            parts.push_back(companion.box);
        }
        const PixelBox other = changed_outside(with.view(), without, parts);
        if (!rest.empty()) ++left;
        if (!other.empty()) ++outside;
        if ((!rest.empty() || !other.empty()) && where.size() < 1500)
          where += fmt::format(
              "\nmode {} difficulty {} {}: box {} {} {}×{}; left {} {} {}×{}; changed {} {} {}×{}",
              *protocol.mode, *protocol.difficulty, object->name, object->box.left, object->box.top,
              object->box.width, object->box.height, rest.left, rest.top, rest.width, rest.height,
              other.left, other.top, other.width, other.height);
      }
    }
  }
  ASSERT_GT(removed, 10);
  RecordProperty("removed", removed);
  EXPECT_EQ(left, 0) << "of " << removed << where;
  EXPECT_EQ(outside, 0) << "of " << removed << where;
}

std::vector<Removable> removable() {
  std::vector<Removable> all;
  for (DrawnKind& drawn : drawn_kinds()) {
    const std::string what = std::string(drawn.game) + " " + drawn.kind;
    // What is drawn in turns comes in another frame; what cannot be taken away is rewritten.
    if (what == "ms_pacman ghost" || what == "air_raid building" || what == "video_pinball flipper")
      continue;
    // Near the top, Space Invaders draws what was shot up to three lines higher than elsewhere.
    drawn.margin = what == "space_invaders missile" ? 3 : 1;
    // The torpedo is drawn on its submarine's line, wherever that is.
    all.push_back({std::move(drawn), what == "seaquest player" ? "torpedo" : ""});
  }
  return all;
}

INSTANTIATE_TEST_SUITE_P(Games, Removals, testing::ValuesIn(removable()), [](const auto& test) {
  return std::string(test.param.drawn.game) + "_" + test.param.drawn.kind;
});

}  // namespace
}  // namespace arcadecam::game
