// Play that brings a game's objects to the screen, and what is on it.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <string_view>

#include "arcadecam/core/random.h"
#include "game/environment.h"

namespace arcadecam::game {

/// Plays with random actions, each for four steps, and the first one besides no-op often: it begins
/// most games.
class Play {
 public:
  explicit Play(Environment& environment) : environment_(environment) { environment.reset(3, 0); }

  void step() {
    if (steps_ % 4 == 0) action_ = static_cast<int>(random_.below(environment_.actions().size()));
    if (steps_ % 9 == 0) action_ = 1;
    if (environment_.step(action_).done())
      environment_.reset(3, static_cast<std::uint64_t>(steps_));
    ++steps_;
  }
  void steps(int count) {
    for (int i = 0; i < count; ++i) step();
  }

 private:
  Environment& environment_;
  Random random_{11};
  int steps_ = 0, action_ = 0;
};

inline bool same(ByteTensorView a, ByteTensorView b) {
  return std::ranges::equal(a.values(), b.values());
}

/// Where an object is on the screen; empty: it is not there.
inline PixelBox box_of(const Environment& environment, std::string_view object) {
  const auto objects = environment.screen_objects();
  const auto at = std::ranges::find(objects, object, &GameObject::name);
  return at == objects.end() ? PixelBox{} : at->box;
}

}  // namespace arcadecam::game
