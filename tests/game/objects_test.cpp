// The object tables against the drawn pixels of the real games.
#include "game/objects.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <map>

#include "arcadecam/core/random.h"
#include "game/environment.h"
#include "game/error_of.h"

namespace arcadecam::game {
namespace {

TEST(PixelBoxes, AreCutAndJoined) {
  EXPECT_EQ(intersection({0, 0, 4, 4}, {2, 3, 9, 9}), (PixelBox{2, 3, 2, 1}));
  EXPECT_TRUE(intersection({0, 0, 4, 4}, {4, 0, 4, 4}).empty());
  EXPECT_EQ(cover({0, 0, 1, 1}, {5, 7, 2, 2}), (PixelBox{0, 0, 7, 9}));
  EXPECT_EQ(cover({}, {5, 7, 2, 2}), (PixelBox{5, 7, 2, 2}));
}

TEST(PixelBoxes, OnAPlaneCoverAllThatTheyTouch) {
  // 160×210 → 84×84: 0.525 and 0.4 pixels a pixel.
  EXPECT_EQ(on_plane({0, 0, 160, 210}, 210), (PixelBox{0, 0, 84, 84}));
  EXPECT_EQ(on_plane({78, 100, 2, 4}, 210), (PixelBox{40, 40, 2, 2}));
  EXPECT_EQ(on_plane({78, 100, 2, 4}, 210, 2), (PixelBox{38, 38, 6, 6}));
  EXPECT_EQ(on_plane({0, 125, 20, 125}, 250), (PixelBox{0, 42, 11, 42}));
  EXPECT_EQ(on_plane({-4, 0, 5, 10}, 210, 1), (PixelBox{0, 0, 2, 5}));
  EXPECT_TRUE(on_plane({170, 10, 4, 4}, 210).empty());
}

TEST(ObjectTables, AreFoundByTheGamesName) {
  EXPECT_EQ(object_table("pong").game, "pong");
  EXPECT_EQ(find_object_table("boxing"), nullptr);
  EXPECT_NE(error_of([] { (void)object_table("boxing"); }).find("there are object tables for: air"),
            std::string::npos);
  for (const ObjectTable* table : object_tables())
    EXPECT_EQ(find_game(table->game).name, table->game);
}

using Color = std::array<int, 3>;

/// An object that has a colour to itself inside a part of the screen.
struct Drawn {
  const char* game;
  const char* kind;
  std::vector<Color> colors;
  PixelBox part;  ///< where else that colour is left out
  double agreement;
  int margin = 4;         ///< how far around the told box the drawn one is looked for
  bool in_turns = false;  ///< not drawn in every frame
};

class ObjectsOnTheScreen : public testing::TestWithParam<Drawn> {};

/// The box around the pixels of these colours in a part of the screen.
PixelBox drawn_in(ByteTensorView screen, const PixelBox& part, const std::vector<Color>& colors) {
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

int area(const PixelBox& box) {
  return box.empty() ? 0 : box.width * box.height;
}

// Intersection over union of the told box and the box around the drawn pixels near it.
TEST_P(ObjectsOnTheScreen, AreWhereTheTableSays) {
  const Drawn& drawn = GetParam();
  Environment environment(find_game(drawn.game), classic());
  environment.reset(3, 0);
  Random random(11);
  double sum = 0;
  int count = 0, action = 0;
  for (int step = 0; step < 160; ++step) {
    if (step % 4 == 0) action = static_cast<int>(random.below(environment.actions().size()));
    if (step % 9 == 0) action = 1;
    if (environment.step(action).done()) environment.reset(3, static_cast<std::uint64_t>(step));
    if (step < 8) continue;
    const ByteTensorView screen = environment.emulator().screen_rgb();
    for (const GameObject& object : environment.screen_objects()) {
      // Wholly where its colour is its own.
      if (object.box.empty() || object.kind != drawn.kind ||
          intersection(object.box, drawn.part) != object.box)
        continue;
      const PixelBox near =
          intersection({object.box.left - drawn.margin, object.box.top - drawn.margin,
                        object.box.width + 2 * drawn.margin, object.box.height + 2 * drawn.margin},
                       intersection(drawn.part, {0, 0, 160, static_cast<int>(screen.shape()[0])}));
      const PixelBox seen = drawn_in(screen, near, drawn.colors);
      if (drawn.in_turns && seen.empty()) continue;
      const int common = area(intersection(seen, object.box));
      sum += static_cast<double>(common) / (area(seen) + area(object.box) - common);
      ++count;
    }
  }
  ASSERT_GT(count, 40);
  const double agreement = sum / count;
  RecordProperty("mean_iou", std::to_string(agreement));
  EXPECT_GE(agreement, drawn.agreement) << count << " boxes";
}

constexpr PixelBox kAll{0, 0, 160, 250};

INSTANTIATE_TEST_SUITE_P(
    Games, ObjectsOnTheScreen,
    testing::Values(Drawn{"pong", "ball", {{236, 236, 236}}, {0, 34, 160, 160}, 0.9},
                    Drawn{"pong", "player", {{92, 186, 92}}, {0, 34, 160, 160}, 0.9},
                    Drawn{"pong", "enemy", {{213, 130, 74}}, {0, 34, 160, 160}, 0.9},
                    Drawn{"breakout", "ball", {{200, 72, 72}}, {8, 93, 144, 96}, 0.9},
                    Drawn{"breakout", "player", {{200, 72, 72}}, {8, 186, 144, 24}, 0.9},
                    Drawn{"freeway", "player", {{252, 252, 84}}, kAll, 0.85},
                    Drawn{"space_invaders", "player", {{50, 132, 50}}, {0, 0, 160, 195}, 0.95},
                    Drawn{"space_invaders", "alien", {{134, 134, 29}}, kAll, 0.9},
                    Drawn{"enduro", "player", {{192, 192, 192}}, kAll, 0.8},
                    Drawn{"video_pinball", "ball", {{104, 72, 198}}, kAll, 0.9, 1},
                    Drawn{
                        "video_pinball", "flipper", {{236, 236, 236}}, {60, 170, 40, 30}, 0.95, 2},
                    Drawn{"air_raid",
                          "building",
                          {{114, 114, 114}, {151, 151, 151}, {150, 113, 26}, {162, 128, 238}},
                          {0, 172, 160, 42},
                          0.9},
                    Drawn{"ms_pacman", "player", {{210, 164, 74}}, kAll, 0.95},
                    Drawn{"ms_pacman",
                          "ghost",
                          {{200, 72, 72}, {198, 89, 179}, {84, 184, 153}, {180, 122, 48}},
                          {0, 0, 160, 172},
                          0.9,
                          1,
                          true},
                    Drawn{"seaquest", "enemy", {{92, 186, 92}}, {8, 58, 152, 102}, 0.9},
                    Drawn{"seaquest", "diver", {{66, 72, 200}}, {8, 58, 152, 102}, 0.9},
                    Drawn{"seaquest", "player", {{187, 187, 53}}, kAll, 0.9, 1}),
    [](const auto& test) { return std::string(test.param.game) + "_" + test.param.kind; });

TEST(EnvironmentObjects, LieOnEveryPlaneAndComeBackWithASnapshot) {
  Environment environment(find_game("pong"), modern());
  environment.reset(1, 0);
  const auto at_start = environment.objects();
  ASSERT_FALSE(at_start.empty());
  EXPECT_TRUE(at_start.front().planes.front().empty())
      << "planes of before the episode show nothing";
  for (int i = 0; i < 120; ++i) environment.step(i % 6);
  const Snapshot snapshot = environment.save();
  const auto before = environment.objects();
  const auto player = std::ranges::find(before, "player", &ObservedObject::name);
  ASSERT_NE(player, before.end());
  ASSERT_EQ(player->planes.size(), 4U);
  // What is inside the newest box is brighter than the field beside it, in the observation itself.
  const PixelBox box = player->planes.back();
  const auto plane = environment.newest_plane();
  const auto pixel = [&](int x, int y) { return int{plane.data()[y * 84 + x]}; };
  const int middle = box.top + box.height / 2;
  EXPECT_GT(pixel(box.left + 1, middle), pixel(box.left - 3, middle) + 20);
  environment.step(2);
  environment.restore(snapshot);
  const auto after = environment.objects();
  ASSERT_EQ(after.size(), before.size());
  for (std::size_t i = 0; i < after.size(); ++i) {
    EXPECT_EQ(after[i].name, before[i].name);
    EXPECT_EQ(after[i].planes, before[i].planes);
  }
}

TEST(EnvironmentObjects, AreUnknownForOtherGames) {
  const Environment environment(find_game("boxing"), modern());
  EXPECT_NE(error_of([&] { (void)environment.objects(); }).find("boxing"), std::string::npos);
}

}  // namespace
}  // namespace arcadecam::game
