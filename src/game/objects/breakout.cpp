// Breakout: ball, paddle and the wall of bricks, one object a row.
#include <fmt/format.h>

#include "game/objects.h"

namespace arcadecam::game {
namespace {

/// Between the walls.
constexpr PixelBox kField{8, 0, 144, 210};

std::vector<GameObject> find(Ram ram) {
  std::vector<GameObject> objects;
  if (ram[101] != 0 && ram[101] + 9 <= 196)
    objects.push_back({"ball", "ball", {ram[99] - 49, ram[101] + 9, 2, 4}});
  objects.push_back({"player", "player", intersection({ram[72] - 47, 189, 16, 4}, kField)});
  for (int row = 0; row < 6; ++row)
    objects.push_back({fmt::format("bricks {}", row), "bricks", {8, 57 + 6 * row, 144, 6}});
  objects.push_back({"score", "score", {36, 5, 44, 10}});
  objects.push_back({"lives", "lives", {100, 5, 12, 10}});
  return objects;
}

}  // namespace

extern constinit const ObjectTable breakout_entry{"breakout", find};

}  // namespace arcadecam::game
