// Objects that have colours to themselves inside a part of the screen: what is drawn of them is
// seen without asking their table.
#pragma once

#include <algorithm>
#include <array>
#include <span>
#include <string>
#include <vector>

#include "game/environment.h"
#include "game/objects.h"

namespace arcadecam::game {

using Color = std::array<int, 3>;

struct DrawnKind {
  const char* game;
  const char* kind;
  std::vector<Color> colors;
  PixelBox part;  ///< where else those colours are left out
  double agreement;
  int margin = 4;         ///< how far around the told box the drawn one is looked for
  bool in_turns = false;  ///< not drawn in every frame
};

constexpr PixelBox kAllOfTheScreen{0, 0, 160, 250};

inline std::vector<DrawnKind> drawn_kinds() {
  constexpr PixelBox kAll = kAllOfTheScreen;
  return {{"pong", "ball", {{236, 236, 236}}, {0, 34, 160, 160}, 0.9},
          {"pong", "player", {{92, 186, 92}}, {0, 34, 160, 160}, 0.98},
          {"pong", "enemy", {{213, 130, 74}}, {0, 34, 160, 160}, 0.9},
          {"pong", "score", {{92, 186, 92}, {213, 130, 74}}, {0, 0, 160, 22}, 1},
          {"breakout", "ball", {{200, 72, 72}}, {8, 93, 144, 96}, 0.9},
          {"breakout", "player", {{200, 72, 72}}, {8, 186, 144, 24}, 0.9},
          {"breakout",
           "bricks",
           {{200, 72, 72},
            {198, 108, 58},
            {180, 122, 48},
            {162, 162, 42},
            {72, 160, 72},
            {66, 72, 200}},
           {8, 57, 144, 36},
           0.95,
           0},
          {"freeway", "player", {{252, 252, 84}}, {0, 0, 80, 210}, 0.85},
          {"freeway", "enemy", {{252, 252, 84}}, {80, 0, 80, 210}, 0.85},
          {"freeway",
           "car",
           {{0, 0, 0},
            {167, 26, 26},
            {180, 231, 117},
            {105, 105, 15},
            {228, 111, 111},
            {24, 26, 167},
            {162, 98, 33},
            {84, 92, 214},
            {184, 50, 50},
            {135, 183, 84},
            {210, 210, 64}},
           {8, 20, 152, 180},
           0.95,
           2},
          {"freeway", "score", {{228, 111, 111}}, {0, 0, 160, 15}, 1},
          {"space_invaders", "player", {{50, 132, 50}}, {0, 0, 160, 195}, 0.95},
          {"space_invaders", "alien", {{134, 134, 29}}, kAll, 0.9},
          {"space_invaders", "shield", {{181, 83, 40}}, kAll, 0.95},
          {"space_invaders", "missile", {{142, 142, 142}}, {0, 25, 160, 170}, 0.75, 2, true},
          {"enduro", "player", {{192, 192, 192}}, kAll, 0.8},
          {"video_pinball", "ball", {{104, 72, 198}}, kAll, 0.85, 1},
          {"video_pinball", "flipper", {{236, 236, 236}}, {60, 170, 40, 30}, 0.9, 2},
          {"air_raid",
           "building",
           {{114, 114, 114}, {151, 151, 151}, {150, 113, 26}, {162, 128, 238}},
           {0, 172, 160, 42},
           0.9},
          {"ms_pacman", "player", {{210, 164, 74}}, kAll, 0.95},
          {"ms_pacman",
           "ghost",
           {{200, 72, 72}, {198, 89, 179}, {84, 184, 153}, {180, 122, 48}},
           {0, 0, 160, 172},
           0.9,
           1,
           true},
          {"seaquest", "enemy", {{92, 186, 92}}, {8, 58, 152, 102}, 0.9},
          {"seaquest", "diver", {{66, 72, 200}}, {8, 58, 152, 102}, 0.9},
          {"seaquest", "missile", {{187, 187, 53}}, {0, 32, 160, 128}, 0.85, 0},
          {"seaquest", "player", {{187, 187, 53}}, {0, 32, 160, 128}, 0.9, 1}};
}

/// The box around the pixels of these colours in a part of the screen.
inline PixelBox drawn_in(ByteTensorView screen, const PixelBox& part,
                         const std::vector<Color>& colors) {
  PixelBox found;
  const auto width = static_cast<int>(screen.shape()[1]);
  for (int y = part.top; y < part.top + part.height; ++y) {
    for (int x = part.left; x < part.left + part.width; ++x) {
      const std::uint8_t* pixel = screen.data() + 3 * (y * width + x);
      const auto same = [&](const Color& color) {
        return std::ranges::equal(color, std::span(pixel, 3));
      };
      if (std::ranges::any_of(colors, same)) found = cover(found, {x, y, 1, 1});
    }
  }
  return found;
}

inline int area(const PixelBox& box) {
  return box.empty() ? 0 : box.width * box.height;
}

/// Intersection over union.
inline double agreement(const PixelBox& a, const PixelBox& b) {
  const int common = area(intersection(a, b));
  return static_cast<double>(common) / (area(a) + area(b) - common);
}

/// A box grown on each side, as far as it lies in a part.
inline PixelBox around(const PixelBox& box, int margin, const PixelBox& part) {
  return intersection(
      {box.left - margin, box.top - margin, box.width + 2 * margin, box.height + 2 * margin}, part);
}

/// A protocol for every mode and difficulty that ALE lists of a game.
inline std::vector<atari::Protocol> all_switches(const Game& game,
                                                 const atari::Protocol& protocol) {
  std::vector<atari::Protocol> all;
  for (const int mode : game.modes) {
    for (const int difficulty : game.difficulties) {
      all.push_back(protocol);
      all.back().mode = mode;
      all.back().difficulty = difficulty;
    }
  }
  return all;
}

}  // namespace arcadecam::game
