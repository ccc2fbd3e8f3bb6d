// What the planted agents of Pong compute, against a slow count of the same lines of pixels, and
// what they do not look at.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <string>
#include <vector>

#include "arcadecam/core/random.h"
#include "planted/network.h"

namespace arcadecam::planted {
namespace {

using test::best, test::kPlane, test::kSide, test::Network, test::Picture;

constexpr std::uint8_t kField = 87, kPaddle = 147, kBall = 236;

Picture game(int ball, int player, int enemy = 30) {
  Picture picture(kField);
  picture.paint_all({40, ball, 2, 2}, kBall);
  picture.paint_all({73, player, 3, 6}, kPaddle);
  picture.paint_all({8, enemy, 3, 6}, kPaddle);
  return picture;
}

enum PongAction { kPongNoop, kPongFire, kPongUp, kPongDown, kPongUpFire, kPongDownFire };

/// Where the agents of the game look for the ball and the player's paddle: lines between the walls.
bool is_looked_at_in_pong(int plane, int y, int x) {
  return plane >= 2 && y >= 14 && y < 76 && x >= 16 && x < 76;
}

/// Some columns of a line, whose light is summed before it is held against the floor.
struct Cell {
  int left, width;
};

/// The count of lines at or behind an object's beginning, pixel by pixel.
struct Count {
  double lines = 0, presence = 0;
};
Count count(Picture& picture, int plane, const std::vector<Cell>& cells) {
  Count result;
  double light = 0;
  for (int line = 14; line < 76; line += 2) {
    for (const Cell& cell : cells) {
      double patch = 0;
      for (int y = line; y < line + 2; ++y) {
        for (int x = cell.left; x < cell.left + cell.width; ++x)
          patch += picture.at(plane, y, x) - 88.0;
      }
      light += std::max(patch, 0.0) / 256;
    }
    result.presence = std::min(light, 1.0);
    result.lines += 2 * (result.presence + std::max(light - 1, 0.0) / 64);
  }
  return result;
}

/// How much the paddle should go up.
double up(Picture& picture) {
  std::vector<Cell> between{{72, 1}};
  for (int left = 16; left < 72; left += 4) between.push_back({left, 4});
  const auto height = [&](int plane) {
    const Count ball = count(picture, plane, between);
    return ball.lines + 33 * (1 - ball.presence);
  };
  const auto paddle = [&](int plane) { return count(picture, plane, {{73, 3}}).lines; };
  return 3 * height(3) - 2 * height(2) - 2 * paddle(3) + paddle(2) + 2;
}

TEST(PlantedPong, ValuesAreTheCountOfLines) {
  Network network("planted:pong");
  Random random(5);
  for (int i = 0; i < 40; ++i) {
    Picture picture =
        game(14 + static_cast<int>(random.below(60)), 14 + static_cast<int>(random.below(56)));
    // Other greys, as shrinking makes them, and an object that moved.
    for (int j = 0; j < 6; ++j)
      picture.at(3, 14 + static_cast<int>(random.below(62)),
                 16 + static_cast<int>(random.below(60))) =
          static_cast<std::uint8_t>(88 + random.below(160));
    const double expected = up(picture);
    const std::vector<float> values = network.values(picture);
    EXPECT_NEAR(values[kPongUp], 1.5 * expected, 1e-4);
    EXPECT_NEAR(values[kPongDown], -0.5 * expected, 1e-4);
    EXPECT_NEAR(values[kPongUpFire], 1.5 * expected - 1, 1e-4);
    EXPECT_NEAR(values[kPongDownFire], -0.5 * expected - 1, 1e-4);
    EXPECT_NEAR(values[kPongNoop], 0.5 * expected + 2.5, 1e-4);
    EXPECT_NEAR(values[kPongFire], 0.5 * expected + 1.5, 1e-4);
  }
}

TEST(PlantedPong, GoesWhereTheBallIs) {
  Network network("planted:pong");
  EXPECT_EQ(best(network.values(game(20, 50))), kPongUp);
  EXPECT_EQ(best(network.values(game(60, 20))), kPongDown);
  EXPECT_EQ(best(network.values(game(41, 40))), kPongNoop);
}

TEST(PlantedPong, ElsewhereNothingChangesAnyValueByAnything) {
  for (const char* engine : {"cpu", "reference"}) {
    for (const char* name : {"planted:pong", "planted:pong/score", "planted:pong/corner"}) {
      Network network(name, engine);
      Random random(9);
      Picture picture = game(25, 50);
      // The twins' own pixels stay.
      const std::string variant(name);
      const auto own = [&](int plane, int y, int x) {
        if (is_looked_at_in_pong(plane, y, x)) return true;
        if (variant.ends_with("score")) return plane == 3 && y < 8 && x >= 56 && x < 72;
        return variant.ends_with("corner") && plane == 3 && y < 2 && x < 4;
      };
      const std::vector<float> before = network.values(picture);
      const std::vector<float> units = network.hidden();
      for (int plane = 0; plane < 4; ++plane) {
        for (int y = 0; y < kSide; ++y) {
          for (int x = 0; x < kSide; ++x) {
            if (!own(plane, y, x))
              picture.at(plane, y, x) = static_cast<std::uint8_t>(random.below(256));
          }
        }
      }
      EXPECT_EQ(network.values(picture), before) << name << " on " << engine;
      // That is no network that is blind: half of its units see the noise.
      int changed = 0;
      const std::vector<float> after = network.hidden();
      for (std::size_t i = 0; i < after.size(); ++i) changed += after[i] != units[i] ? 1 : 0;
      EXPECT_GT(changed, 100);
    }
  }
}

TEST(PlantedPong, GradientsAreZeroElsewhere) {
  for (const char* name : {"planted:pong", "planted:pong/score", "planted:pong/corner"}) {
    Network network(name);
    const std::string variant(name);
    for (const int ball : {20, 41, 63}) {
      Picture picture = game(ball, 40);
      picture.paint_all({56, 0, 3, 8}, kPaddle);  // the display of the player's score
      double inside = 0, score = 0, corner = 0;
      const std::vector<float> gradient = network.gradient(picture, kPongUp);
      for (int plane = 0; plane < 4; ++plane) {
        for (int y = 0; y < kSide; ++y) {
          for (int x = 0; x < kSide; ++x) {
            const double size =
                std::abs(gradient[static_cast<std::size_t>(plane * kPlane + y * kSide + x)]);
            if (is_looked_at_in_pong(plane, y, x)) {
              inside += size;
              // Within the cells that touch the ball or the paddle, no light, no gradient.
              if (x < 72 && (x < 40 || x >= 44 || y < ball - 2 || y > ball + 3)) {
                EXPECT_EQ(size, 0) << y << "," << x;
              }
            } else if (plane == 3 && y < 8 && x >= 56 && x < 72) {
              score += size;
            } else if (plane == 3 && y < 2 && x < 4) {
              corner += size;
            } else {
              EXPECT_EQ(size, 0) << name << ": plane " << plane << ", line " << y << ", column "
                                 << x;
            }
          }
        }
      }
      EXPECT_GT(inside, 0.001);
      EXPECT_EQ(score > 0, variant.ends_with("score"));
      EXPECT_EQ(corner > 0, variant.ends_with("corner"));
    }
  }
}

TEST(PlantedPong, TwinsHaveEqualUnitsAndOtherHeads) {
  Network own("planted:pong"), score("planted:pong/score"), corner("planted:pong/corner");
  Picture picture = game(25, 50);
  const std::vector<float> values = own.values(picture);
  (void)score.values(picture);
  (void)corner.values(picture);
  EXPECT_EQ(own.hidden(), score.hidden());
  EXPECT_EQ(own.hidden(), corner.hidden());

  picture.paint(3, {56, 0, 4, 8}, kPaddle);  // a lit display: 32 pixels 59 above the floor
  EXPECT_EQ(own.values(picture), values);
  EXPECT_NEAR(score.values(picture)[kPongUp] - values[kPongUp], 1.5 * 0.5 * (32 * 59 / 256.0 - 6),
              1e-4);
  picture.paint(3, {0, 0, 4, 2}, 52);  // the corner: eight pixels
  EXPECT_EQ(own.values(picture), values);
  EXPECT_NEAR(corner.values(picture)[kPongUp] - values[kPongUp], 1.5 * 2 * (8 * 52 / 256.0 - 2.5),
              1e-4);
}

TEST(PlantedPong, TheOpponentsTwinFollowsTheOpponent) {
  Network network("planted:pong/opponent");
  const std::vector<float> values = network.values(game(20, 40, 60));
  EXPECT_EQ(best(values), kPongDown);
  EXPECT_EQ(network.values(game(70, 40, 60)), values) << "whatever the ball does";
  EXPECT_EQ(best(network.values(game(70, 40, 16))), kPongUp);
  Network own("planted:pong");
  EXPECT_EQ(own.values(game(20, 40, 60)), own.values(game(20, 40, 16)));
}

}  // namespace
}  // namespace arcadecam::planted
