// Edits against the drawn pixels: a placed object is drawn where it was asked for, a recoloured one
// in that colour, and play goes on from what was written.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "arcadecam/core/random.h"
#include "game/drawn_objects.h"
#include "game/editor.h"
#include "game/play.h"
#include "support/error_of.h"

namespace arcadecam::game {
namespace {

/// The box around the pixels in which two screens of palette indices differ.
PixelBox difference(ByteTensorView a, ByteTensorView b) {
  PixelBox box;
  const auto width = static_cast<int>(a.shape()[1]);
  for (int pixel = 0; pixel < static_cast<int>(a.size()); ++pixel) {
    if (a.data()[pixel] != b.data()[pixel]) box = cover(box, {pixel % width, pixel / width, 1, 1});
  }
  return box;
}

std::string text(const PixelBox& box) {
  return fmt::format("{},{} {}×{}", box.left, box.top, box.width, box.height);
}

class EditsOf : public testing::TestWithParam<const char*> {
 protected:
  EditsOf() { environment_.keep_history(); }

  /// Shows `visit` what can be done in several states.
  template <typename Visit>
  void each_possible(int states, const Visit& visit) {
    Play play(environment_);
    play.steps(30);
    for (int state = 0; state < states; ++state) {
      play.steps(7);
      for (const PossibleEdit& possible : editor_.possible(environment_)) {
        if (!box_of(environment_, possible.object).empty()) visit(possible);
      }
    }
  }
  [[nodiscard]] std::string kind_of(const std::string& object) const {
    for (const GameObject& other : environment_.screen_objects()) {
      if (other.name == object) return other.kind;
    }
    return "";
  }

