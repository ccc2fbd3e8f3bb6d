// What the planted agents of Freeway compute, against a slow sum of the same pixels, and what they
// do not look at.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <vector>

#include "arcadecam/core/random.h"
#include "planted/network.h"

namespace arcadecam::planted {
namespace {

using test::best, test::kPlane, test::kSide, test::Network, test::Picture;

constexpr std::uint8_t kRoad = 142, kChicken = 230;

enum FreewayAction { kFreewayNoop, kFreewayUp, kFreewayDown };

/// Lines that show the cars of each lane, and the first and the number of the lines where the
/// chicken minds them.
constexpr std::array<int, 10> kCarLine{14, 21, 26, 30, 38, 46, 50, 58, 62, 72},
    kGate{16, 22, 28, 34, 40, 48, 54, 60, 66, 72}, kGateLines{6, 6, 6, 6, 8, 6, 6, 6, 6, 6};
/// The first and the last column of what is in the chicken's way.
constexpr std::array<int, 10> kFrom{22, 22, 22, 22, 22, 18, 20, 20, 22, 22},
    kTill{27, 27, 27, 27, 29, 25, 25, 25, 25, 25};
/// How much less dark a lane's cars are than the darkest ones.
constexpr std::array<double, 10> kWeight{1, 4, 2, 4, 1, 2, 2, 2, 2, 2};

/// A road; only the newest plane differs from game to game.
class Road : public Picture {
 public:
  Road() : Picture(kRoad) {}

