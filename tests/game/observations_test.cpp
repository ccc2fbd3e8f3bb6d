// Every way to preprocess a screen shows what OpenCV, Pillow and NumPy make of it:
// scripts/golden/observations.py.
#include <gtest/gtest.h>
#include <zlib.h>

#include "game/environment.h"
#include "support/error_of.h"
#include "support/golden.h"

namespace arcadecam::game {
namespace {

const test::GoldenArrays& golden() {
  static const test::GoldenArrays arrays("states/observations.npz");
  return arrays;
}

struct Way {
  std::string name;
  int frame_skip, stack;
  atari::Pixels pixels;
};

std::vector<Way> ways() {
  using Grey = atari::Pixels::Grey;
  using Pool = atari::Pixels::Pool;
  using Filter = atari::Pixels::Filter;
  return {
      {"mean-stretch",
       4,
       1,
       {.grey = Grey::kMean,
        .pool = Pool::kNone,
        .filter = Filter::kAntialiased,
        .crop_top = 35,
        .crop_height = 160,
        .stretch = true,
        .height = 80,
        .width = 80}},
      {"mean",
       4,
       2,
       {.grey = Grey::kMean,
        .pool = Pool::kColours,
        .filter = Filter::kLinear,
        .crop_top = 34,
        .crop_height = 160,
        .height = 80,
        .width = 80}},
      {"colours", 4, 3, {.grey = Grey::kColours, .pool = Pool::kColours}},
      {"colours-stretch",
       3,
       1,
       {.grey = Grey::kColours,
        .pool = Pool::kNone,
        .filter = Filter::kAntialiased,
        .crop_left = 8,
        .stretch = true,
        .height = 64,
        .width = 96}},
      {"pillow-nearest",
       1,
       3,
       {.grey = Grey::kPillow,
        .pool = Pool::kNone,
        .filter = Filter::kNearest,
        .crop_top = 20,
        .crop_left = 8,
        .crop_height = 160,
        .crop_width = 144,
        .height = 64,
        .width = 72}},
      {"planes-stretch",
       4,
       2,
       {.grey = Grey::kOpenCv, .pool = Pool::kPlanes, .stretch = true, .height = 42, .width = 40}},
      {"shrunken",
       2,
       1,
       {.grey = Grey::kPillow,
        .pool = Pool::kShrunkenColours,
        .filter = Filter::kAntialiased,
        .height = 96,
        .width = 96}}};
}

atari::Protocol protocol_of(const Way& way) {
  atari::Protocol protocol;
  protocol.frame_skip = way.frame_skip;
  protocol.stack = way.stack;
  protocol.pixels = way.pixels;
  return protocol;
}

class Observations : public testing::TestWithParam<std::string> {};

TEST_P(Observations, AreWhatTheLibrariesMake) {
  const std::string& game = GetParam();
  const auto actions = golden().get<std::int64_t>(game + ".actions");
  for (const Way& way : ways()) {
    SCOPED_TRACE(way.name);
    const auto checks = golden().get<std::int64_t>(game + "." + way.name);
    Environment environment(find_game(game), protocol_of(way));
    const auto check = [&] {
      const auto planes = environment.observation().values();
      return static_cast<std::int64_t>(
          crc32(0, planes.data(), static_cast<unsigned>(planes.size())));
    };
    environment.begin_session(7);
    environment.next_episode(5);
    EXPECT_EQ(check(), checks.data()[0]);
    ASSERT_EQ(checks.size(), actions.size() + 1);
    for (std::int64_t i = 1; i < checks.size(); ++i) {
      environment.step(static_cast<int>(actions.data()[i - 1]));
      ASSERT_EQ(check(), checks.data()[i]) << "step " << i;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Games, Observations, testing::Values("breakout", "pong"));

TEST(PlaneResizes, EqualTheLibrariesAtEverySize) {
  const auto source = golden().get<std::uint8_t>("source");
  std::size_t compared = 0;
  for (const auto& [key, array] : golden().all()) {
    const auto dot = key.find('.'), cross = key.find('x', dot + 1);
    const std::string filter = key.substr(0, dot);
    if (filter != "area" && filter != "nearest" && filter != "linear" && filter != "antialiased")
      continue;
    atari::Pixels pixels;
    pixels.filter = atari::parse_filter(filter);
    pixels.height = std::stoi(key.substr(dot + 1, cross - dot - 1));
    pixels.width = std::stoi(key.substr(cross + 1));
    PlaneResize resize(pixels, static_cast<int>(source.shape()[0]),
                       static_cast<int>(source.shape()[1]));
    std::vector<std::uint8_t> plane(static_cast<std::size_t>(pixels.height * pixels.width));
    resize(source.values(), plane);
    const auto expected = golden().get<std::uint8_t>(key);
    ASSERT_EQ(std::ssize(plane), expected.size());
    EXPECT_TRUE(std::ranges::equal(plane, expected.values())) << key;
    ++compared;
  }
  EXPECT_EQ(compared, 18);
}

TEST(Observations, TheNewestPlaneOfColoursIsThree) {
  const Way colours = ways()[2];
  Environment environment(find_game("pong"), protocol_of(colours));
  environment.reset(1, 0);
  for (int i = 0; i < 20; ++i) environment.step(0);
  EXPECT_EQ(environment.observation().shape(), (Shape{9, 84, 84}));
  EXPECT_EQ(environment.newest_plane().shape(), (Shape{3, 84, 84}));
  EXPECT_TRUE(std::ranges::equal(environment.newest_plane().values(),
                                 environment.observation().values().last(3 * atari::kPlanePixels)));
}

TEST(Observations, SayWhatPartOfTheScreenTheyShow) {
  Environment cropped(find_game("pong"), protocol_of(ways()[4]));
  EXPECT_EQ(cropped.seen(), (atari::ScreenPart{20.0 / 210, 8.0 / 160, 180.0 / 210, 152.0 / 160}));
  Environment whole(find_game("pong"), atari::modern());
  EXPECT_EQ(whole.seen(), atari::ScreenPart{});
}

TEST(Observations, ObjectsFollowCropAndSize) {
  atari::Protocol protocol = protocol_of(ways()[0]);
  Environment cropped(find_game("pong"), protocol), whole(find_game("pong"), atari::modern());
  protocol.pixels.grey = atari::Pixels::Grey::kColours;
  Environment coloured(find_game("pong"), protocol);
  std::vector<std::string> seen, beyond;
  for (Environment* environment : {&cropped, &whole, &coloured}) {
    environment->begin_session(7);
    environment->next_episode(0);
  }
  for (const ObservedObject& object : cropped.objects()) seen.push_back(object.name);
  for (const ObservedObject& object : whole.objects()) {
    if (std::ranges::find(seen, object.name) == seen.end()) beyond.push_back(object.kind);
  }
  ASSERT_FALSE(beyond.empty()) << "the score is above the cropped part";
  EXPECT_TRUE(std::ranges::all_of(beyond, [](const auto& kind) { return kind == "score"; }));
  for (const ObservedObject& object : coloured.objects()) EXPECT_EQ(object.planes.size(), 3);
  // A quarter of the lines 35 … 195, at half the size.
  const atari::Crop crop{35, 0, 160, 160};
  EXPECT_EQ(on_plane({80, 75, 4, 2}, crop, 80, 80), (PixelBox{40, 20, 2, 1}));
  EXPECT_EQ(on_plane({80, 30, 4, 8}, crop, 80, 80), (PixelBox{40, 0, 2, 2})) << "half outside";
  EXPECT_TRUE(on_plane({80, 20, 4, 10}, crop, 80, 80).empty());
}

TEST(Observations, WrongWindowsAreErrors) {
  const auto error = [](const atari::Pixels& pixels) {
    atari::Protocol protocol;
    protocol.pixels = pixels;
    return test::error_of([&] { Environment(find_game("pong"), protocol); });
  };
  EXPECT_NE(error({.crop_top = 100, .crop_height = 160})
                .find("a crop of 160 lines from 100 and 160 columns from 0 does not lie within a "
                      "screen of 210×160 pixels"),
            std::string::npos);
  EXPECT_NE(error({.crop_left = 160}).find("does not lie within"), std::string::npos);
  EXPECT_NE(error({.height = 211}).find("by area averaging"), std::string::npos);
  EXPECT_EQ(error({.filter = atari::Pixels::Filter::kLinear, .height = 211}), "");
  EXPECT_NE(error({.height = 513}).find("1 to 512"), std::string::npos);
  EXPECT_NE(error({.crop_top = -1}).find("0 or more"), std::string::npos);
  atari::Protocol single;
  single.frame_skip = 1;
  EXPECT_THROW(check(single), std::exception) << "two frames are pooled";
  single.pixels.pool = atari::Pixels::Pool::kNone;
  EXPECT_NO_THROW(check(single));
}

}  // namespace
}  // namespace arcadecam::game
