// Pong: the ball and both paddles move; the paddles are cut off by the walls.
#include <array>

#include "game/objects.h"

namespace arcadecam::game {
namespace {

constexpr std::array kPongModes{0, 1};
constexpr std::array kPongDifficulties{0, 1, 2, 3};

constexpr int kFieldTop = 34, kFieldBottom = 194;

/// The higher digit is drawn from 10 points on.
constexpr Digits kEnemyScore{20, 1, 16, 12, 20, 4, 4}, kPlayerScore{100, 1, 16, 12, 20, 4, 4};

PixelBox pong_score_box(const Digits& display, int points) {
  return display.box(std::array{points < 10 ? -1 : points / 10, points % 10});
}

std::vector<GameObject> find_pong(const DrawnFrame& frame) {
  const Ram ram = frame.ram;
  std::vector<GameObject> objects;
  const auto in_field = [](const PixelBox& box) {
    return intersection(box, {0, kFieldTop, 160, kFieldBottom - kFieldTop});
  };
  if (ram[54] != 0 && ram[49] > 49) {
    const PixelBox ball = in_field({ram[49] - 49, ram[54] - 14, 2, 4});
    if (!ball.empty()) objects.push_back({"ball", "ball", ball});
  }
  // A switch halves each paddle.
  constexpr int kPaddle = 16, kHalf = 8, kHalvesEnemy = 1, kHalvesPlayer = 2;
  const int player = (frame.difficulty & kHalvesPlayer) != 0 ? kHalf : kPaddle;
  const int enemy = (frame.difficulty & kHalvesEnemy) != 0 ? kHalf : kPaddle;
  // The player's begins on an even line.
  objects.push_back({"player", "player", in_field({140, (ram[51] - 13) & ~1, 4, player})});
  objects.push_back({"enemy", "enemy", in_field({16, ram[50] - 15, 4, enemy})});
  objects.push_back({"enemy score", "score", pong_score_box(kEnemyScore, ram[13])});
  objects.push_back({"player score", "score", pong_score_box(kPlayerScore, ram[14])});
  return objects;
}

std::vector<Intervention> pong_interventions(const DrawnFrame& frame) {
  const Ram ram = frame.ram;
  constexpr std::uint8_t kBlankDigit = 100;
  constexpr std::string_view kFollowsTheBall = "it follows the ball";
  // The enemy follows the ball within the frame, and the ball moves, unless they are held.
  const RamByte enemy = kept(ram, 50);
  return {
      {"ball", Change::kRemove, {{54, 0}, enemy}},
      {.object = "ball",
       .change = Change::kPlace,
       .held = {enemy, {56, 0}, {58, 0}},
       .column = Dial{49, 58, 200},
       .line = Dial{54, 48, 204}},
      shown_only({"player", Change::kRemove, {{51, 0}}}, kFollowsTheJoystick),
      shown_only({.object = "player", .change = Change::kPlace, .line = Dial{51, 48, 190, 1, 2}},
                 kFollowsTheJoystick),
      shown_only({"enemy", Change::kRemove, {{50, 0}}}, kFollowsTheBall),
      shown_only({.object = "enemy", .change = Change::kPlace, .line = Dial{50, 50, 190}},
                 kFollowsTheBall),
      shown_only({"enemy score", Change::kRemove, {{69, kBlankDigit}, {73, kBlankDigit}}},
                 kWrittenAgain),
      shown_only({"player score", Change::kRemove, {{71, kBlankDigit}, {75, kBlankDigit}}},
                 kWrittenAgain)};
}

}  // namespace

extern constinit const ObjectTable pong_entry{
    "pong", find_pong, pong_interventions, {kPongModes, kPongDifficulties}, "the walls"};

}  // namespace arcadecam::game
