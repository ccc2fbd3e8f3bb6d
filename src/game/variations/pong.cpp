// Pong's variations: the opponent's paddle, the ball's flight, the displays.
#include <array>

#include "game/variation.h"

namespace arcadecam::game::varied {
namespace {

// What says where ball and opponent are, and how far the ball moves in a frame: to the left and
// down.
constexpr std::uint8_t kPongBallColumn = 49, kPongBallLine = 54, kPongBallLeft = 58,
                       kPongBallDown = 56;
/// The line that is drawn, and the one that the program moves towards the ball.
constexpr std::uint8_t kOpponent = 50, kOpponentMoves = 21;

constexpr std::array<std::string_view, 1> kPongTouchesOpponent{"enemy"}, kPongTouchesBall{"ball"},
    kPongTouchesScores{"score"};

/// Where the ball meets neither a paddle nor a wall in the next frames.
bool ball_is_free_in_pong(Ram ram) {
  return ram[kPongBallLine] >= 66 && ram[kPongBallLine] <= 180 && ram[kPongBallColumn] >= 80 &&
         ram[kPongBallColumn] <= 176;
}

RamBits moved_in_pong(Ram ram, std::uint8_t index, int by) {
  return {index, static_cast<std::uint8_t>(ram[index] + by)};
}

FrameChange drifting_in_pong(const VariedFrame& frame, int down) {
  constexpr int kEvery = 4;
  if (frame.number % kEvery != 0 || !ball_is_free_in_pong(frame.ram)) return {};
  return {.written = {moved_in_pong(frame.ram, kPongBallLine, down)}};
}

constexpr std::array<Variation, 8> kPongVariations{{
    {"lazy-opponent", "the opponent's paddle moves only while the ball flies towards it",
     kPongTouchesOpponent,
     [](const VariedFrame& frame) -> FrameChange {
       const bool comes = frame.ram[kPongBallLine] != 0 && frame.ram[kPongBallLeft] > 0 &&
                          frame.ram[kPongBallLeft] < 128;
       if (comes) return {};
       return {.held = kept_all(frame.ram, {kOpponent, kOpponentMoves})};
     }},
    {"still-opponent", "the opponent's paddle stays at half height", kPongTouchesOpponent,
     [](const VariedFrame&) -> FrameChange {
       constexpr std::uint8_t kMiddle = 122;
       return {.held = {{kOpponent, kMiddle}, {kOpponentMoves, kMiddle}}};
     }},
    {"no-opponent", "there is no paddle of the opponent", kPongTouchesOpponent,
     [](const VariedFrame&) -> FrameChange {
       return {.held = {{kOpponent, 0}, {kOpponentMoves, 0}}};
     }},
    {"slow-ball", "the ball moves in every other frame while it is far from paddles and walls",
     kPongTouchesBall,
     [](const VariedFrame& frame) -> FrameChange {
       if (frame.number % 2 != 0 || !ball_is_free_in_pong(frame.ram)) return {};
       return {.held = kept_all(frame.ram, {kPongBallColumn, kPongBallLine})};
     }},
    {"fast-ball",
     "the ball moves twice in every other frame while it is far from paddles and walls",
     kPongTouchesBall,
     [](const VariedFrame& frame) -> FrameChange {
       if (frame.number % 2 != 0 || !ball_is_free_in_pong(frame.ram)) return {};
       return {.written = {moved_in_pong(frame.ram, kPongBallColumn, -frame.ram[kPongBallLeft]),
                           moved_in_pong(frame.ram, kPongBallLine, frame.ram[kPongBallDown])}};
     }},
    {"drift-down",
     "the ball falls by a line more in every fourth frame while it is far from paddles and walls",
     kPongTouchesBall, [](const VariedFrame& frame) { return drifting_in_pong(frame, 1); }},
    {"drift-up",
     "the ball rises by a line more in every fourth frame while it is far from paddles and walls",
     kPongTouchesBall, [](const VariedFrame& frame) { return drifting_in_pong(frame, -1); }},
    {"no-scores", "both scores are not shown", kPongTouchesScores,
     [](const VariedFrame&) -> FrameChange {
       constexpr std::uint8_t kBlankDigit = 100;
       return {
           .shown = {{69, kBlankDigit}, {71, kBlankDigit}, {73, kBlankDigit}, {75, kBlankDigit}}};
     }},
}};

}  // namespace

extern constinit const GameVariations pong_entry{"pong", kPongVariations};

}  // namespace arcadecam::game::varied
