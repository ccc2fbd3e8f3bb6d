// Video Pinball: the ball and the two flippers.
#include "game/objects.h"

namespace arcadecam::game {
namespace {

PixelBox flipper(int left, bool up) {
  return up ? PixelBox{left, 181, 13, 9} : PixelBox{left, 184, 13, 6};
}

std::vector<GameObject> find(Ram ram) {
  std::vector<GameObject> objects;
  objects.push_back({"ball", "ball", {ram[67], ram[68] - 3, 2, 4}});
  // A flipper that is up or moving reaches higher.
  objects.push_back({"left flipper", "flipper", flipper(64, ram[98] != 0)});
  objects.push_back({"right flipper", "flipper", flipper(83, ram[102] != 128)});
  objects.push_back({"score", "score", {4, 3, 152, 10}});
  return objects;
}

std::vector<Intervention> interventions(Ram ram) {
  return {{"ball", Change::kRemove, {{68, 0}}},
          {"ball", Change::kMove, {shifted(ram, 67, 30, 4, 150)}},
          {"score", Change::kRemove, {{30, 0}}}};
}

}  // namespace

extern constinit const ObjectTable video_pinball_entry{"video_pinball", find, interventions};

}  // namespace arcadecam::game
