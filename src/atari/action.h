#pragma once

#include <array>
#include <string_view>

namespace arcadecam::atari {

/// ALE's number of a joystick action: 0 … 17, an index into kActionNames.
using ActionCode = int;

inline constexpr ActionCode kNoop = 0, kFire = 1;

inline constexpr std::array<std::string_view, 18> kActionNames{
    "NOOP",     "FIRE",     "UP",          "RIGHT",      "LEFT",          "DOWN",
    "UPRIGHT",  "UPLEFT",   "DOWNRIGHT",   "DOWNLEFT",   "UPFIRE",        "RIGHTFIRE",
    "LEFTFIRE", "DOWNFIRE", "UPRIGHTFIRE", "UPLEFTFIRE", "DOWNRIGHTFIRE", "DOWNLEFTFIRE"};

}  // namespace arcadecam::atari
