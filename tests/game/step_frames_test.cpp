#include "game/step_frames.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "game/play.h"

namespace arcadecam::game {
namespace {

TEST(StepFrames, AreThoseOfTheSameGameFrameByFrame) {
  atari::Protocol held = atari::modern(), single = held;
  held.sticky_probability = single.sticky_probability = 0;
  // What is observed of a step of one frame cannot be the larger of two; the screens stay the same.
  single.frame_skip = 1;
  single.pixels.pool = atari::Pixels::Pool::kNone;
  Environment environment(find_game("breakout"), held), slow(find_game("breakout"), single);
  environment.keep_history();
  environment.reset(1, 0);
  slow.reset(1, 0);
  StepFrames frames(environment.game(), held);
  ASSERT_EQ(frames.of(environment).size(), 1U) << "no step was played";
  for (int step = 0; step < 60; ++step) {
    const int action = step * 7 % 4;
    (void)environment.step(action);
    const std::vector<ByteTensor> shown = frames.of(environment);
    ASSERT_EQ(shown.size(), 4U);
    for (const ByteTensor& frame : shown) {
      (void)slow.step(action);
      ASSERT_TRUE(same(frame.view(), slow.emulator().screen())) << "step " << step;
    }
  }
}

}  // namespace
}  // namespace arcadecam::game
