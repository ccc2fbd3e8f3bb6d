// Space Invaders: the cannon, and the aliens that a bitmap in memory says are left.
#include <fmt/format.h>

#include "game/objects.h"

namespace arcadecam::game {
namespace {

std::vector<GameObject> find(Ram ram) {
  std::vector<GameObject> objects;
  objects.push_back({"player", "player", {ram[28] - 1, 185, 7, 10}});
  for (int row = 0; row < 6; ++row) {
    for (int column = 0; column < 6; ++column) {
      // The bitmap's first byte is the lowest row.
      if ((ram[static_cast<std::size_t>(18 + row)] >> column & 1) == 0) continue;
      objects.push_back({fmt::format("alien {}.{}", 5 - row, column),
                         "alien",
                         {ram[26] - 1 + 16 * column, 31 + 2 * ram[16] + 18 * (5 - row), 8, 10}});
    }
  }
  objects.push_back({"score", "score", {4, 10, 60, 10}});
  return objects;
}

}  // namespace

extern constinit const ObjectTable space_invaders_entry{"space_invaders", find};

}  // namespace arcadecam::game
