// Air Raid: the gun, the buildings and up to three enemies, drawn on 250 lines.
#include <fmt/format.h>

#include <array>

#include "game/objects.h"

namespace arcadecam::game {
namespace {

constexpr std::array kAirRaidModes{1, 2, 3, 4, 5, 6, 7, 8};
constexpr std::array kAirRaidDifficulties{0};

std::vector<GameObject> find_air_raid(const DrawnFrame& frame) {
  const Ram ram = frame.ram;
  std::vector<GameObject> objects;
  // While a shot flies, all from the gun down is drawn a line higher.
  constexpr std::uint8_t kNoShot = 248;
  const int up = ram[84] == kNoShot ? 0 : 1;
  objects.push_back({"player", "player", {ram[19] - 3, 157 - up, 14, 12}});
  for (int j = 0; j < 2; ++j) {
    int left = ram[20 + static_cast<std::size_t>(j)] - 3;
    if (left <= 3) left += 156;
    // The first hit takes the masts.
    const bool whole = ram[27 + static_cast<std::size_t>(j)] == 0;
    objects.push_back({fmt::format("building {}", j),
                       "building",
                       {left, (whole ? 179 : 181) - up, 32, whole ? 32 : 30}});
  }
  for (std::size_t i = 0; i < 3; ++i) {
    if (ram[29 + i] == 44 || ram[78 + i] == 236) continue;
    const int type = ram[63 + i];
    const int width = type <= 1 ? 16 : 14, height = type <= 1 ? 18 : type <= 5 ? 16 : 14;
    objects.push_back(
        {fmt::format("enemy {}", i),
         "enemy",
         {ram[66 + i] - 3, (type <= 2 ? 195 : 196) - up - ram[29 + i], width, height}});
  }
  constexpr Digits kScore{56, 11, 8, 6, 8, 1, 3};
  objects.push_back({"score", "score", kScore.box(decimal_digits({ram[40], ram[41], ram[42]}))});
  if (const int lives = ram[39]; lives > 0 && lives <= 6)
    objects.push_back({"lives", "lives", {55, 220 - up, 8 * lives - 1, 5}});
  return objects;
}

std::vector<Intervention> air_raid_interventions(const DrawnFrame& frame) {
  const Ram ram = frame.ram;
  std::vector<Intervention> changes{
      shown_only({"player", Change::kRemove, {{11, 0}, {12, 0}, {13, 0}, {14, 0}}}, kWrittenAgain),
      {.object = "player", .change = Change::kPlace, .column = Dial{19, 10, 140}},
      {"lives", Change::kRemove, {{39, 0}}}};
  for (std::uint8_t i = 0; i < 3; ++i) {
    if (ram[29 + i] == 44 || ram[78 + i] == 236) continue;
    changes.push_back(
        {fmt::format("enemy {}", i), Change::kRemove, {{static_cast<std::uint8_t>(78 + i), 236}}});
    changes.push_back({.object = fmt::format("enemy {}", i),
                       .change = Change::kPlace,
                       .column = Dial{static_cast<std::uint8_t>(66 + i), 10, 140}});
  }
  return changes;
}

}  // namespace

extern constinit const ObjectTable air_raid_entry{"air_raid",
                                                  find_air_raid,
                                                  air_raid_interventions,
                                                  {kAirRaidModes, kAirRaidDifficulties},
                                                  "what the gun and the enemies shoot"};

}  // namespace arcadecam::game
