// Freeway's variations: cars that stop or have one colour, the other chicken, the displays.
#include <array>

#include "game/variation.h"

namespace arcadecam::game::varied {
namespace {

constexpr int kVariedLanes = 10;

/// Where memory keeps of a lane (0: the highest) the cars' column, the chip's column and traffic,
/// and the colour.
std::uint8_t lane_column(int lane) {
  return static_cast<std::uint8_t>(117 - lane);
}
std::uint8_t lane_chip_column(int lane) {
  return static_cast<std::uint8_t>(52 - lane);
}
std::uint8_t lane_traffic(int lane) {
  return static_cast<std::uint8_t>(32 - lane);
}
std::uint8_t lane_colour(int lane) {
  return static_cast<std::uint8_t>(86 - lane);
}

constexpr std::array<std::string_view, 1> kFreewayTouchesCars{"car"},
    kFreewayTouchesOther{"other player"}, kFreewayTouchesScores{"score"};

FrameChange cars_of_one_colour(std::uint8_t colour) {
  FrameChange change;
  for (int lane = 0; lane < kVariedLanes; ++lane)
    change.held.push_back({lane_colour(lane), colour});
  return change;
}

/// A car stops when no car of its lane is in the chickens' columns.
FrameChange stopped_cars(const VariedFrame& frame) {
  FrameChange change;
  for (int lane = 0; lane < kVariedLanes; ++lane) {
    const int column = frame.ram[lane_column(lane)];
    // The modern game's lanes have one car each, 8 columns wide (a lorry 16).
    constexpr int kFrom = 70, kTo = 96;
    if (column < kFrom || column > kTo) continue;
    for (const std::uint8_t index : {lane_column(lane), lane_chip_column(lane), lane_traffic(lane)})
      change.held.push_back(kept_bits(frame.ram, index));
  }
  return change;
}

constexpr std::array<Variation, 5> kFreewayVariations{{
    {"stopped-cars", "every car stops between the two chickens' columns", kFreewayTouchesCars,
     stopped_cars},
    {"one-colour", "all cars are red", kFreewayTouchesCars,
     [](const VariedFrame&) {
       constexpr std::uint8_t kRed = 66;
       return cars_of_one_colour(kRed);
     }},
    {"black-cars", "all cars are black", kFreewayTouchesCars,
     [](const VariedFrame&) { return cars_of_one_colour(0); }},
    {"no-other-chicken", "the other chicken is not there", kFreewayTouchesOther,
     [](const VariedFrame&) -> FrameChange {
       constexpr std::uint8_t kOffScreen = 186;
       return {.held = {{15, kOffScreen}}};
     }},
    {"no-scores", "both scores are not shown", kFreewayTouchesScores,
     [](const VariedFrame&) -> FrameChange {
       constexpr std::uint8_t kBlankDigit = 142;
       return {
           .shown = {{93, kBlankDigit}, {95, kBlankDigit}, {97, kBlankDigit}, {99, kBlankDigit}}};
     }},
}};

}  // namespace

extern constinit const GameVariations freeway_entry{"freeway", kFreewayVariations};

}  // namespace arcadecam::game::varied
