// The object tables against the drawn pixels of the real games.
#include "game/objects.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>

#include "arcadecam/core/random.h"
#include "game/drawn_objects.h"
#include "game/environment.h"
#include "game/rom_folder.h"
#include "support/error_of.h"

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
  const Game boxing = find_game("boxing");
  EXPECT_EQ(object_table(find_game("pong"), atari::modern()).game, "pong");
  EXPECT_EQ(find_object_table(boxing, atari::modern()), nullptr);
  EXPECT_NE(test::error_of([&] {
              (void)object_table(boxing, atari::modern());
            }).find("there are object tables for: air"),
            std::string::npos);
  for (const ObjectTable* table : object_tables())
    EXPECT_EQ(find_game(table->game).name, table->game);
}

TEST(ObjectTables, SayForWhichModesAndDifficultiesTheyWereVerified) {
  const Game pong = find_game("pong");
  atari::Protocol protocol = atari::modern();
  protocol.mode = 7;
  EXPECT_EQ(find_object_table(pong, protocol), nullptr);
  const std::string error = test::error_of([&] { (void)object_table(pong, protocol); });
  EXPECT_NE(error.find("not known in mode 7 and difficulty 0"), std::string::npos) << error;
  EXPECT_NE(error.find("modes 0, 1 and difficulties 0, 1, 2, 3"), std::string::npos) << error;
  for (const ObjectTable* table : object_tables()) {
    const Game game = find_game(table->game);
    EXPECT_FALSE(table->left_out.empty()) << game.name;
    for (const atari::Protocol& switches : all_switches(game, atari::modern()))
      EXPECT_EQ(find_object_table(game, switches), table) << game.name;
  }
}

TEST(Digits, AreBoxedFromTheFirstThatIsShown) {
  constexpr Digits kDisplay{10, 5, 8, 6, 7, 1, 4};
  EXPECT_EQ(kDisplay.box(decimal_digits({0x00, 0x00})), (PixelBox{34, 5, 6, 7}));
  EXPECT_EQ(kDisplay.box(decimal_digits({0x01, 0x20})), (PixelBox{19, 5, 21, 7}));
  EXPECT_EQ(kDisplay.box(decimal_digits({0x10, 0x01})), (PixelBox{11, 5, 28, 7}));
  EXPECT_EQ(kDisplay.box(decimal_digits({0x00}, 2)), (PixelBox{10, 5, 14, 7}));
  EXPECT_TRUE(kDisplay.box(std::array{-1, -1}).empty());
}

class ObjectsOnTheScreen : public testing::TestWithParam<DrawnKind> {};

// Intersection over union of the told box and the box around the drawn pixels near it, in every
// mode and difficulty.
TEST_P(ObjectsOnTheScreen, AreWhereTheTableSays) {
  const DrawnKind& drawn = GetParam();
  const Game game = find_game(drawn.game);
  const std::vector<atari::Protocol> switches = all_switches(game, atari::classic());
  int all = 0;
  double worst = 1;
  for (const atari::Protocol& protocol : switches) {
    Environment environment(game, protocol);
    environment.reset(3, 0);
    Random random(11);
    double sum = 0;
    int count = 0, action = 0;
    for (int step = 0; step < std::max(40, 320 / static_cast<int>(switches.size() + 1)); ++step) {
      if (step % 4 == 0) action = static_cast<int>(random.below(environment.actions().size()));
      if (step % 9 == 0) action = 1;
      if (environment.step(action).done()) environment.reset(3, static_cast<std::uint64_t>(step));
      if (step < 8) continue;
      const ByteTensorView screen = environment.emulator().screen_rgb();
      const PixelBox part =
          intersection(drawn.part, {0, 0, 160, static_cast<int>(screen.shape()[0])});
      for (const GameObject& object : environment.screen_objects()) {
        // Wholly where its colour is its own.
        if (object.box.empty() || object.kind != drawn.kind ||
            intersection(object.box, part) != object.box)
          continue;
        const PixelBox seen =
            drawn_in(screen, around(object.box, drawn.margin, part), drawn.colors);
        if (drawn.in_turns && seen.empty()) continue;
        sum += agreement(seen, object.box);
        ++count;
      }
    }
    all += count;
    if (count < 5) continue;
    worst = std::min(worst, sum / count);
    EXPECT_GE(sum / count, drawn.agreement) << "mode " << *protocol.mode << " difficulty "
                                            << *protocol.difficulty << ": " << count << " boxes";
  }
  ASSERT_GT(all, 40);
  RecordProperty("mean_iou", std::to_string(worst));
}

