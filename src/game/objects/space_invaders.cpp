// Space Invaders: the cannon, and the aliens that a bitmap in memory says are left.
#include <fmt/format.h>

#include "game/objects.h"

namespace arcadecam::game {
namespace {

/// How the cannon is drawn: hit, a column wider; new, every other eight frames.
constexpr std::size_t kCannon = 42, kBlink = 74;
constexpr int kHit = 4, kNew = 1, kBright = 8;

/// The column that the video chip was told to draw at: steps of 15 in the lower half of the byte, a
/// signed shift to the left in the upper one.
int column_of(std::uint8_t position) {
  const int shift = static_cast<std::int8_t>(position) >> 4;
  return 15 * (position & 15) - shift + 6;
}

std::vector<GameObject> find(Ram ram) {
  std::vector<GameObject> objects;
  if (ram[kCannon] != kNew || (ram[kBlink] & kBright) != 0) {
    const int width = ram[kCannon] == kHit ? 8 : 7;
    objects.push_back({"player", "player", {column_of(ram[6]), 185, width, 10}});
  }
  for (int row = 0; row < 6; ++row) {
    for (int column = 0; column < 6; ++column) {
      // The bitmap's first byte is the lowest row.
      if ((ram[18 + static_cast<std::size_t>(row)] >> column & 1) == 0) continue;
      objects.push_back({fmt::format("alien {}.{}", 5 - row, column),
                         "alien",
                         {ram[26] - 1 + 16 * column, 31 + 2 * ram[16] + 18 * (5 - row), 8, 10}});
    }
  }
  objects.push_back({"score", "score", {4, 10, 60, 10}});
  return objects;
}

std::vector<Intervention> interventions(Ram ram) {
  constexpr std::uint8_t kBlankShape = 67;
  const auto other_digits = [&](std::uint8_t index) {
    return RamByte{index, static_cast<std::uint8_t>(ram[index] ^ 0x11)};
  };
  std::vector<Intervention> changes{
      {"player", Change::kRemove, {{24, kBlankShape}}},
      {"player", Change::kMove, {shifted(ram, 28, 30, 35, 116)}},
      {"score", Change::kRewrite, {other_digits(102), other_digits(104)}}};
  for (int row = 0; row < 6; ++row) {
    const auto index = static_cast<std::uint8_t>(18 + row);
    for (int column = 0; column < 6; ++column) {
      const int bit = 1 << column;
      if ((ram[index] & bit) == 0) continue;
      changes.push_back({fmt::format("alien {}.{}", 5 - row, column),
                         Change::kRemove,
                         {{index, static_cast<std::uint8_t>(ram[index] & ~bit)}}});
    }
  }
  return changes;
}

}  // namespace

extern constinit const ObjectTable space_invaders_entry{"space_invaders", find, interventions};

}  // namespace arcadecam::game
