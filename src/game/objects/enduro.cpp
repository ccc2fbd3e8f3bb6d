// Enduro: the own car, and the slots of cars ahead, drawn the smaller the further.
#include <fmt/format.h>

#include <array>

#include "game/objects.h"

namespace arcadecam::game {
namespace {

constexpr std::array kEnduroModes{0};
constexpr std::array kEnduroDifficulties{0};

/// A slot's cars: where they are drawn for what memory says, and how large.
struct Slot {
  int x, y, width, height;
};
constexpr std::array<Slot, 6> kDay{{{16, 89, 16, 11},
                                    {18, 42, 12, 8},
                                    {15, -5, 8, 6},
                                    {16, -17, 6, 4},
                                    {17, -54, 4, 3},
                                    {17, -62, 4, 2}}};
/// Only their lights are seen.
constexpr std::array<Slot, 6> kNight{{{18, 65, 12, 3},
                                      {18, 65, 12, 3},
                                      {16, -44, 6, 2},
                                      {16, -44, 6, 2},
                                      {17, -27, 4, 2},
                                      {17, -27, 4, 2}}};
constexpr int kRoadsEnd = 155;

/// A column as the console's program keeps it: so many times 15, less a fine shift.
int column(std::uint8_t position) {
  return 15 * (position & 15) - (static_cast<std::int8_t>(position) >> 4);
}

std::vector<GameObject> find_enduro(const DrawnFrame& frame) {
  const Ram ram = frame.ram;
  std::vector<GameObject> objects;
  const int x = ram[46] < 128 ? 77 - (ram[46] >> 1) : 77 + ((255 - ram[46]) >> 1) + 2;
  objects.push_back({"player", "player", {x, 89 + ram[52], 16, 11}});
  for (std::size_t i = 0; i < kDay.size(); ++i) {
    const int kind = ram[27 + i];
    if (kind == 0) continue;
    const Slot& slot = ((kind >> 4) == 5 ? kNight : kDay)[i];
    const PixelBox car{column(ram[3 + i]) + slot.x, ram[11 + i] + slot.y, slot.width, slot.height};
    objects.push_back({fmt::format("car {}", i), "car", intersection(car, {0, 0, 160, kRoadsEnd})});
  }
  objects.push_back({"dashboard", "score", {48, 161, 64, 30}});
  return objects;
}

std::vector<Intervention> enduro_interventions(const DrawnFrame& frame) {
  const Ram ram = frame.ram;
  std::vector<Intervention> changes{
      shown_only({"player", Change::kRemove, {{52, 125}}}, kWrittenAgain)};
  for (std::uint8_t slot = 0; slot < kDay.size(); ++slot) {
    const auto index = static_cast<std::uint8_t>(27 + slot);
    if (ram[index] == 0) continue;
    changes.push_back({fmt::format("car {}", slot), Change::kRemove, {{index, 0}}});
  }
  return changes;
}

}  // namespace

extern constinit const ObjectTable enduro_entry{"enduro",
                                                find_enduro,
                                                enduro_interventions,
                                                {kEnduroModes, kEnduroDifficulties},
                                                "the road, the landscape and its weather"};

}  // namespace arcadecam::game
