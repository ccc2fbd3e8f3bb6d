// Ms. Pac-Man: the player and four ghosts; a ghost that is not out waits where memory says. What is
// drawn in a frame was decided in the one before.
#include <fmt/format.h>

#include <array>

#include "game/objects.h"

namespace arcadecam::game {
namespace {

constexpr std::array kMsPacmanModes{0, 1, 2, 3};
constexpr std::array kMsPacmanDifficulties{0};

/// The player without her open mouth, which is on the side that she goes to: 0 to 2 pixels of 8×10.
PixelBox player(Ram ram) {
  enum Heading { kUp, kRight, kDown, kLeft };
  constexpr std::array<int, 4> kOpen{2, 1, 0, 1};
  const int open = kOpen[ram[30] >> 2 & 3];
  PixelBox box{ram[10] - 12, ram[16] + 1, 8, 10};
  switch (ram[56] & 3) {
    case kUp:
      box.top += open;
      box.height -= open;
      break;
    case kRight:
      box.width -= open;
      break;
    case kDown:
      box.height -= open;
      break;
    case kLeft:
      box.left += open;
      box.width -= open;
      break;
  }
  return box;
}

std::vector<GameObject> find_ms_pacman(const DrawnFrame& frame) {
  const Ram ram = frame.before;
  std::vector<GameObject> objects;
  objects.push_back({"player", "player", player(ram)});
  for (std::size_t i = 0; i < 4; ++i) {
    objects.push_back(
        {fmt::format("ghost {}", i), "ghost", {ram[6 + i] - 12, ram[12 + i] + 1, 8, 10}});
  }
  // The last digit is always 0, and no part of the number that memory keeps.
  std::vector<int> digits = decimal_digits({ram[122], ram[121], ram[120]}, 1);
  digits.back() = 0;
  constexpr Digits kScore{55, 187, 8, 7, 7, 1, 6};
  objects.push_back({"score", "score", kScore.box(digits)});
  if (const int lives = ram[123] & 3; lives > 0)
    objects.push_back({"lives", "lives", {12, 173, 16 * lives - 9, 10}});
  return objects;
}

std::vector<Intervention> ms_pacman_interventions(const DrawnFrame& frame) {
  const Ram ram = frame.before;
  // Where there is no row any more; and eyes alone, as of a ghost that was eaten: without a ghost
  // another one's turn to be drawn would come.
  constexpr std::uint8_t kBelowTheMaze = 172, kEyes = 96;
  std::vector<Intervention> changes{{"player", Change::kRemove, {{16, kBelowTheMaze}}},
                                    {.object = "player",
                                     .change = Change::kPlace,
                                     .column = Dial{10, 18, 160},
                                     .line = Dial{16, 2, 146}},
                                    {"lives", Change::kRemove, {{123, 0}}}};
  // The last digit is always 0, the one before it is shown from 10 points on.
  if (ram[122] != 0 || ram[121] != 0 || ram[120] > 15) {
    changes.push_back(
        {"score", Change::kRewrite, {{120, static_cast<std::uint8_t>(ram[120] ^ 0x10)}}});
  }
  for (std::uint8_t i = 0; i < 4; ++i) {
    changes.push_back({fmt::format("ghost {}", int{i}),
                       Change::kRewrite,
                       {{static_cast<std::uint8_t>(1 + i), kEyes}}});
  }
  return changes;
}

}  // namespace

extern constinit const ObjectTable ms_pacman_entry{"ms_pacman",
                                                   find_ms_pacman,
                                                   ms_pacman_interventions,
                                                   {kMsPacmanModes, kMsPacmanDifficulties},
                                                   "the pills, the power pills and the fruit",
                                                   true};

}  // namespace arcadecam::game
