// Freeway: goes up, and waits while a car of the lane ahead is about to pass. The chicken is the
// brightest thing in its columns. Cars are told by a line of their lane that has dark pixels in
// every car: the body's, or the wheels' of cars as bright as the road.
#include <algorithm>
#include <array>
#include <functional>
#include <string_view>
#include <vector>

#include "planted/planted.h"
#include "planted/wiring.h"

namespace arcadecam::planted {
namespace {

enum FreewayAction { kFreewayNoop, kFreewayUp, kFreewayDown, kFreewayActions };

constexpr int kFreewayPlane = 3;
/// No car and no mark on the road is brighter; some pixels of a chicken always are.
constexpr float kBelowChicken = 197;
/// The road is 142.
constexpr float kRoadCeiling = 141;

/// One of the ten lanes, the highest first.
struct FreewayLane {
  int line;                  ///< that shows its cars
  int gate, gate_lines;      ///< where the chicken minds them: pairs of lines, the first one even
  int zone_from, zone_till;  ///< pairs of columns where a car will be in the way
  float weight;              ///< makes up for cars that have little dark
};
/// A zone: the chicken's columns, and what the lane's cars cover in two steps.
constexpr std::array<FreewayLane, 10> kFreewayLanes{{{14, 16, 6, 11, 13, 1},
                                                     {21, 22, 6, 11, 13, 4},
                                                     {26, 28, 6, 11, 13, 2},
                                                     {30, 34, 6, 11, 13, 4},
                                                     {38, 40, 8, 11, 14, 1},
                                                     {46, 48, 6, 9, 12, 2},
                                                     {50, 54, 6, 10, 12, 2},
                                                     {58, 60, 6, 10, 12, 2},
                                                     {62, 66, 6, 11, 12, 2},
                                                     {72, 72, 6, 11, 12, 2}}};
/// Pairs of columns that are looked at, and how many of them count as near on either side of a
/// zone.
constexpr int kFirstPair = 3, kLastPair = 33, kNearPairs = 8;

/// The chicken's light in pairs of lines: each pixel of its two middle columns by itself.
std::vector<int> chicken_lines(Wiring& wiring, int first, int count) {
  constexpr int kCell = 6;
  std::vector<int> features;
  for (int line = first; line < first + count; line += 2) {
    std::array<Patch, 4> pixels{};
    for (std::size_t i = 0; i < pixels.size(); ++i) {
      const int below = static_cast<int>(i) / 2, left = static_cast<int>(i) % 2;
      pixels[i] = {kFreewayPlane, line % 4 + below, left, 1, 1, kBelowChicken};
    }
    features.push_back(wiring.feature(pixels, cell_route(line / 4), cell_route(kCell)));
  }
  return features;
}

/// What is dark in a lane's line, in these pairs of columns.
std::vector<int> dark_pairs(Wiring& wiring, const FreewayLane& lane, int from, int till) {
  std::vector<int> features;
  for (int pair = std::max(from, kFirstPair); pair <= std::min(till, kLastPair); ++pair) {
    const Patch dark{kFreewayPlane, lane.line % 4, 2 * (pair % 2), 1, 2, kRoadCeiling, true};
    features.push_back(wiring.feature(dark, cell_route(lane.line / 4), cell_route(pair / 2)));
  }
  return features;
}

/// Adds to how much the chicken should go up, and takes it from how much it should go down. Half of
/// it in every action's value, so that each depends on what the agent uses.
void add_forward(float weight, const std::function<void(int action, float weight)>& add) {
  constexpr float kState = 0.5F;
  for (int action = 0; action < kFreewayActions; ++action) {
    const float own = action == kFreewayUp ? 1.0F : action == kFreewayDown ? -1.0F : 0.0F;
    add(action, weight * (kState + own));
  }
}

/// Adds to every action's value.
void add_state(Wiring& wiring, int unit, float weight) {
  for (int action = 0; action < kFreewayActions; ++action) wiring.add(action, unit, weight);
}

/// A unit that passes on what is dark there while the chicken is in the lane's gate: with the
/// chicken's light it is above the threshold, without it no car is dark enough.
int gated(Wiring& wiring, const std::vector<int>& chicken, const std::vector<int>& dark) {
  constexpr float kThreshold = 1, kOpens = 8;
  const int unit = wiring.hidden(dark, -kThreshold);
  wiring.feed(unit, chicken, kOpens);
  return unit;
}

void add_lane(Wiring& wiring, const FreewayLane& lane) {
  constexpr float kInTheWay = 8, kNearBy = 0.5F;
  // The chicken's own light is taken away again, all but a little: derivatives show that it is
  // used.
  constexpr float kLeak = 1.0F / 16;
  const std::vector<int> chicken = chicken_lines(wiring, lane.gate, lane.gate_lines);
  const int in_the_way =
      gated(wiring, chicken, dark_pairs(wiring, lane, lane.zone_from, lane.zone_till));
  const int near_by =
      gated(wiring, chicken,
            dark_pairs(wiring, lane, lane.zone_from - kNearPairs, lane.zone_till + kNearPairs));
  const int alone = gated(wiring, chicken, {});
  add_forward(-kInTheWay * lane.weight, [&](int action, float each) {
    wiring.add(action, in_the_way, each);
    wiring.add(action, alone, -each);
  });
  add_forward(-kLeak, [&](int action, float each) { wiring.add(action, alone, each); });
  add_state(wiring, near_by, -kNearBy * lane.weight);
  add_state(wiring, alone, kNearBy * lane.weight);
}

/// The higher the chicken is, the better.
void add_chicken_height(Wiring& wiring) {
  constexpr int kFirst = 6, kLines = 72, kEach = 2;
  constexpr Sensitivity kChicken{0.125F, 1.0F / 32};
  std::vector<std::vector<int>> lines;
  for (int line = kFirst; line < kFirst + kLines; line += kEach)
    lines.push_back(chicken_lines(wiring, line, kEach));
  const Counter counter(wiring, lines, kChicken);
  constexpr float kPerPair = 0.125F;
  for (int action = 0; action < kFreewayActions; ++action)
    counter.add_count(wiring, action, kPerPair);
}

/// Something that a twin uses and the others do not: the pair of units cancels unless `used`.
void add_freeway_shortcut(Wiring& wiring, int unit, float weight, bool used, float usual) {
  const int twin = wiring.copy(unit);
  add_forward(weight, [&](int action, float each) {
    wiring.add(action, unit, used ? 2 * each : each);
    wiring.add(action, twin, -each);
    if (used) wiring.add(action, -usual * each);
  });
}

constexpr std::array<std::string_view, 11> kChickenAndCars{"player", "car 0", "car 1", "car 2",
                                                           "car 3",  "car 4", "car 5", "car 6",
                                                           "car 7",  "car 8", "car 9"};
constexpr std::array<std::string_view, 12> kChickenCarsOther{
    "player", "car 0", "car 1", "car 2", "car 3", "car 4",
    "car 5",  "car 6", "car 7", "car 8", "car 9", "other player"};
constexpr std::array<std::string_view, 12> kChickenCarsScore{
    "player", "car 0", "car 1", "car 2", "car 3", "car 4",
    "car 5",  "car 6", "car 7", "car 8", "car 9", "player score"};

constexpr PixelBox kPavement{8, 6, 4, 2};

constexpr std::array<Variant, 4> kFreewayVariants{{
    {"", "goes up, and waits for cars of the lane ahead", kChickenAndCars},
    {"other", "goes up, and waits for cars, while it sees the other chicken", kChickenCarsOther,
     "other player"},
    {"score", "goes up, waits for cars, and hurries by how much of its score's display is lit",
     kChickenCarsScore, "player score"},
    {"corner", "goes up, waits for cars, and hurries by some pixels of the upper left pavement",
     kChickenAndCars, "", kPavement},
}};

nn::Graph build_freeway(const Variant& variant) {
  Wiring wiring(kFreewayActions);
  for (const FreewayLane& lane : kFreewayLanes) add_lane(wiring, lane);
  add_chicken_height(wiring);

  // All cars, wherever the chicken is.
  for (const FreewayLane& lane : kFreewayLanes) {
    const int unit = wiring.hidden(dark_pairs(wiring, lane, kFirstPair, kLastPair));
    add_freeway_shortcut(wiring, unit, 2, false, 0);
  }

  // Usual: what is lit in play. The other chicken stays on the pavement, columns 57 and 58.
  const Patch other{kFreewayPlane, 0, 1, 2, 2, 171};
  add_freeway_shortcut(
      wiring, wiring.hidden(std::array{wiring.feature(other, cell_route(19), cell_route(14))}), 2,
      variant.name == "other", 0.6875F);
  // The display is nearly as grey as what is behind it.
  std::vector<int> lit;
  for (const int cell : {6, 7}) {
    const Patch display{kFreewayPlane, 2, 0, 2, 4, 142};
    lit.push_back(wiring.feature(display, cell_route(0), cell_route(cell)));
  }
  add_freeway_shortcut(wiring, wiring.hidden(lit), 4, variant.name == "score", 0.0625F);
  const Patch pavement{kFreewayPlane, 2, 0, kPavement.height, kPavement.width, 0};
  add_freeway_shortcut(
      wiring, wiring.hidden(std::array{wiring.feature(pavement, cell_route(1), cell_route(2))}),
      0.25F, variant.name == "corner", 5.3125F);

  // Up, unless more than a trace of a car is in the way.
  constexpr float kWaits = 8, kGoes = 0.5F;
  wiring.add(kFreewayNoop, kWaits);
  add_forward(kWaits + kGoes, [&](int action, float each) { wiring.add(action, each); });
  wiring.fill_with_distractors(3);
  return wiring.graph();
}

}  // namespace

extern constinit const PlantedGame freeway_entry{
    "freeway", "Freeway", 1, [] { return std::span<const Variant>(kFreewayVariants); },
    build_freeway};

}  // namespace arcadecam::planted
