// Seaquest: the submarine, and in four lanes what comes against it and the divers to save.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "game/objects.h"

namespace arcadecam::game {
namespace {

constexpr std::array kSeaquestModes{0};
constexpr std::array kSeaquestDifficulties{0, 1};

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

constexpr PixelBox kSea{8, 0, 152, 160};
constexpr std::uint8_t kSeaquestLanes = 4;
/// From the lowest lane up, bytes of each: where its enemies begin, which of three stand there (a
/// bit each, the first one highest), where its diver is (0: nowhere), which of three pictures of
/// swimming it shows.
constexpr std::uint8_t kEnemies = 30, kPresent = 36, kDivers = 71, kPictures = 89,
                       kSeaquestColours = 44;
constexpr std::uint8_t kTorpedo = 103;  ///< its column; it goes along with the submarine's line
constexpr std::size_t kWave = 93;       ///< how far down the enemies are on their waves

/// The top line of what is in a lane.
int top_of(int lane) {
  return 137 - 24 * lane;
}

/// Shows every enemy: its name, the byte that says that it is there, its bit, its lane, its column.
template <typename Visit>
void each_enemy(Ram ram, const Visit& visit) {
  constexpr int kDistance = 16, kWrap = 256;
  for (std::uint8_t lane = 0; lane < kSeaquestLanes; ++lane) {
    const auto index = static_cast<std::uint8_t>(kPresent + lane);
    for (int place = 0; place < 3; ++place) {
      const int bit = 4 >> place;
      if ((ram[index] & bit) == 0) continue;
      const int column = (ram[kEnemies + lane] + kDistance * place) % kWrap;
      visit(fmt::format("enemy {}.{}", int{lane}, place), index, bit, lane, column);
    }
  }
}

std::vector<GameObject> find_seaquest(const DrawnFrame& frame) {
  const Ram ram = frame.ram;
  std::vector<GameObject> objects{{"oxygen", "score", {49, 170, 63, 5}}};
  constexpr Digits kScore{59, 9, 8, 6, 8, 1, 4};
  objects.push_back({"score", "score", kScore.box(decimal_digits({ram[56], ram[57], ram[58]}))});
  if (const int lives = ram[59]; lives > 0 && lives <= 6)
    objects.push_back({"lives", "lives", {58, 22, 8 * lives - 1, 8}});
  if (ram[kTorpedo] != 0) {
    const PixelBox torpedo = intersection({ram[kTorpedo], ram[97] + 40, 8, 1}, kSea);
    if (!torpedo.empty()) objects.push_back({"torpedo", "missile", torpedo});
  }
  // While it explodes there is none.
  if (ram[105] == 0) objects.push_back({"player", "player", submarine(ram)});
  each_enemy(ram, [&](std::string name, std::uint8_t /*index*/, int /*bit*/, int lane, int column) {
    const PixelBox box = intersection({column, top_of(lane) + ram[kWave], 8, 7}, kSea);
    if (!box.empty()) objects.push_back({std::move(name), "enemy", box});
  });
  for (int lane = 0; lane < kSeaquestLanes; ++lane) {
    const int picture = ram[kPictures + lane] & 3;
    const PixelBox box = intersection(
        {ram[kDivers + lane], top_of(lane) + (picture == 0 ? 1 : 0), 8, picture == 2 ? 14 : 13},
        kSea);
    if (ram[kDivers + lane] != 0 && !box.empty())
      objects.push_back({fmt::format("diver {}", lane), "diver", box});
  }
  return objects;
}

std::vector<Intervention> seaquest_interventions(const DrawnFrame& frame) {
  const Ram ram = frame.ram;
  constexpr std::uint8_t kBelowTheSea = 168;
  // The higher digit only where it is shown.
  const int digits = ram[56] != 0 || ram[57] != 0 || ram[58] > 9 ? 0x11 : 0x01;
  std::vector<Intervention> changes{
      {"player", Change::kRemove, {{97, kBelowTheSea}, kept(ram, 102)}},
      {.object = "player",
       .change = Change::kPlace,
       .column = Dial{70, 21, 134},
       .line = Dial{97, 24, 108}},
      {"lives", Change::kRemove, {{59, 0}}},
      {"score", Change::kRewrite, {{58, static_cast<std::uint8_t>(ram[58] ^ digits)}}}};
  if (ram[kTorpedo] != 0) {
    changes.push_back(
        shown_only({"torpedo", Change::kRemove, {{kTorpedo, 0}}}, "it is gone soon anyway"));
  } else {
    // It has the submarine's colour.
    changes.push_back(shown_only(
        {.object = "player", .change = Change::kRecolour, .colour = Dial{10, 0, 254, 0, 2}},
        kWrittenAgain));
  }
  each_enemy(ram, [&](std::string one, std::uint8_t index, int bit, int lane, int /*column*/) {
    changes.push_back(
        {one, Change::kRemove, {{index, static_cast<std::uint8_t>(ram[index] & ~bit)}}});
    // All enemies of a lane have one colour.
    if (ram[index] == bit)
      changes.push_back(
          {.object = std::move(one),
           .change = Change::kRecolour,
           .colour = Dial{static_cast<std::uint8_t>(kSeaquestColours + lane), 0, 254, 0, 2}});
  });
  for (std::uint8_t lane = 0; lane < kSeaquestLanes; ++lane) {
    const auto index = static_cast<std::uint8_t>(kDivers + lane);
    if (ram[index] != 0)
      changes.push_back({fmt::format("diver {}", int{lane}), Change::kRemove, {{index, 0}}});
  }
  return changes;
}

}  // namespace

extern constinit const ObjectTable seaquest_entry{
    "seaquest",
    find_seaquest,
    seaquest_interventions,
    {kSeaquestModes, kSeaquestDifficulties},
    "what enemies shoot, the submarine that comes along the surface, and the divers on board"};

}  // namespace arcadecam::game