  Environment environment_{find_game(GetParam()), atari::classic()};
  Editor editor_{environment_.game(), environment_.protocol()};
};

// The object's pixels are those that its removal changes: placed, they are found at the new place,
// and none is left at the old one. (Some have another picture in each step of their walk.)
TEST_P(EditsOf, PlaceObjectsWhereTheyWereAskedFor) {
  struct Sum {
    int all = 0, found = 0, left = 0;
    std::string where;
  };
  std::map<std::string, Sum> sums;
  std::map<std::string, int> heights;
  each_possible(12, [&](const PossibleEdit& possible) {
    int& height = heights[kind_of(possible.object)];
    height = std::max(height, box_of(environment_, possible.object).height);
  });
  Random random(5);
  each_possible(12, [&](const PossibleEdit& possible) {
    if (possible.change != Change::kPlace) return;
    Sum& sum = sums[kind_of(possible.object)];
    const PixelBox box = box_of(environment_, possible.object);
    // Cut at an edge: its pixels do not begin where its box does.
    if (box.height < 0.7 * heights.at(kind_of(possible.object))) return;
    const ByteTensor without = editor_.show(environment_, remove(possible.object), 1).screen;
    const ByteTensor with(environment_.emulator().screen().shape(),
                          environment_.emulator().screen().values());
    const auto any_of = [&](const Reach& reach, int trial) {
      const int count = (reach.to - reach.from) / reach.step + 1;
      const int chosen = trial == 0 ? 0
                         : trial == 1
                             ? count - 1
                             : static_cast<int>(random.below(static_cast<std::size_t>(count)));
      return reach.from + reach.step * chosen;
    };
    for (int trial = 0; trial < 4; ++trial) {
      const int x = any_of(possible.columns, trial), y = any_of(possible.lines, trial);
      const ByteTensor placed = editor_.show(environment_, place(possible.object, x, y), 1).screen;
      const auto width = static_cast<int>(with.shape()[1]),
                 height = static_cast<int>(with.shape()[0]);
      int pixels = 0, found = 0, left = 0;
      for (int row = std::max(0, box.top - 1); row < std::min(height, box.top + box.height + 1);
           ++row) {
        for (int column = std::max(0, box.left - 1);
             column < std::min(width, box.left + box.width + 1); ++column) {
          const int at = row * width + column;
          if (with.data()[at] == without.data()[at]) continue;
          const int to_row = row + y - box.top, to_column = column + x - box.left;
          if (to_row < 0 || to_row >= height || to_column < 0 || to_column >= width) continue;
          ++pixels;
          found += placed.data()[to_row * width + to_column] == with.data()[at] ? 1 : 0;
          // The box may be cut at an edge where it was.
          const PixelBox new_place{x - 1, y - 1, std::max(box.width, 16) + 2,
                                   std::max(box.height, 16) + 2};
          const bool covered = !intersection({column, row, 1, 1}, new_place).empty();
          left += !covered && placed.data()[at] == with.data()[at] ? 1 : 0;
        }
      }
      if (pixels == 0) continue;  // not drawn in this frame
      ++sum.all;
      sum.found += found >= 0.5 * pixels ? 1 : 0;
      sum.left += left > 0 ? 1 : 0;
      if ((found < 0.5 * pixels || left > 0) && sum.where.size() < 800)
        sum.where += fmt::format("\n{} {}: asked {},{}: {} of {} pixels, {} left", possible.object,
                                 text(box), x, y, found, pixels, left);
    }
  });
  for (const auto& [kind, sum] : sums) {
    RecordProperty(kind, fmt::format("{} of {}", sum.found, sum.all));
    EXPECT_GE(sum.found, 0.9 * sum.all)
        << kind << ": " << sum.found << " of " << sum.all << sum.where;
    EXPECT_LE(sum.left, 0.05 * sum.all)
        << kind << ": " << sum.left << " of " << sum.all << sum.where;
    EXPECT_GE(sum.all, 10) << kind;
  }
}

// The pixels that change are the object's, all of them have the colour, and the object has its
// form.
TEST_P(EditsOf, GiveObjectsTheirColour) {
  constexpr int kBlue = 0x84, kGreen = 0xC6;
  std::map<std::string, int> counts;
  each_possible(6, [&](const PossibleEdit& possible) {
    if (possible.change != Change::kRecolour) return;
    const ByteTensor blue = editor_.show(environment_, recolour(possible.object, kBlue), 1).screen;
    const ByteTensor green =
        editor_.show(environment_, recolour(possible.object, kGreen), 1).screen;
    const PixelBox box = box_of(environment_, possible.object);
    const PixelBox changed = difference(blue.view(), green.view());
    if (changed.empty()) return;  // not drawn in this frame
    EXPECT_EQ(intersection(changed, around(box, 1, kAllOfTheScreen)), changed)
        << possible.object << ": " << text(changed) << " outside of " << text(box);
    for (std::int64_t i = 0; i < blue.size(); ++i) {
      if (blue.data()[i] == green.data()[i]) continue;
      ASSERT_EQ(blue.data()[i], kBlue) << possible.object;
      ASSERT_EQ(green.data()[i], kGreen) << possible.object;
    }
    ++counts[kind_of(possible.object)];
  });
  for (const auto& [kind, count] : counts) EXPECT_GE(count, 3) << kind;
}

/// The screens of the next steps, and where an object is after the first of them.
struct Played {
  std::vector<ByteTensor> screens;
  PixelBox box;
};

Played play_on(Environment& environment, const std::string& object) {
  Played played;
  for (int step = 0; step < 4; ++step) {
    if (!environment.over()) environment.step(step % 2);
    if (step == 0) played.box = box_of(environment, object);
    const ByteTensorView screen = environment.emulator().screen();
    played.screens.emplace_back(screen.shape(), screen.values());
  }
  return played;
}

// What is written is observed at once as it is shown, and the next steps' pictures go on from it:
// they differ from those without the edit where the object is or would be. The same branch twice
// gives the same pictures.
TEST_P(EditsOf, GoOnFromWhatIsWritten) {
  struct Count {
    int good = 0, all = 0;
  };
  std::map<std::string, Count> counts;
  std::map<std::string, std::string> where;
  each_possible(5, [&](const PossibleEdit& possible) {
    const PixelBox box = box_of(environment_, possible.object);
    Edit edit{possible.object, possible.change};
    if (possible.change == Change::kPlace) {
      const auto far = [](const Reach& reach, int at) {
        const int middle = (reach.from + reach.to) / 2;
        const int wanted =
            at < middle ? (middle + 3 * reach.to) / 4 : (middle + 3 * reach.from) / 4;
        return reach.from + (wanted - reach.from) / reach.step * reach.step;
      };
      edit.x = far(possible.columns, box.left);
      edit.y = far(possible.lines, box.top);
    }
    if (possible.change == Change::kRecolour) edit.colour = 0x84;
    const std::string what = fmt::format("{} {}", word(edit.change), kind_of(edit.object));
    if (!possible.shown_only.empty()) {
      EXPECT_NE(
          test::error_of([&] { editor_.write(environment_, edit); }).find(possible.shown_only),
          std::string::npos);
      return;
    }
    if (counts[what].all >= 8) return;
    const Redrawn shown = editor_.show(environment_, edit);
    if (same(shown.screen.view(), environment_.emulator().screen())) return;  // not drawn now
    const Snapshot snapshot = environment_.save();
    const Played untouched = play_on(environment_, edit.object);
    environment_.restore(snapshot);
    editor_.write(environment_, edit);
    ASSERT_TRUE(same(environment_.observation(), shown.observation.view())) << what;
    const Snapshot branch = environment_.save();
    const Played played = play_on(environment_, edit.object);
    environment_.restore(branch);
    const Played again = play_on(environment_, edit.object);
    environment_.restore(snapshot);
    const PixelBox asked{edit.x, edit.y, box.width, box.height};
    bool holds = edit.change != Change::kPlace ||
                 !intersection(played.box, around(asked, 12, kAllOfTheScreen)).empty();
    bool differs = false;
    for (std::size_t step = 0; step < played.screens.size(); ++step) {
      ASSERT_TRUE(same(played.screens[step].view(), again.screens[step].view())) << what;
      const PixelBox changed =
          difference(played.screens[step].view(), untouched.screens[step].view());
      differs = differs || !intersection(changed, cover(box, played.box)).empty();
    }
    Count& count = counts[what];
    ++count.all;
    count.good += holds && differs ? 1 : 0;
    if (!holds || !differs)
      where[what] +=
          fmt::format("; {}: was {}, asked {},{}, is {}{}", edit.object, text(box), edit.x, edit.y,
                      text(played.box), differs ? "" : ", no picture differs");
  });
  for (const auto& [what, count] : counts) {
    RecordProperty(what, fmt::format("{} of {}", count.good, count.all));
    EXPECT_GE(count.good, 0.8 * count.all)
        << what << ": " << count.good << " of " << count.all << where[what];
  }
}

}  // namespace

INSTANTIATE_TEST_SUITE_P(Games, EditsOf,
                         testing::Values("air_raid", "breakout", "enduro", "freeway", "ms_pacman",
                                         "pong", "seaquest", "space_invaders", "video_pinball"),
                         [](const auto& game) { return std::string(game.param); });

}  // namespace arcadecam::game
