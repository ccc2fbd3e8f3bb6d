// Pong: the ball and both paddles move; the paddles are cut off by the walls.
#include "game/objects.h"

namespace arcadecam::game {
namespace {

constexpr int kFieldTop = 34, kFieldBottom = 194;

std::vector<GameObject> find(Ram ram) {
  std::vector<GameObject> objects;
  const auto in_field = [](const PixelBox& box) {
    return intersection(box, {0, kFieldTop, 160, kFieldBottom - kFieldTop});
  };
  if (ram[54] != 0 && ram[49] > 49) {
    const PixelBox ball = in_field({ram[49] - 49, ram[54] - 14, 2, 4});
    if (!ball.empty()) objects.push_back({"ball", "ball", ball});
  }
  objects.push_back({"player", "player", in_field({140, ram[51] - 13, 4, 15})});
  objects.push_back({"enemy", "enemy", in_field({16, ram[50] - 15, 4, 15})});
  objects.push_back({"enemy score", "score", {20, 1, 28, 20}});
  objects.push_back({"player score", "score", {100, 1, 28, 20}});
  return objects;
}

}  // namespace

extern constinit const ObjectTable pong_entry{"pong", find};

}  // namespace arcadecam::game
