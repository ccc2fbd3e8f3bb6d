// Variations against the drawn pixels, in every emulated frame: what is held stays held, and
// nothing else is drawn otherwise.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include "arcadecam/core/random.h"
#include "game/play.h"
#include "game/rom_folder.h"
#include "game/variation.h"
#include "support/error_of.h"

namespace arcadecam::game {
namespace {

/// A game frame by frame; random actions, each for twelve frames.
class Frames {
 public:
  Frames(const char* game, const char* variation)
      : game_(find_game(game)),
        variation_(variation == nullptr ? nullptr : &find_variation(game_, variation)),
        emulator_(game_, verified_rom(game_, rom_folder({})), atari::modern()) {
    emulator_.begin(7);
    emulator_.reset_game();
  }

  /// One frame; a new episode where one is over.
  int act() {
    if (emulator_.terminal()) emulator_.reset_game();
    if (frames_ % 12 == 0) action_ = game_.actions[random_.below(game_.actions.size())];
    // Begins most games.
    if (frames_ % 60 == 0) action_ = game_.actions[1];
    ++frames_;
    return variation_ == nullptr ? emulator_.act(action_)
                                 : act_varied(emulator_, *variation_, action_);
  }
  template <typename Visit>
  void acts(int count, const Visit& visit) {
    for (int i = 0; i < count; ++i) {
      act();
      visit(i);
    }
  }

  [[nodiscard]] const Emulator& emulator() const { return emulator_; }
  [[nodiscard]] Emulator& emulator() { return emulator_; }
  [[nodiscard]] std::uint8_t pixel(int x, int y) const {
    return emulator_.screen()[y].values()[static_cast<std::size_t>(x)];
  }
  [[nodiscard]] std::vector<std::uint8_t> pixels() const {
    const auto values = emulator_.screen().values();
    return {values.begin(), values.end()};
  }
  /// Colours in a part of the screen and how many pixels have them.
  [[nodiscard]] std::map<int, int> colours(const PixelBox& box) const {
    std::map<int, int> counts;
    for (int y = box.top; y < box.top + box.height; ++y) {
      for (int x = box.left; x < box.left + box.width; ++x) ++counts[pixel(x, y)];
    }
    return counts;
  }

