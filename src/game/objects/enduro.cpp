// Enduro: the own car, and the slots of cars ahead, drawn the smaller the further.
#include <fmt/format.h>

#include <array>
#include <utility>

#include "game/objects.h"

namespace arcadecam::game {
namespace {

constexpr std::array<std::pair<int, int>, 6> kSizes{
    {{16, 11}, {12, 8}, {8, 6}, {6, 4}, {4, 3}, {4, 2}}};

std::vector<GameObject> find(Ram ram) {
  std::vector<GameObject> objects;
  const int x = ram[46] < 128 ? 77 - (ram[46] >> 1) : 77 + ((255 - ram[46]) >> 1) + 2;
  objects.push_back({"player", "player", {x, 89 + ram[52], 16, 11}});
  double shrink = 1;
  for (int slot = 0; slot < std::ssize(kSizes); ++slot, shrink *= 0.9) {
    const int kind = ram[static_cast<std::size_t>(27 + slot)];
    if (kind == 0) continue;
    const int shift = static_cast<std::int8_t>(ram[46]);
    const int y = 150 - static_cast<int>(1.2 * (18 - slot) * slot + (ram[59] >> 3) * shrink);
    int left = 87;
    if ((kind & 16) != 0)
      left = shift + ((kind & 1) != 0 ? (2192 + 7 * y) / 30 : (6498 - 23 * y) / 60);
    const auto [width, height] = kSizes[static_cast<std::size_t>(slot)];
    objects.push_back({fmt::format("car {}", slot), "car", {left, y, width, height}});
  }
  objects.push_back({"dashboard", "score", {48, 161, 64, 30}});
  return objects;
}

std::vector<Intervention> interventions(Ram ram) {
  std::vector<Intervention> changes{{"player", Change::kRemove, {{52, 125}}}};
  for (std::uint8_t slot = 0; slot < kSizes.size(); ++slot) {
    const auto index = static_cast<std::uint8_t>(27 + slot);
    if (ram[index] != 0)
      changes.push_back({fmt::format("car {}", slot), Change::kRemove, {{index, 0}}});
  }
  return changes;
}

}  // namespace

extern constinit const ObjectTable enduro_entry{"enduro", find, interventions};

}  // namespace arcadecam::game
