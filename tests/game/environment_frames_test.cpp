#include <gtest/gtest.h>

#include "game/environment.h"
#include "game/play.h"

namespace arcadecam::game {
namespace {

/// Breakout by the step, and the same game frame by frame.
struct TwoWays {
  static atari::Protocol protocol(int frame_skip) {
    atari::Protocol protocol = atari::modern();
    protocol.sticky_probability = 0;
    protocol.frame_skip = frame_skip;
    protocol.max_frames = 402;  // not a whole number of steps
    // What is observed of a step of one frame cannot be the larger of two; the screens stay the
    // same.
    protocol.pixels.pool = atari::Pixels::Pool::kNone;
    return protocol;
  }
  TwoWays() {
    environment.keep_frames();
    environment.reset(1, 0);
    slow.reset(1, 0);
  }
  Environment environment{find_game("breakout"), protocol(4)};
  Environment slow{find_game("breakout"), protocol(1)};
};

TEST(EnvironmentFrames, AreThoseOfTheSameGameFrameByFrame) {
  TwoWays two;
  EXPECT_TRUE(two.environment.frames().empty()) << "no step was played";
  for (int step = 0; step < 60; ++step) {
    const int action = step * 7 % 4;
    (void)two.environment.step(action);
    ASSERT_EQ(two.environment.frames().size(), 4U);
    for (const ByteTensor& frame : two.environment.frames()) {
      (void)two.slow.step(action);
      ASSERT_TRUE(same(frame.view(), two.slow.emulator().screen())) << "step " << step;
    }
  }
}

TEST(EnvironmentFrames, EndWithTheEpisodeAndAreGoneAfterARestoreAndAReset) {
  TwoWays two;
  const Snapshot begin = two.environment.save();
  std::size_t frames = 0;
  while (!two.environment.over()) {
    (void)two.environment.step(1);
    frames = two.environment.frames().size();
    ASSERT_GE(frames, 1U);
    ASSERT_LE(frames, 4U);
    ASSERT_TRUE(same(two.environment.frames().back().view(), two.environment.emulator().screen()));
  }
  int single = 0;
  for (; !two.slow.over(); ++single) (void)two.slow.step(1);
  EXPECT_EQ(static_cast<int>(frames), (single - 1) % 4 + 1);
  EXPECT_LT(frames, 4U) << "the last step ends early";
  two.environment.restore(begin);
  EXPECT_TRUE(two.environment.frames().empty());
  (void)two.environment.step(1);
  EXPECT_EQ(two.environment.frames().size(), 4U);
  two.environment.reset(1, 1);
  EXPECT_TRUE(two.environment.frames().empty());
}

TEST(EnvironmentFrames, AreNotKeptUnasked) {
  Environment environment(find_game("pong"), atari::modern());
  environment.reset(1, 0);
  (void)environment.step(0);
  EXPECT_TRUE(environment.frames().empty());
}

}  // namespace
}  // namespace arcadecam::game
