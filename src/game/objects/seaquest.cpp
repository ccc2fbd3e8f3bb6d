// Seaquest: the submarine.
#include "game/objects.h"

namespace arcadecam::game {
namespace {

std::vector<GameObject> find(Ram ram) {
  return {{"player", "player", {ram[70], ram[97] + 33, 16, 10}},
          {"oxygen", "score", {49, 170, 64, 6}},
          {"score", "score", {56, 7, 64, 11}}};
}

std::vector<Intervention> interventions(Ram ram) {
  constexpr std::uint8_t kBelowTheSea = 168;
  return {{"player", Change::kRemove, {{97, kBelowTheSea}, kept(ram, 102)}},
          {"player", Change::kMove, {shifted(ram, 70, 30, 21, 134)}},
          {"score", Change::kRewrite, {{58, static_cast<std::uint8_t>(ram[58] ^ 0x11)}}}};
}

}  // namespace

extern constinit const ObjectTable seaquest_entry{"seaquest", find, interventions};

}  // namespace arcadecam::game
