// Breakout: ball, paddle and the wall of bricks, one object per row.
#include <fmt/format.h>

#include <array>

#include "game/objects.h"

namespace arcadecam::game {
namespace {

constexpr std::array kBreakoutModes{0, 4, 8, 12, 16, 20, 24, 28, 32, 36, 40, 44};
constexpr std::array kBreakoutDifficulties{0, 1};

/// Between the walls.
constexpr PixelBox kField{8, 0, 144, 210};

/// Bricks' colours of the rows from the lowest up, before a frame; black where they are hidden.
constexpr std::uint8_t kBreakoutColours = 64;

std::vector<GameObject> find_breakout(const DrawnFrame& frame) {
  const Ram ram = frame.ram;
  std::vector<GameObject> objects;
  if (ram[101] != 0 && ram[101] + 9 <= 196)
    objects.push_back({"ball", "ball", {ram[99] - 49, ram[101] + 9, 2, 4}});
  objects.push_back(
      {"player", "player",
       intersection({ram[72] - 47, 189, frame.difficulty == 0 ? 16 : 12, 4}, kField)});
  for (int row = 0; row < 6; ++row) {
    if (frame.before[kBreakoutColours + 5 - static_cast<std::size_t>(row)] != 0)
      objects.push_back({fmt::format("bricks {}", row), "bricks", {8, 57 + 6 * row, 144, 6}});
  }
  objects.push_back({"score", "score", {36, 5, 44, 10}});
  objects.push_back({"lives", "lives", {100, 5, 12, 10}});
  return objects;
}

std::vector<Intervention> breakout_interventions(const DrawnFrame& frame) {
  // While the ball is placed it does not move.
  std::vector<Intervention> changes{
      shown_only({"ball", Change::kRemove, {{101, 0}}}, "the game brings it back"),
      {.object = "ball",
       .change = Change::kPlace,
       .held = {{103, 0}, {105, 0}},
       .column = Dial{99, 57, 199},
       .line = Dial{101, 86, 174}},
      shown_only({"player", Change::kRemove, {{55, 0}}}, kWrittenAgain),
      shown_only({.object = "player", .change = Change::kPlace, .column = Dial{72, 55, 183}},
                 kFollowsTheJoystick),
      {"score", Change::kRemove, {{81, 0}, {83, 0}, {85, 0}}},
      {"lives", Change::kRemove, {{87, 8}}}};
  for (int row = 0; row < 6; ++row) {
    std::vector<RamByte> bitmap;
    for (int part = 0; part < 6; ++part)
      bitmap.push_back({static_cast<std::uint8_t>(6 * part + 5 - row), 0});
    changes.push_back({fmt::format("bricks {}", row), Change::kRemove, bitmap});
    const auto colour = static_cast<std::uint8_t>(kBreakoutColours + 5 - row);
    if (frame.before[colour] == 0) continue;  // hidden
    changes.push_back({.object = fmt::format("bricks {}", row),
                       .change = Change::kRecolour,
                       .colour = Dial{colour, 2, 254, 0, 2},
                       .shown_only = kWrittenAgain});
  }
  return changes;
}

}  // namespace

extern constinit const ObjectTable breakout_entry{"breakout",
                                                  find_breakout,
                                                  breakout_interventions,
                                                  {kBreakoutModes, kBreakoutDifficulties},
                                                  "the walls and the number of players"};

}  // namespace arcadecam::game