INSTANTIATE_TEST_SUITE_P(Games, ObjectsOnTheScreen, testing::ValuesIn(drawn_kinds()),
                         [](const auto& test) {
                           return std::string(test.param.game) + "_" + test.param.kind;
                         });

/// A display of digits, and where memory keeps what it shows.
struct Display {
  const char* game;
  const char* object;
  std::vector<std::uint8_t> bytes;  ///< of binary-coded decimals, the highest first
  PixelBox part;                    ///< nothing else is drawn there
  Color color;
  bool decimal = true;     ///< otherwise plain numbers, up to 20
  std::uint8_t every = 1;  ///< plain: held are so many times the digits of the number
};

class Displays : public testing::TestWithParam<Display> {};

// A display's box is the box around the digits that it shows, whatever they are.
TEST_P(Displays, AreBoxedAsDrawn) {
  const Display& display = GetParam();
  const Game game = find_game(display.game);
  Emulator emulator(game, verified_rom(game, rom_folder({})), atari::classic());
  const ObjectTable& table = object_table(game, atari::classic());
  emulator.begin(1);
  emulator.reset_game();
  for (int frame = 0; frame < 240; ++frame) emulator.act(game.actions[frame % 60 < 10 ? 1 : 0]);
  const auto before = emulator.save();
  for (const int number : {0,   1,   5,   9,   10,   11,   17,    20,    31,    76,     88,    90,
                           100, 111, 315, 960, 1000, 2871, 11111, 57680, 71110, 234561, 999999}) {
    std::vector<RamByte> held;
    int left = number;
    if (display.decimal) {
      for (auto byte = display.bytes.rbegin(); byte != display.bytes.rend(); ++byte) {
        held.push_back({*byte, static_cast<std::uint8_t>(left % 10 + 16 * (left / 10 % 10))});
        left /= 100;
      }
    } else {
      if (number > 20) break;
      held.push_back({display.bytes[0], static_cast<std::uint8_t>(number)});
      left = 0;
    }
    if (left != 0) break;
    emulator.restore(*before);
    emulator.hold(held);
    for (int frame = 0; frame < 4; ++frame) emulator.act(atari::kNoop);
    const std::vector<std::uint8_t> ram(emulator.ram().begin(), emulator.ram().end());
    const Ram told(ram.data(), 128);
    const auto objects = table.find({told, told, game.default_mode, 0});
    const auto object = std::ranges::find(objects, display.object, &GameObject::name);
    ASSERT_NE(object, objects.end());
    const PixelBox seen = drawn_in(emulator.screen_rgb(), display.part, {display.color});
    EXPECT_EQ(object->box, seen) << number << ": told " << object->box.left << " "
                                 << object->box.top << " " << object->box.width << " "
                                 << object->box.height << ", seen " << seen.left << " " << seen.top
                                 << " " << seen.width << " " << seen.height;
    emulator.hold({});
  }
}

INSTANTIATE_TEST_SUITE_P(
    Games, Displays,
    testing::Values(Display{"pong", "enemy score", {13}, {0, 0, 80, 22}, {213, 130, 74}, false},
                    Display{"pong", "player score", {14}, {80, 0, 80, 22}, {92, 186, 92}, false},
                    Display{"freeway", "player score", {103}, {8, 0, 72, 15}, {228, 111, 111}},
                    Display{"freeway", "other score", {104}, {80, 0, 80, 15}, {228, 111, 111}},
                    Display{"air_raid", "score", {40, 41, 42}, {0, 8, 160, 14}, {87, 139, 201}},
                    Display{
                        "ms_pacman", "score", {122, 121, 120}, {8, 184, 140, 14}, {195, 144, 61}},
                    Display{"seaquest", "score", {56, 57, 58}, {8, 5, 152, 14}, {210, 210, 64}}),
    [](const auto& test) {
      std::string name = std::string(test.param.game) + "_" + test.param.object;
      std::ranges::replace(name, ' ', '_');
      return name;
    });

TEST(EnvironmentObjects, LieOnEveryPlaneAndComeBackWithASnapshot) {
  Environment environment(find_game("pong"), atari::modern());
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
  const Environment environment(find_game("boxing"), atari::modern());
  EXPECT_NE(test::error_of([&] { (void)environment.objects(); }).find("boxing"), std::string::npos);
}

}  // namespace
}  // namespace arcadecam::game
