// Space Invaders: the cannon, and the aliens that a bitmap in memory says are left.
#include <fmt/format.h>

#include <array>

#include "game/objects.h"

namespace arcadecam::game {
namespace {

constexpr std::array kSpaceInvadersModes{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
constexpr std::array kSpaceInvadersDifficulties{0, 1};

/// How the cannon is drawn: hit, a column wider; new, every other eight frames.
constexpr std::size_t kCannon = 42, kBlink = 74;
constexpr int kStates = 15, kHit = 4, kNew = 1, kBright = 8;
/// The aliens' colour: black in the modes in which they are hidden, unless one was just hit.
constexpr std::size_t kAlienColour = 97;

/// Three shields, a byte for two lines of each; one after the other from `kShields` on.
constexpr int kShieldLines = 9;
constexpr std::uint8_t kShields = 43;

/// The box around what is left of a shield.
PixelBox shield(const DrawnFrame& frame, int number) {
  const Ram ram = frame.ram;
  // In some modes they move, after they were drawn.
  constexpr std::size_t kColumn = 27;
  const int left_of_all = frame.before[kColumn] - 1;
  constexpr int kDistance = 32, kTop = 157;
  PixelBox left;
  for (int line = 0; line < kShieldLines; ++line) {
    const int pixels = ram[static_cast<std::size_t>(kShields + kShieldLines * number + line)];
    for (int column = 0; column < 8; ++column) {
      if ((pixels & 128 >> column) != 0)
        left = cover(left, {left_of_all + kDistance * number + column, kTop + 2 * line, 1, 2});
    }
  }
  return left;
}

/// The column that the video chip was told to draw at: steps of 15 in the lower half of the byte, a
/// signed shift to the left in the upper one.
int column_of(std::uint8_t position) {
  const int shift = static_cast<std::int8_t>(position) >> 4;
  return 15 * (position & 15) - shift + 6;
}

/// What the cannon shot, and two bombs: where memory keeps the line and the column of each. Each is
/// drawn in every other frame.
struct Shot {
  std::string_view name;
  std::uint8_t line, column;
};
constexpr std::array<Shot, 3> kShots{{{"shot", 85, 87}, {"bomb 0", 81, 83}, {"bomb 1", 82, 84}}};
constexpr std::uint8_t kNoShot = 246;

std::vector<GameObject> find_space_invaders(const DrawnFrame& frame) {
  const Ram ram = frame.ram;
  std::vector<GameObject> objects;
  const int state = ram[kCannon] & kStates;
  if (state != kNew || (ram[kBlink] & kBright) != 0) {
    const int width = state == kHit ? 8 : 7;
    // The switch makes it twice as wide.
    const PixelBox cannon = frame.difficulty == 0
                                ? PixelBox{column_of(ram[6]), 185, width, 10}
                                : PixelBox{column_of(ram[6]) + 1, 185, 2 * width, 10};
    objects.push_back({"player", "player", cannon});
  }
  for (const auto& [name, line, column] : kShots) {
    if (ram[line] != kNoShot)
      objects.push_back({std::string(name), "missile", {ram[column] - 2, 2 * ram[line] + 4, 1, 8}});
  }
  for (int number = 0; number < 3; ++number) {
    const PixelBox box = shield(frame, number);
    if (!box.empty()) objects.push_back({fmt::format("shield {}", number), "shield", box});
  }
  for (int row = 0; row < 6 && ram[kAlienColour] != 0; ++row) {
    for (int column = 0; column < 6; ++column) {
      // The bitmap's first byte is the lowest row.
      if ((ram[18 + static_cast<std::size_t>(row)] >> column & 1) == 0) continue;
      objects.push_back({fmt::format("alien {}.{}", 5 - row, column),
                         "alien",
                         {ram[26] - 1 + 16 * column, 31 + 2 * ram[16] + 18 * (5 - row), 8, 10}});
    }
  }
  objects.push_back({"score", "score", {4, 10, 60, 10}});
  objects.push_back({"other score", "score", {84, 10, 60, 10}});
  return objects;
}

std::vector<Intervention> space_invaders_interventions(const DrawnFrame& frame) {
  const Ram ram = frame.ram;
  constexpr std::uint8_t kCannonColumn = 28;
  constexpr RamByte blank{24, 67};
  const bool hit = (ram[kCannon] & kStates) == kHit;
  const auto other_digits = [&](std::uint8_t index) {
    return RamByte{index, static_cast<std::uint8_t>(ram[index] ^ 0x11)};
  };
  std::vector<Intervention> changes{
      // A hit cannon's ruins have shapes of their own: it is drawn as an unhit one first. No bombs
      // fall on it meanwhile.
      hit ? shown_only({"player",
                        Change::kRemove,
                        {{kCannon, static_cast<std::uint8_t>(ram[kCannon] & ~kStates)},
                         blank,
                         kept(ram, 81),
                         kept(ram, 82),
                         kept(ram, 83),
                         kept(ram, 84)}},
                       "the game goes on with the hit")
          : Intervention{"player", Change::kRemove, {blank}},
      {"score", Change::kRewrite, {other_digits(102), other_digits(104)}},
      {"other score", Change::kRewrite, {other_digits(103), other_digits(105)}}};
  // Without one bomb the other one may be drawn longer: only what the cannon shot goes alone.
  const Shot& shot = kShots.front();
  if (ram[shot.line] != kNoShot)
    changes.push_back({std::string(shot.name), Change::kRemove, {{shot.line, kNoShot}}});
  // Its ruins stay where it was hit.
  if (!hit)
    changes.push_back(
        {.object = "player", .change = Change::kPlace, .column = Dial{kCannonColumn, 35, 116}});
  for (int number = 0; number < 3; ++number) {
    std::vector<RamByte> bitmap;
    for (int line = 0; line < kShieldLines; ++line)
      bitmap.push_back({static_cast<std::uint8_t>(kShields + kShieldLines * number + line), 0});
    changes.push_back({fmt::format("shield {}", number), Change::kRemove, std::move(bitmap)});
  }
  // A bomb that falls in this frame falls from the lowest alien left, unless it is held.
  for (int row = 0; row < 6; ++row) {
    const auto index = static_cast<std::uint8_t>(18 + row);
    for (int column = 0; column < 6; ++column) {
      const int bit = 1 << column;
      if ((ram[index] & bit) == 0) continue;
      changes.push_back({fmt::format("alien {}.{}", 5 - row, column),
                         Change::kRemove,
                         {{index, static_cast<std::uint8_t>(ram[index] & ~bit)},
                          kept(ram, 81),
                          kept(ram, 82),
                          kept(ram, 83),
                          kept(ram, 84)}});
    }
  }
  return changes;
}

}  // namespace

extern constinit const ObjectTable space_invaders_entry{
    "space_invaders",
    find_space_invaders,
    space_invaders_interventions,
    {kSpaceInvadersModes, kSpaceInvadersDifficulties},
    "the saucer, and the lives after one was lost"};

}  // namespace arcadecam::game
