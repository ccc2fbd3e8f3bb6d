// Freeway: two chickens and the cars of ten lanes, up to three in each.
#include <fmt/format.h>

#include <array>

#include "game/objects.h"

namespace arcadecam::game {
namespace {

constexpr std::array kFreewayModes{0, 1, 2, 3, 4, 5, 6, 7};
constexpr std::array kFreewayDifficulties{0, 1};

constexpr PixelBox kRoad{8, 0, 152, 210};
constexpr int kFreewayLanes = 10, kFreewayScreenWidth = 160;

/// What the video chip makes of a car: how many, how far from each other, how wide.
struct Traffic {
  std::array<int, 3> offsets;
  int count, width;
};
constexpr std::array<Traffic, 8> kTraffic{{{{0}, 1, 8},
                                           {{0, 16}, 2, 8},
                                           {{0, 32}, 2, 8},
                                           {{0, 16, 32}, 3, 8},
                                           {{0, 64}, 2, 8},
                                           {{0}, 1, 16},
                                           {{0, 32, 64}, 3, 8},
                                           {{0}, 1, 32}}};

/// Where memory keeps of a lane (0: the highest) the cars' column, the chip's column and traffic.
constexpr std::uint8_t at_column(int lane) {
  return static_cast<std::uint8_t>(117 - lane);
}
constexpr std::uint8_t at_chip_column(int lane) {
  return static_cast<std::uint8_t>(52 - lane);
}
constexpr std::uint8_t at_traffic(int lane) {
  return static_cast<std::uint8_t>(32 - lane);
}
constexpr std::uint8_t at_colour(int lane) {
  return static_cast<std::uint8_t>(86 - lane);
}
constexpr int kTrafficBits = 7;

/// Cars of the upper lanes drive left, and move after they were drawn.
Ram drawn_from(const DrawnFrame& frame, int lane) {
  return lane < kFreewayLanes / 2 ? frame.before : frame.ram;
}

std::string car_name(int lane, int number) {
  return number == 0 ? fmt::format("car {}", lane) : fmt::format("car {}.{}", lane, number);
}

/// Ten lines, wheels included; a car that leaves at one edge of the screen comes in at the other
/// one.
void add_car(std::vector<GameObject>& objects, const std::string& name, int lane, int column,
             int width) {
  const int left = (column + kFreewayScreenWidth) % kFreewayScreenWidth, top = 27 + 16 * lane;
  const PixelBox one = intersection({left, top, width, 10}, kRoad);
  const PixelBox other = intersection({left - kFreewayScreenWidth, top, width, 10}, kRoad);
  if (!one.empty()) objects.push_back({name, "car", one});
  if (!other.empty()) objects.push_back({one.empty() ? name : name + " front", "car", other});
}

/// Two places from this left on; memory keeps eight times each digit, 80 for a blank.
PixelBox freeway_score_box(int left, std::uint8_t tens, std::uint8_t ones) {
  constexpr int kBlank = 80;
  const auto digit = [](int shape) { return shape >= kBlank ? -1 : shape / 8; };
  return Digits{left, 5, 8, 6, 8, 1, 4}.box(std::array{digit(tens), digit(ones)});
}

std::vector<GameObject> find_freeway(const DrawnFrame& frame) {
  const Ram ram = frame.ram;
  std::vector<GameObject> objects;
  objects.push_back({"player", "player", {44, 193 - ram[14], 6, 8}});
  objects.push_back({"other player", "enemy", {108, 193 - ram[15], 6, 8}});
  for (int lane = 0; lane < kFreewayLanes; ++lane) {
    const Traffic& traffic = kTraffic[ram[at_traffic(lane)] & kTrafficBits];
    const int wide = traffic.width > 8 ? 1 : 0;
    const int first = drawn_from(frame, lane)[at_column(lane)] - 3 + wide;
    for (int car = 0; car < traffic.count; ++car) {
      const int offset = traffic.offsets[static_cast<std::size_t>(car)];
      add_car(objects, car_name(lane, car), lane, first + offset, traffic.width);
    }
  }
  objects.push_back({"player score", "score", freeway_score_box(41, ram[93], ram[97])});
  objects.push_back({"other score", "score", freeway_score_box(105, ram[95], ram[99])});
  return objects;
}

/// A lane without one of its cars. The first of several stays: the others would move with it.
std::vector<RamByte> without_car(const DrawnFrame& frame, int lane, int number) {
  // Its upper bits tell which lines the chip needs to reach the column: they go with the drawn one.
  const std::uint8_t value = drawn_from(frame, lane)[at_traffic(lane)];
  const auto with = [&](int traffic) {
    return RamByte{at_traffic(lane), static_cast<std::uint8_t>((value & ~kTrafficBits) | traffic)};
  };
  enum Kind { kOne, kTwoNear, kTwo, kThreeNear, kTwoFar, kWide, kThree, kWider };
  switch (value & kTrafficBits) {
    case kTwoNear:
    case kTwo:
    case kTwoFar:
      return number == 1 ? std::vector{with(kOne)} : std::vector<RamByte>{};
    case kThreeNear:
      if (number == 0) return {};
      return {with(number == 1 ? kTwo : kTwoNear)};
    case kThree:
      if (number == 0) return {};
      return {with(number == 1 ? kTwoFar : kTwo)};
    default:
      break;
  }
  // One car alone goes to the left edge, which is always dark. Two bytes mean that; which one does
  // not take the chip another line to reach depends on where the car is.
  constexpr std::uint8_t kEdge = 48, kEdgeFromTheRight = 154;
  constexpr int kNear = 6;
  const bool far = (drawn_from(frame, lane)[at_chip_column(lane)] & 15) >= kNear;
  return {with(kOne), {at_chip_column(lane), far ? kEdgeFromTheRight : kEdge}};
}

std::vector<Intervention> freeway_interventions(const DrawnFrame& frame) {
  const Ram ram = frame.ram;
  constexpr std::uint8_t kBlankDigit = 142, kOffScreen = 186;
  std::vector<Intervention> changes{
      {"player", Change::kRemove, {{14, kOffScreen}}},
      {.object = "player", .change = Change::kPlace, .line = Dial{14, 6, 176, -1}},
      {"other player", Change::kRemove, {{15, kOffScreen}}},
      {.object = "other player", .change = Change::kPlace, .line = Dial{15, 6, 176, -1}},
      shown_only({"player score", Change::kRemove, {{93, kBlankDigit}, {97, kBlankDigit}}},
                 kWrittenAgain),
      shown_only({"other score", Change::kRemove, {{95, kBlankDigit}, {99, kBlankDigit}}},
                 kWrittenAgain)};
  for (int lane = 0; lane < kFreewayLanes; ++lane) {
    for (int car = 0; car < kTraffic[ram[at_traffic(lane)] & kTrafficBits].count; ++car) {
      std::vector<RamByte> held = without_car(frame, lane, car);
      if (!held.empty()) {
        changes.push_back(
            shown_only({car_name(lane, car), Change::kRemove, std::move(held)}, kWrittenAgain));
      }
    }
    // All cars of a lane have one colour.
    if (kTraffic[ram[at_traffic(lane)] & kTrafficBits].count == 1)
      changes.push_back({.object = car_name(lane, 0),
                         .change = Change::kRecolour,
                         .colour = Dial{at_colour(lane), 0, 254, 0, 2}});
  }
  return changes;
}

}  // namespace

extern constinit const ObjectTable freeway_entry{"freeway",
                                                 find_freeway,
                                                 freeway_interventions,
                                                 {kFreewayModes, kFreewayDifficulties},
                                                 "the road"};

}  // namespace arcadecam::game
