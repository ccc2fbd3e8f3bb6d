#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <vector>

#include "atari/action.h"
#include "game/emulator.h"

namespace arcadecam::game {

/// A step of a game that was played.
struct PastStep {
  /// The state in which it began; null where it follows from the steps before.
  std::shared_ptr<const EmulatorState> before;
  atari::ActionCode action = atari::kNoop;
};

/// The newest steps of a game, as many as an observation has frames and a few more: what it takes
/// to play them again. The state is kept of every few steps alone, since the emulator finds the
/// ones between.
class PastSteps {
 public:
  /// `frames`: of an observation.
  explicit PastSteps(int frames) : frames_(frames) {}

  /// From now on a state is kept before every so many steps.
  void keep_every(int steps) { every_ = steps; }
  /// What was played does not lead here any more.
  void clear() { steps_.clear(); }
  /// Whether the next step is to be added with its state.
  [[nodiscard]] bool wants_state() const;
  void add(PastStep step);

  /// Oldest first. The first one's state is kept, and there is one per frame of the observation at
  /// least, where so many steps lead here.
  [[nodiscard]] std::span<const PastStep> steps() const { return steps_; }
  /// The same steps in little memory: only the first state, compressed.
  [[nodiscard]] std::vector<PastStep> packed() const;
  /// Goes on from what packed() gave.
  void restore(std::span<const PastStep> steps) { steps_.assign(steps.begin(), steps.end()); }

 private:
  std::ptrdiff_t frames_, every_ = 1;
  std::vector<PastStep> steps_;
};

/// Plays the steps, each one's action for so many frames.
void play_steps(Emulator& emulator, std::span<const PastStep> steps, int frame_skip);

}  // namespace arcadecam::game