 private:
  Game game_;
  const Variation* variation_;
  Emulator emulator_;
  Random random_{11};
  atari::ActionCode action_ = atari::kNoop;
  int frames_ = 0;
};

/// Pixels in which two screens of 160 columns differ outside of these boxes.
int differing_outside(const Frames& a, const Frames& b, const std::vector<PixelBox>& boxes) {
  const auto one = a.pixels(), other = b.pixels();
  int count = 0;
  for (std::size_t i = 0; i < one.size(); ++i) {
    const int x = static_cast<int>(i) % 160, y = static_cast<int>(i) / 160;
    const bool inside = std::ranges::any_of(boxes, [&](const PixelBox& box) {
      return x >= box.left && x < box.left + box.width && y >= box.top && y < box.top + box.height;
    });
    count += !inside && one[i] != other[i] ? 1 : 0;
  }
  return count;
}

/// The columns of Pong's opponent, between the walls.
constexpr PixelBox kOpponentColumns{16, 34, 4, 160};

/// The lines that are lit in them.
std::set<int> lit_lines(const Frames& frames) {
  std::set<int> lines;
  const int background = frames.pixel(2, 100);
  for (int y = kOpponentColumns.top; y < kOpponentColumns.top + kOpponentColumns.height; ++y) {
    if (frames.pixel(17, y) != background && frames.pixel(18, y) != background &&
        frames.pixel(16, y) != background && frames.pixel(19, y) != background)
      lines.insert(y);
  }
  return lines;
}

TEST(Variations, TheOpponentStaysWhereItIsHeldInEveryFrame) {
  Frames frames("pong", "still-opponent");
  std::set<int> expected;
  for (int y = 107; y < 123; ++y) expected.insert(y);
  frames.acts(1500, [&](int frame) {
    ASSERT_EQ(frames.emulator().ram()[50], 122) << frame;
    if (frame > 0) {
      ASSERT_EQ(lit_lines(frames), expected) << frame;
    }
  });
  // Plain, it moves.
  Frames plain("pong", nullptr);
  std::set<std::set<int>> places;
  plain.acts(1500, [&](int) { places.insert(lit_lines(plain)); });
  EXPECT_GT(places.size(), 30U);
}

TEST(Variations, TheOpponentIsGoneFromEveryFrame) {
  Frames frames("pong", "no-opponent");
  int scored = 0;
  for (int frame = 0; frame < 3000; ++frame) {
    scored += frames.act() > 0 ? 1 : 0;
    if (frame > 0) {
      ASSERT_EQ(lit_lines(frames).size(), 0U) << frame;
    }
  }
  // Each ball that a random player returns is a point.
  EXPECT_GT(scored, 0);
}

TEST(Variations, TheLazyOpponentMovesOnlyWhileTheBallComes) {
  Frames frames("pong", "lazy-opponent");
  int moved = 0, stayed = 0;
  for (int frame = 0; frame < 3000; ++frame) {
    const int before = frames.emulator().ram()[50], left = frames.emulator().ram()[58];
    const bool comes = frames.emulator().ram()[54] != 0 && left > 0 && left < 128;
    frames.act();
    const bool same = frames.emulator().ram()[50] == before;
    if (!comes) {
      ASSERT_TRUE(same) << frame;
    }
    (same ? stayed : moved) += 1;
  }
  EXPECT_GT(moved, 100);
  EXPECT_GT(stayed, 1000);
}

/// Mean of how far the ball moves in a frame, in times of what its speed says, where a ball of
/// these variations is far from everything.
double speed(const char* game, const char* variation, std::uint8_t column, std::uint8_t line,
             std::uint8_t by, const PixelBox& field) {
  Frames frames(game, variation);
  std::optional<int> before;
  double sum = 0;
  int count = 0, columns = 0;
  frames.acts(6000, [&](int) {
    const Ram ram = frames.emulator().ram();
    const bool inside = ram[column] >= field.left && ram[column] < field.left + field.width &&
                        ram[line] >= field.top && ram[line] < field.top + field.height;
    if (inside && before && columns != 0) {
      sum += std::abs(ram[column] - *before) / static_cast<double>(std::abs(columns));
      ++count;
    }
    before = inside ? std::optional<int>(ram[column]) : std::nullopt;
    columns = static_cast<std::int8_t>(ram[by]);
  });
  EXPECT_GT(count, 100);
  return sum / count;
}

TEST(Variations, TheBallIsSlowerAndFaster) {
  constexpr PixelBox kPong{84, 72, 90, 100}, kBreakout{76, 98, 100, 64};
  EXPECT_DOUBLE_EQ(speed("pong", nullptr, 49, 54, 58, kPong), 1);
  EXPECT_NEAR(speed("pong", "slow-ball", 49, 54, 58, kPong), 0.5, 0.02);
  EXPECT_NEAR(speed("pong", "fast-ball", 49, 54, 58, kPong), 1.5, 0.03);
  // Breakout's ball also moves by parts of a column, which its speed does not say.
  const double breakout = speed("breakout", nullptr, 99, 101, 103, kBreakout);
  EXPECT_NEAR(speed("breakout", "slow-ball", 99, 101, 103, kBreakout) / breakout, 0.5, 0.04);
}

/// Lines by which Pong's ball moves in four frames that are far from everything: in the game as it
/// is as its speed says, in variations more.
std::map<int, int> drifts(const char* variation) {
  Frames frames("pong", variation);
  std::map<int, int> found;
  std::optional<int> line;
  int speed = 0, frames_since = 0;
  frames.acts(4000, [&](int) {
    const Ram ram = frames.emulator().ram();
    const bool inside = ram[54] >= 72 && ram[54] <= 174 && ram[49] >= 84 && ram[49] <= 172;
    if (!inside || ram[56] != speed || !line) {
      line = inside ? std::optional<int>(ram[54]) : std::nullopt;
      speed = ram[56];
      frames_since = 0;
      return;
    }
    if (++frames_since % 4 != 0) return;
    ++found[ram[54] - *line - 4 * static_cast<std::int8_t>(speed)];
    line = ram[54];
  });
  return found;
}

TEST(Variations, TheBallDriftsByALineInFourFrames) {
  const auto plain = drifts(nullptr), down = drifts("drift-down"), up = drifts("drift-up");
  ASSERT_FALSE(plain.empty());
  EXPECT_EQ(plain.size(), 1U);
  EXPECT_GT(plain.at(0), 50);
  EXPECT_EQ(down.size(), 1U);
  EXPECT_GT(down.at(1), 50);
  EXPECT_EQ(up.size(), 1U);
  EXPECT_GT(up.at(-1), 50);
}

/// The wall's rows, 0 the highest; its bricks.
constexpr PixelBox rows(int from, int to) {
  return {8, 57 + 6 * from, 144, 6 * (to - from)};
}

/// In every frame after the first, this part of the screen is dark, but for a ball.
void expect_dark(const char* variation, const PixelBox& box) {
  Frames frames("breakout", variation);
  frames.acts(2500, [&](int frame) {
    const auto colours = frames.colours(box);
    const int all = box.width * box.height;
    constexpr int kBall = 8;
    if (frame > 0) {
      ASSERT_GE(colours.contains(0) ? colours.at(0) : 0, all - kBall) << frame;
    }
  });
}

TEST(Variations, RowsAndStripsOfBricksAreDarkInEveryFrame) {
  expect_dark("no-low-rows", rows(3, 6));
  expect_dark("no-high-rows", rows(0, 3));
  expect_dark("strip", {72, 57, 16, 36});
}

TEST(Variations, OtherBricksStayAsTheyAreUntilTheyAreHit) {
  for (const auto& [variation, missing] :
       {std::pair{"no-low-rows", rows(3, 6)}, std::pair{"no-high-rows", rows(0, 3)},
        std::pair{"strip", PixelBox{72, 57, 16, 36}}}) {
    Frames plain("breakout", nullptr), varied("breakout", variation);
    // No ball has reached the wall by then.
    for (int frame = 0; frame < 150; ++frame) {
      plain.act();
      varied.act();
      if (frame > 0) {
        ASSERT_EQ(differing_outside(plain, varied, {missing}), 0) << variation << frame;
      }
    }
  }
  // And they can be hit.
  Frames varied("breakout", "no-low-rows");
  int scored = 0;
  varied.acts(1, [](int) {});
  for (int frame = 0; frame < 6000; ++frame) scored += varied.act();
  EXPECT_GT(scored, 0);
}

/// Variations of what is shown alone: the game takes the same course, and only what they touch
/// looks otherwise.
TEST(Variations, ThoseOfColoursAndDisplaysChangeNothingElse) {
  struct Case {
    const char *game, *variation;
    std::vector<PixelBox> boxes;
  };
  std::vector<PixelBox> cars;
  for (int lane = 0; lane < 10; ++lane) cars.push_back({0, 27 + 16 * lane, 160, 10});
  const PixelBox everywhere{0, 0, 160, 210};
  for (const Case& one : std::vector<Case>{{"pong", "no-scores", {{0, 0, 160, 22}}},
                                           {"breakout", "no-score", {{0, 0, 160, 17}}},
                                           {"breakout", "one-colour", {everywhere}},
                                           {"breakout", "blue-ball", {everywhere}},
                                           {"freeway", "one-colour", cars},
                                           {"freeway", "black-cars", cars},
                                           {"freeway", "no-scores", {{0, 0, 160, 16}}}}) {
    Frames plain(one.game, nullptr), varied(one.game, one.variation);
    std::size_t changed = 0;
    for (int frame = 0; frame < 1500; ++frame) {
      ASSERT_EQ(plain.act(), varied.act()) << one.variation << frame;
      ASSERT_EQ(plain.emulator().terminal(), varied.emulator().terminal());
      ASSERT_EQ(differing_outside(plain, varied, one.boxes), 0)
          << one.game << " " << one.variation << " " << frame;
      // Lit pixels are lit in both, whatever their colour, where it is a matter of colours.
      if (one.boxes.front().height == everywhere.height) {
        const auto a = plain.pixels(), b = varied.pixels();
        for (std::size_t i = 0; i < a.size(); ++i)
          ASSERT_EQ(a[i] == 0, b[i] == 0) << one.variation << " " << frame << " pixel " << i;
      }
      changed += plain.pixels() != varied.pixels() ? 1 : 0;
    }
    EXPECT_GT(changed, 1000U) << one.game << " " << one.variation;
  }
}

TEST(Variations, AllBricksHaveOneColour) {
  Frames frames("breakout", "one-colour");
  frames.acts(1000, [&](int frame) {
    if (frame == 0) return;
    for (int row = 0; row < 6; ++row) {
      for (const auto& [colour, count] : frames.colours(rows(row, row + 1)))
        ASSERT_TRUE(colour == 0 || colour == 134 || count <= 8) << frame << " " << row;
    }
  });
}

TEST(Variations, CarsStopOutsideOfTheChickensColumns) {
  Frames frames("freeway", "stopped-cars");
  std::vector<std::uint8_t> before;
  frames.acts(3000, [&](int frame) {
    // By then every car has come to its place; lorries and faster cars too.
    if (frame < 1500) return;
    std::vector<std::uint8_t> now;
    for (int lane = 0; lane < 10; ++lane) {
      for (int y = 27 + 16 * lane; y < 37 + 16 * lane; ++y) {
        for (int x = 8; x < 160; ++x) {
          const bool chicken = (x >= 40 && x < 56) || (x >= 104 && x < 120);
          if (!chicken) now.push_back(frames.pixel(x, y));
        }
      }
    }
    if (!before.empty()) {
      ASSERT_EQ(now, before) << frame;
    }
    before = std::move(now);
  });
}

TEST(Variations, TheOtherChickenAndTheCarsOfEnduroAreGone) {
  Frames frames("freeway", "no-other-chicken");
  Frames with("freeway", nullptr);
  with.acts(5, [](int) {});
  EXPECT_NE(with.colours({108, 183, 6, 12}), with.colours({118, 183, 6, 12}));
  frames.acts(500, [&](int frame) {
    // Below the lanes, where it begins, nothing but road and kerb, which are the same beside it.
    if (frame > 0) {
      ASSERT_EQ(frames.colours({108, 183, 6, 12}), frames.colours({118, 183, 6, 12})) << frame;
    }
  });
  Frames enduro("enduro", "no-cars");
  enduro.acts(2000, [&](int frame) {
    for (std::size_t slot = 27; slot < 33; ++slot)
      ASSERT_EQ(enduro.emulator().ram()[slot], 0) << frame;
  });
  Frames invaders("space_invaders", "no-shields");
  Frames plain("space_invaders", nullptr);
  invaders.acts(300, [](int) {});
  plain.acts(300, [](int) {});
  constexpr PixelBox kShields{40, 157, 80, 18};
  EXPECT_GT(plain.colours(kShields).size(), 1U);
  // A bomb or a shot may be there.
  const auto colours = invaders.colours(kShields);
  EXPECT_GE(
      std::ranges::max_element(colours, {}, [](const auto& one) { return one.second; })->second,
      80 * 18 - 40);
}

/// Every pixel and byte of a run of an environment.
std::vector<std::uint8_t> played(Environment& environment, int steps) {
  std::vector<std::uint8_t> bytes;
  Play play(environment);
  for (int i = 0; i < steps; ++i) {
    play.step();
    const auto plane = environment.observation().values();
    const auto ram = environment.emulator().ram();
    bytes.insert(bytes.end(), plane.begin(), plane.end());
    bytes.insert(bytes.end(), ram.begin(), ram.end());
  }
  return bytes;
}

TEST(Variations, WithoutOneTheGameIsTheSameToTheByte) {
  for (const char* game : {"pong", "breakout", "freeway"}) {
    Environment fresh(find_game(game), atari::modern()), other(find_game(game), atari::modern());
    const auto plain = played(fresh, 120);
    const Variation& first = variations_of(other.game()).front();
    other.vary(&first);
    EXPECT_NE(played(other, 120), plain) << game;
    other.vary(nullptr);
    EXPECT_EQ(played(other, 120), plain) << game;
  }
}

TEST(Variations, TheSameSeedGivesTheSameBytesAndASnapshotGoesOn) {
  for (const GameVariations* of_game : varied::varied_games()) {
    for (const Variation& variation : of_game->variations) {
      const Game game = find_game(of_game->game);
      Environment one(game, atari::modern()), other(game, atari::modern());
      one.vary(&variation);
      other.vary(&variation);
      EXPECT_EQ(played(one, 60), played(other, 60)) << game.name << " " << variation.name;
      // In the middle of the four frames of a step, and of two that are held otherwise.
      const Snapshot snapshot = one.save();
      std::vector<std::uint8_t> first, second;
      for (int i = 0; i < 25 && !one.over(); ++i) {
        one.step(i % 3);
        first.insert(first.end(), one.observation().values().begin(),
                     one.observation().values().end());
      }
      other.restore(snapshot);
      for (int i = 0; i < 25 && !other.over(); ++i) {
        other.step(i % 3);
        second.insert(second.end(), other.observation().values().begin(),
                      other.observation().values().end());
      }
      EXPECT_EQ(first, second) << game.name << " " << variation.name;
    }
  }
}

TEST(Variations, BitsAreHeldAndTheOthersAreTheProgramsOwn) {
  Frames frames("breakout", nullptr);
  frames.acts(60, [](int) {});
  Emulator& emulator = frames.emulator();
  const std::array<RamBits, 1> bits{{{18, 0x00, 0xc0}}};
  EXPECT_EQ(emulator.ram()[18], 0xff);
  emulator.hold_bits(bits);
  emulator.act(atari::kNoop);
  // Bits 6 and 7 are the two right ones of eight of the lowest row, from column 48 on.
  EXPECT_EQ(frames.colours({48, 87, 24, 6}), (std::map<int, int>{{134, 144}}));
  EXPECT_EQ(frames.colours({72, 87, 8, 6}), (std::map<int, int>{{0, 48}}));
  EXPECT_EQ(emulator.ram()[18], 0x3f);
  emulator.hold_bits({});
  emulator.act(atari::kNoop);
  // The program's own RAM was left alone.
  EXPECT_EQ(emulator.ram()[18], 0xff);
  EXPECT_EQ(frames.colours({48, 87, 32, 6}), (std::map<int, int>{{134, 192}}));
  emulator.write_bits(bits);
  EXPECT_EQ(emulator.ram()[18], 0x3f);
}

TEST(Variations, ErrorsSayWhatThereIs) {
  EXPECT_EQ(test::error_of([] { (void)find_variation(find_game("pong"), "lazy"); }),
            "Pong has no variation 'lazy'; there are: lazy-opponent, still-opponent, no-opponent, "
            "slow-ball, fast-ball, drift-down, drift-up, no-scores");
  EXPECT_EQ(test::error_of([] { (void)find_variation(find_game("tennis"), "lazy"); }),
            "Tennis has no variations; these games have some: breakout, enduro, freeway, pong, "
            "space_invaders");
  Environment plain(find_game("pong"), atari::modern()), varied(find_game("pong"), atari::modern());
  EXPECT_EQ(
      test::error_of([&] { plain.vary(&find_variation(find_game("breakout"), "slow-ball")); }),
      "variation slow-ball is of another game than Pong");
  varied.vary(&find_variation(varied.game(), "slow-ball"));
  plain.reset(0, 0);
  EXPECT_EQ(test::error_of([&] { varied.restore(plain.save()); }),
            "a snapshot of the game as it is cannot be restored into variation slow-ball");
}

/// Every object that a variation says it touches is one of the game's objects.
TEST(Variations, TouchObjectsOfTheGame) {
  for (const GameVariations* of_game : varied::varied_games()) {
    Environment environment(find_game(of_game->game), atari::modern());
    std::set<std::string> seen;
    Play play(environment);
    for (int i = 0; i < 200; ++i) {
      play.step();
      for (const GameObject& object : environment.screen_objects()) {
        seen.insert(object.name);
        seen.insert(object.kind);
      }
    }
    for (const Variation& variation : of_game->variations) {
      for (const std::string_view one : variation.touches)
        EXPECT_TRUE(seen.contains(std::string(one))) << of_game->game << " " << one;
    }
  }
}

}  // namespace
}  // namespace arcadecam::game
