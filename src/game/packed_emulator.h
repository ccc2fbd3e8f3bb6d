#pragma once

#include <memory>

#include "game/emulator.h"

namespace arcadecam::game {

/// The same saved emulator in a few percent of its memory, for those that are kept by the hundred.
/// Making and restoring it takes a few milliseconds.
std::shared_ptr<const EmulatorState> packed(const std::shared_ptr<const EmulatorState>& state);

}  // namespace arcadecam::game
