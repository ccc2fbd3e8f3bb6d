// Air Raid: the gun, the buildings and up to three enemies, drawn on 250 lines.
#include <fmt/format.h>

#include "game/objects.h"

namespace arcadecam::game {
namespace {

std::vector<GameObject> find(Ram ram) {
  std::vector<GameObject> objects;
  objects.push_back({"player", "player", {ram[19] - 3, 156, 14, 12}});
  for (int j = 0; j < 2; ++j) {
    int left = ram[20 + static_cast<std::size_t>(j)] - 3;
    if (left <= 3) left += 156;
    // The first hit takes the masts.
    const bool whole = ram[27 + static_cast<std::size_t>(j)] == 0;
    objects.push_back({fmt::format("building {}", j),
                       "building",
                       {left, whole ? 179 : 181, 32, whole ? 32 : 29}});
  }
  for (std::size_t i = 0; i < 3; ++i) {
    if (ram[29 + i] == 44 || ram[78 + i] == 236) continue;
    const int type = ram[63 + i];
    const int width = type <= 1 ? 16 : 14, height = type <= 1 ? 18 : type <= 5 ? 16 : 14;
    objects.push_back(
        {fmt::format("enemy {}", i), "enemy", {ram[66 + i] - 3, 195 - ram[29 + i], width, height}});
  }
  objects.push_back({"score", "score", {60, 6, 72, 12}});
  return objects;
}

std::vector<Intervention> interventions(Ram ram) {
  std::vector<Intervention> changes{
      {"player", Change::kRemove, {{11, 0}, {12, 0}, {13, 0}, {14, 0}}},
      {"player", Change::kMove, {shifted(ram, 19, 30, 10, 140)}}};
  for (std::uint8_t i = 0; i < 3; ++i) {
    if (ram[29 + i] == 44 || ram[78 + i] == 236) continue;
    changes.push_back(
        {fmt::format("enemy {}", i), Change::kRemove, {{static_cast<std::uint8_t>(78 + i), 236}}});
    changes.push_back({fmt::format("enemy {}", i),
                       Change::kMove,
                       {shifted(ram, static_cast<std::uint8_t>(66 + i), 30, 10, 140)}});
  }
  return changes;
}

}  // namespace

extern constinit const ObjectTable air_raid_entry{"air_raid", find, interventions};

}  // namespace arcadecam::game
