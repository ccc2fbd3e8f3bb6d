// Pong: the ball and both paddles move; the paddles are cut off by the walls.
#include <array>

#include "game/objects.h"

namespace arcadecam::game {
namespace {

constexpr std::array kModes{0, 1};
constexpr std::array kDifficulties{0, 1, 2, 3};

constexpr int kFieldTop = 34, kFieldBottom = 194;

/// The higher digit is drawn from 10 points on.
constexpr Digits kEnemyScore{20, 1, 16, 12, 20, 4, 4}, kPlayerScore{100, 1, 16, 12, 20, 4, 4};

PixelBox score_box(const Digits& display, int points) {
  return display.box(std::array{points < 10 ? -1 : points / 10, points % 10});
}

std::vector<GameObject> find(const DrawnFrame& frame) {
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
  objects.push_back({"enemy score", "score", score_box(kEnemyScore, ram[13])});
  objects.push_back({"player score", "score", score_box(kPlayerScore, ram[14])});
  return objects;
}

std::vector<Intervention> interventions(const DrawnFrame& frame) {
  const Ram ram = frame.ram;
  constexpr std::uint8_t kBlankDigit = 100;
  // The enemy follows the ball within the frame, unless it is held.
  const RamByte enemy = kept(ram, 50);
  return {{"ball", Change::kRemove, {{54, 0}, enemy}},
          {"ball", Change::kMove, {shifted(ram, 54, 30, 60, 200), enemy}},
          {"player", Change::kRemove, {{51, 0}}},
          {"player", Change::kMove, {shifted(ram, 51, 30, 60, 190)}},
          {"enemy", Change::kRemove, {{50, 0}}},
          {"enemy", Change::kMove, {shifted(ram, 50, 30, 60, 190)}},
          {"enemy score", Change::kRemove, {{69, kBlankDigit}, {73, kBlankDigit}}},
          {"player score", Change::kRemove, {{71, kBlankDigit}, {75, kBlankDigit}}}};
}

}  // namespace

extern constinit const ObjectTable pong_entry{
    "pong", find, interventions, {kModes, kDifficulties}, "the walls"};

}  // namespace arcadecam::game