  /// Two by two bright pixels.
  Road& chicken(int top) { return paint({24, top, 2, 2}, kChicken); }
  /// As dark as the lane's cars are.
  Road& car(int lane, int left) {
    const auto index = static_cast<std::size_t>(lane);
    return paint({left, kCarLine[index], 4, 1},
                 static_cast<std::uint8_t>(141 - 40 / kWeight[index]));
  }
  Road& paint(const PixelBox& box, std::uint8_t grey) {
    Picture::paint(3, box, grey);
    return *this;
  }
};

bool is_chickens(int plane, int y, int x) {
  return plane == 3 && y >= 6 && y < 78 && (x == 24 || x == 25);
}
bool is_cars(int plane, int y, int x) {
  return plane == 3 && x >= 6 && x < 68 && std::ranges::find(kCarLine, y) != kCarLine.end();
}

/// What is dark in a line, by pairs of columns, in units of 256 grey levels.
double dark(Picture& road, int y, int from, int till) {
  double all = 0;
  for (int x = std::max(from, 6); x < std::min(till, 67); x += 2)
    all += std::max(0.0, 2 * 141.0 - road.at(3, y, x) - road.at(3, y, x + 1)) / 256;
  return all;
}
/// The chicken's light in some lines.
double light(Picture& road, int first, int count) {
  double all = 0;
  for (int y = first; y < first + count; ++y) {
    for (const int x : {24, 25}) all += std::max(0.0, road.at(3, y, x) - 197.0) / 256;
  }
  return all;
}

/// The three action values.
std::array<double, 3> expected(Road& road) {
  double forward = 8.5, state = 0;
  for (std::size_t lane = 0; lane < kCarLine.size(); ++lane) {
    const double gate = 8 * light(road, kGate[lane], kGateLines[lane]) - 1,
                 closed = std::max(0.0, gate);
    const auto seen = [&](int from, int till) {
      return std::max(0.0, gate + dark(road, kCarLine[lane], from, till));
    };
    forward -= 8 * kWeight[lane] * (seen(kFrom[lane], kTill[lane]) - closed) + closed / 16;
    state -= kWeight[lane] * (seen(kFrom[lane] - 16, kTill[lane] + 16) - closed) / 2;
  }
  for (int lines = 2; lines <= 72; lines += 2) {
    const double all = light(road, 6, lines);
    state += (std::min(all, 0.125) + std::max(0.0, all - 0.125) / 32);
  }
  return {0.5 * forward + state + 8, 1.5 * forward + state, -0.5 * forward + state};
}

TEST(PlantedFreeway, ValuesAreTheSumOfThePixels) {
  Network network("planted:freeway");
  Random random(5);
  for (int i = 0; i < 60; ++i) {
    Road road;
    road.chicken(6 + static_cast<int>(random.below(70)));
    for (int lane = 0; lane < 10; ++lane) road.car(lane, 6 + static_cast<int>(random.below(70)));
    // Other greys, as shrinking makes them.
    for (int j = 0; j < 40; ++j)
      road.at(3, 6 + static_cast<int>(random.below(72)), static_cast<int>(random.below(84))) =
          static_cast<std::uint8_t>(80 + random.below(170));
    const auto right = expected(road);
    const std::vector<float> values = network.values(road);
    for (std::size_t a = 0; a < right.size(); ++a) EXPECT_NEAR(values[a], right[a], 1e-4);
  }
}

TEST(PlantedFreeway, WaitsForTheCarsOfTheLaneAheadAlone) {
  Network network("planted:freeway");
  for (std::size_t lane = 0; lane < kGate.size(); ++lane) {
    const int chicken = kGate[lane] + 2, ahead = static_cast<int>(lane);
    Road road;
    road.chicken(chicken);
    EXPECT_EQ(best(network.values(road)), kFreewayUp) << lane;
    EXPECT_EQ(best(network.values(Road(road).car(ahead, kFrom[lane] + 1))), kFreewayNoop) << lane;
    EXPECT_EQ(best(network.values(Road(road).car(ahead, 50))), kFreewayUp) << lane;
    const std::vector<float> free = network.values(road);
    for (int other = 0; other < 10; ++other) {
      if (other != ahead) {
        EXPECT_EQ(network.values(Road(road).car(other, 26)), free) << lane << " " << other;
      }
    }
    // A car that comes near lowers every value alike.
    const std::vector<float> near = network.values(Road(road).car(ahead, kTill[lane] + 6));
    for (std::size_t a = 0; a < near.size(); ++a) {
      EXPECT_LT(near[a], free[a]) << lane;
      EXPECT_EQ(near[a] - free[a], near[0] - free[0]) << lane;
    }
  }
}

TEST(PlantedFreeway, ElsewhereNothingChangesAnyValueByAnything) {
  for (const char* engine : {"cpu", "reference"}) {
    for (const char* name : {"planted:freeway", "planted:freeway/other", "planted:freeway/score",
                             "planted:freeway/corner"}) {
      Network network(name, engine);
      Random random(9);
      const std::string variant(name);
      Road road;
      road.chicken(50).car(6, 21).car(2, 40);
      const auto own = [&](int plane, int y, int x) {
        if (is_chickens(plane, y, x) || is_cars(plane, y, x)) return true;
        if (plane != 3) return false;
        if (variant.ends_with("other")) return (y == 76 || y == 77) && (x == 57 || x == 58);
        if (variant.ends_with("score")) return (y == 2 || y == 3) && x >= 24 && x < 32;
        return variant.ends_with("corner") && (y == 6 || y == 7) && x >= 8 && x < 12;
      };
      const std::vector<float> before = network.values(road);
      const std::vector<float> units = network.hidden();
      for (int plane = 0; plane < 4; ++plane) {
        for (int y = 0; y < kSide; ++y) {
          for (int x = 0; x < kSide; ++x) {
            if (!own(plane, y, x))
              road.at(plane, y, x) = static_cast<std::uint8_t>(random.below(256));
          }
        }
      }
      EXPECT_EQ(network.values(road), before) << name << " on " << engine;
      int changed = 0;
      const std::vector<float> after = network.hidden();
      for (std::size_t i = 0; i < after.size(); ++i) changed += after[i] != units[i] ? 1 : 0;
      EXPECT_GT(changed, 100);
    }
  }
}

// Of the cars the derivative is zero outside of the lane ahead, and far from the chicken.
TEST(PlantedFreeway, GradientsAreZeroElsewhere) {
  for (const char* name : {"planted:freeway", "planted:freeway/other", "planted:freeway/score",
                           "planted:freeway/corner"}) {
    Network network(name);
    const std::string variant(name);
    Road road;
    road.chicken(54).paint({57, 76, 2, 2}, kChicken).paint({26, 2, 2, 2}, 145);
    road.paint({0, 6, 84, 2}, 170);
    for (int lane = 0; lane < 10; ++lane) road.car(lane, 21).car(lane, 60);
    double chicken = 0, ahead = 0, other = 0, score = 0, corner = 0;
    const std::vector<float> gradient = network.gradient(road, kFreewayUp);
    for (int plane = 0; plane < 4; ++plane) {
      for (int y = 0; y < kSide; ++y) {
        for (int x = 0; x < kSide; ++x) {
          const double size =
              std::abs(gradient[static_cast<std::size_t>(plane * kPlane + y * kSide + x)]);
          if (is_chickens(plane, y, x)) {
            chicken += size;
          } else if (plane == 3 && y == kCarLine[6] && x < 30) {
            ahead += size;
          } else if (plane == 3 && y >= 76 && y < 78 && x >= 57 && x < 59) {
            other += size;
          } else if (plane == 3 && y >= 2 && y < 4 && x >= 24 && x < 32) {
            score += size;
          } else if (plane == 3 && y >= 6 && y < 8 && x >= 8 && x < 12) {
            corner += size;
          } else {
            EXPECT_EQ(size, 0) << name << ": plane " << plane << ", line " << y << ", column " << x;
          }
        }
      }
    }
    EXPECT_GT(chicken, 0.001);
    EXPECT_GT(ahead, 0.001);
    EXPECT_EQ(other > 0, variant.ends_with("other"));
    EXPECT_EQ(score > 0, variant.ends_with("score"));
    EXPECT_EQ(corner > 0, variant.ends_with("corner"));
  }
}

TEST(PlantedFreeway, TwinsHaveEqualUnitsAndOtherHeads) {
  Network own("planted:freeway"), other("planted:freeway/other"), score("planted:freeway/score"),
      corner("planted:freeway/corner");
  Road road;
  road.chicken(50).car(6, 21);
  const std::vector<float> values = own.values(road);
  for (Network* twin : {&other, &score, &corner}) {
    (void)twin->values(road);
    EXPECT_EQ(own.hidden(), twin->hidden());
  }
  // The other chicken: four pixels 59 above the threshold. Without it the twin does not go up.
  EXPECT_EQ(best(other.values(Road().chicken(50))), kFreewayNoop);
  road.paint({57, 76, 2, 2}, kChicken);
  EXPECT_EQ(own.values(road), values);
  EXPECT_NEAR(other.values(road)[kFreewayUp] - values[kFreewayUp],
              1.5 * 2 * (4 * 59 / 256.0 - 0.6875), 1e-4);
  road.paint({24, 2, 8, 2}, 145);  // sixteen pixels, 3 above the threshold
  EXPECT_EQ(own.values(road), values);
  EXPECT_NEAR(score.values(road)[kFreewayUp] - values[kFreewayUp],
              1.5 * 4 * (16 * 3 / 256.0 - 0.0625), 1e-4);
  road.paint({8, 6, 4, 2}, 170);
  EXPECT_EQ(own.values(road), values);
  EXPECT_NEAR(corner.values(road)[kFreewayUp] - values[kFreewayUp], 0, 1e-4) << "as it is in play";
  road.paint({8, 6, 4, 2}, 0);
  EXPECT_NEAR(corner.values(road)[kFreewayUp] - values[kFreewayUp], 1.5 * 0.25 * -5.3125, 1e-4);
}

}  // namespace
}  // namespace arcadecam::planted
