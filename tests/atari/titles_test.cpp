#include "atari/titles.h"

#include <gtest/gtest.h>

#include <set>

#include "atari/action.h"

namespace arcadecam::atari {
namespace {

TEST(Titles, AreSpeltAsOnTheBoxes) {
  EXPECT_EQ(title_of("pong"), "Pong");
  EXPECT_EQ(title_of("video_pinball"), "Video Pinball");
  EXPECT_EQ(title_of("qbert"), "Q*bert");
  EXPECT_EQ(title_of("ms_pacman"), "Ms. Pac-Man");
}

TEST(ActionNames, AreEighteenDistinctOnes) {
  EXPECT_EQ(std::set(kActionNames.begin(), kActionNames.end()).size(), 18U);
  EXPECT_EQ(kActionNames[kNoop], "NOOP");
  EXPECT_EQ(kActionNames[kFire], "FIRE");
  EXPECT_EQ(kActionNames[17], "DOWNLEFTFIRE");
}

}  // namespace
}  // namespace arcadecam::atari
