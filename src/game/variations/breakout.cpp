// Breakout's variations: bricks that are missing or coloured otherwise, the ball's flight, the
// displays.
#include <array>

#include "game/variation.h"

namespace arcadecam::game::varied {
namespace {

constexpr std::uint8_t kBreakoutBallColumn = 99, kBreakoutBallLine = 101;

// The wall is drawn from six parts of a row, six bytes each, the lowest row first. From the left:
// part 5 (bits 6 and 7), 4 (bit 7 first), 3 (bit 0 first), 2 (bits 4 to 7), 1 (bit 7 first), 0
// (bits 0 to 5). A bit is four columns of pixels, a brick two bits.
constexpr int kWallParts = 6, kWallRows = 6;
constexpr std::uint8_t kWallColours = 64;  ///< of the rows, the lowest first

constexpr std::array<std::string_view, 1> kBreakoutTouchesBricks{"bricks"},
    kBreakoutTouchesBall{"ball"}, kBreakoutTouchesScore{"score"};
constexpr std::array<std::string_view, 3> kBreakoutTouchesLowRows{"bricks 3", "bricks 4",
                                                                  "bricks 5"},
    kBreakoutTouchesHighRows{"bricks 0", "bricks 1", "bricks 2"};
constexpr std::array<std::string_view, 2> kBreakoutTouchesPlayerAndBall{"player", "ball"};

std::uint8_t wall_byte(int part, int row) {
  return static_cast<std::uint8_t>(kWallRows * part + row);
}

/// Rows counted from the lowest.
FrameChange without_rows(int from, int to) {
  FrameChange change;
  for (int part = 0; part < kWallParts; ++part) {
    for (int row = from; row < to; ++row) change.held.push_back({wall_byte(part, row), 0});
  }
  return change;
}

/// Where the ball meets neither paddle, walls nor bricks in the next frames.
bool ball_is_free_in_breakout(Ram ram) {
  return ram[kBreakoutBallLine] >= 96 && ram[kBreakoutBallLine] <= 164 &&
         ram[kBreakoutBallColumn] >= 72 && ram[kBreakoutBallColumn] <= 184;
}

FrameChange drifting_in_breakout(const VariedFrame& frame, int right) {
  constexpr int kEvery = 4;
  if (frame.number % kEvery != 0 || !ball_is_free_in_breakout(frame.ram)) return {};
  return {.written = {{kBreakoutBallColumn,
                       static_cast<std::uint8_t>(frame.ram[kBreakoutBallColumn] + right)}}};
}

FrameChange wall_of_one_colour(std::uint8_t colour) {
  FrameChange change;
  for (int row = 0; row < kWallRows; ++row)
    change.held.push_back({static_cast<std::uint8_t>(kWallColours + row), colour});
  return change;
}

constexpr std::array<Variation, 9> kBreakoutVariations{{
    {"no-low-rows", "the three lower rows of bricks are missing", kBreakoutTouchesLowRows,
     [](const VariedFrame&) { return without_rows(0, kWallRows / 2); }},
    {"no-high-rows", "the three upper rows of bricks are missing", kBreakoutTouchesHighRows,
     [](const VariedFrame&) { return without_rows(kWallRows / 2, kWallRows); }},
    {"strip", "a strip two bricks wide is missing from the middle of the wall",
     kBreakoutTouchesBricks,
     [](const VariedFrame&) {
       constexpr std::uint8_t kLastOfPart3 = 0xc0, kFirstOfPart2 = 0x30;
       FrameChange change;
       for (int row = 0; row < kWallRows; ++row) {
         change.held.push_back({wall_byte(3, row), 0, kLastOfPart3});
         change.held.push_back({wall_byte(2, row), 0, kFirstOfPart2});
       }
       return change;
     }},
    {"one-colour", "all bricks have the lowest row's colour", kBreakoutTouchesBricks,
     [](const VariedFrame&) {
       constexpr std::uint8_t kBlue = 134;
       return wall_of_one_colour(kBlue);
     }},
    {"blue-ball", "ball and paddle are blue", kBreakoutTouchesPlayerAndBall,
     [](const VariedFrame&) -> FrameChange {
       constexpr std::uint8_t kOfBallAndPaddle = 62, kBlue = 132;
       return {.held = {{kOfBallAndPaddle, kBlue}}};
     }},
    {"slow-ball",
     "the ball moves in every other frame while it is far from paddle, walls and bricks",
     kBreakoutTouchesBall,
     [](const VariedFrame& frame) -> FrameChange {
       if (frame.number % 2 != 0 || !ball_is_free_in_breakout(frame.ram)) return {};
       return {.held = kept_all(frame.ram, {kBreakoutBallColumn, kBreakoutBallLine})};
     }},
    {"drift-left",
     "the ball drifts to the left by a column in every fourth frame while it is far from paddle, "
     "walls and bricks",
     kBreakoutTouchesBall,
     [](const VariedFrame& frame) { return drifting_in_breakout(frame, -1); }},
    {"drift-right",
     "the ball drifts to the right by a column in every fourth frame while it is far from paddle, "
     "walls and bricks",
     kBreakoutTouchesBall, [](const VariedFrame& frame) { return drifting_in_breakout(frame, 1); }},
    {"no-score", "the score is not shown", kBreakoutTouchesScore,
     [](const VariedFrame&) -> FrameChange {
       constexpr std::uint8_t kNoDigit = 0;
       return {.shown = {{81, kNoDigit}, {83, kNoDigit}, {85, kNoDigit}}};
     }},
}};

}  // namespace

extern constinit const GameVariations breakout_entry{"breakout", kBreakoutVariations};

}  // namespace arcadecam::game::varied
