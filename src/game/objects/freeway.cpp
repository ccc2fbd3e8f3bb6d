// Freeway: the chicken and ten cars, one a lane.
#include <fmt/format.h>

#include "game/objects.h"

namespace arcadecam::game {
namespace {

constexpr PixelBox kRoad{8, 0, 152, 210};

std::vector<GameObject> find(Ram ram) {
  std::vector<GameObject> objects;
  objects.push_back({"player", "player", {44, 193 - ram[14], 6, 8}});
  for (int lane = 0; lane < 10; ++lane) {
    // Cars of the upper lanes drive left; after the frame in which one moved, memory is a pixel on.
    const int moved = lane < 5 && ram[static_cast<std::size_t>(42 - lane)] == 4 - lane ? 1 : 0;
    const PixelBox car{ram[static_cast<std::size_t>(117 - lane)] - 3 + moved, 28 + 16 * lane, 8, 8};
    objects.push_back({fmt::format("car {}", lane), "car", intersection(car, kRoad)});
  }
  objects.push_back({"player score", "score", {40, 5, 16, 9}});
  objects.push_back({"other score", "score", {104, 5, 16, 9}});
  return objects;
}

std::vector<Intervention> interventions(Ram ram) {
  constexpr std::uint8_t kBlankDigit = 142, kOffScreen = 186;
  std::vector<Intervention> changes{
      {"player", Change::kRemove, {{14, kOffScreen}}},
      {"player", Change::kMove, {shifted(ram, 14, 32, 6, 176)}},
      {"player score", Change::kRemove, {{93, kBlankDigit}, {97, kBlankDigit}}},
      {"other score", Change::kRemove, {{95, kBlankDigit}, {99, kBlankDigit}}}};
  // A car in the colour of the road.
  const std::uint8_t road = ram[11];
  for (int lane = 0; lane < 10; ++lane) {
    changes.push_back({fmt::format("car {}", lane),
                       Change::kRemove,
                       {{static_cast<std::uint8_t>(86 - lane), road}}});
  }
  return changes;
}

}  // namespace

extern constinit const ObjectTable freeway_entry{"freeway", find, interventions};

}  // namespace arcadecam::game
