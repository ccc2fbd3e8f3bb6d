// Ms. Pac-Man: the player and four ghosts; a ghost that is not out waits where memory says.
#include <fmt/format.h>

#include "game/objects.h"

namespace arcadecam::game {
namespace {

std::vector<GameObject> find(Ram ram) {
  std::vector<GameObject> objects;
  objects.push_back({"player", "player", {ram[10] - 12, ram[16] + 1, 8, 10}});
  for (std::size_t i = 0; i < 4; ++i) {
    objects.push_back(
        {fmt::format("ghost {}", i), "ghost", {ram[6 + i] - 12, ram[12 + i] + 1, 8, 10}});
  }
  objects.push_back({"score", "score", {56, 186, 60, 10}});
  objects.push_back({"lives", "lives", {12, 172, 32, 12}});
  return objects;
}

std::vector<Intervention> interventions(Ram ram) {
  return {{"score", Change::kRewrite, {{120, static_cast<std::uint8_t>(ram[120] ^ 0x11)}}},
          {"lives", Change::kRemove, {{123, 0}}}};
}

}  // namespace

extern constinit const ObjectTable ms_pacman_entry{"ms_pacman", find, interventions};

}  // namespace arcadecam::game
