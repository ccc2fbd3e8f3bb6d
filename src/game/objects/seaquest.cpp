// Seaquest: the submarine.
#include "game/objects.h"

namespace arcadecam::game {
namespace {

std::vector<GameObject> find(Ram ram) {
  return {{"player", "player", {ram[70], ram[97] + 33, 16, 10}},
          {"oxygen", "score", {49, 170, 64, 6}},
          {"score", "score", {56, 7, 64, 11}}};
}

}  // namespace

extern constinit const ObjectTable seaquest_entry{"seaquest", find};

}  // namespace arcadecam::game
