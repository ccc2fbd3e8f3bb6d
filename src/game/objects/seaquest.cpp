// Seaquest: the submarine.
#include <algorithm>

#include "game/objects.h"

namespace arcadecam::game {
namespace {

/// The submarine: its lower part is under water when it lies at the surface, its upper one behind
/// the waves just below; its screw makes it a line lower in one of three pictures.
PixelBox submarine(Ram ram) {
  constexpr int kSurface = 13, kAboveTheWaves = 20, kWaves = 57, kShortPicture = 164;
  const int top = ram[97] + 33;
  if (ram[97] == kSurface) return {ram[70], top, 16, 7};
  const int bottom = top + (ram[24] == kShortPicture ? 10 : 11);
  const int seen = ram[97] < kAboveTheWaves ? top : std::max(top, kWaves);
  return {ram[70], seen, 16, bottom - seen};
}

std::vector<GameObject> find(Ram ram) {
  std::vector<GameObject> objects{{"oxygen", "score", {49, 170, 64, 6}},
                                  {"score", "score", {56, 7, 64, 11}}};
  // While it explodes there is none.
  if (ram[105] == 0) objects.push_back({"player", "player", submarine(ram)});
  return objects;
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
