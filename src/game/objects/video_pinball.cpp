// Video Pinball: the ball and the two flippers.
#include <array>

#include "game/objects.h"

namespace arcadecam::game {
namespace {

constexpr std::array kVideoPinballModes{0, 2};
constexpr std::array kVideoPinballDifficulties{0, 1};

/// A flipper in one of four pictures, from lying to upright; drawn from column `left` on, upright
/// from `upright` on.
PixelBox flipper(int left, int upright, int picture) {
  constexpr std::array<PixelBox, 4> kPictures{
      {{0, 184, 13, 8}, {0, 184, 13, 6}, {0, 181, 13, 9}, {0, 177, 12, 13}}};
  PixelBox box = kPictures[static_cast<std::size_t>(picture)];
  box.left = picture == 3 ? upright : left;
  return box;
}

std::vector<GameObject> find_video_pinball(const DrawnFrame& frame) {
  const Ram ram = frame.ram;
  std::vector<GameObject> objects;
  objects.push_back({"ball", "ball", {ram[67], ram[68] - 3, 2, 4}});
  objects.push_back({"left flipper", "flipper", flipper(64, 64, ram[98] >> 4 & 3)});
  objects.push_back({"right flipper", "flipper", flipper(83, 84, ram[102] >> 4 & 3)});
  objects.push_back({"score", "score", {4, 3, 152, 10}});
  return objects;
}

std::vector<Intervention> video_pinball_interventions(const DrawnFrame&) {
  return {
      {"ball", Change::kRemove, {{68, 0}}},
      {.object = "ball",
       .change = Change::kPlace,
       .column = Dial{67, 4, 150},
       .line = Dial{68, 36, 184}},
      shown_only({"score", Change::kRemove, {{30, 0}}}, kWrittenAgain),
      shown_only({.object = "score", .change = Change::kRecolour, .colour = Dial{30, 0, 254, 0, 2}},
                 kWrittenAgain)};
}

}  // namespace

extern constinit const ObjectTable video_pinball_entry{
    "video_pinball",
    find_video_pinball,
    video_pinball_interventions,
    {kVideoPinballModes, kVideoPinballDifficulties},
    "the bumpers, the targets, the rollovers and the plunger"};

}  // namespace arcadecam::game
