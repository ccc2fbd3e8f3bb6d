#include "game/past_steps.h"

#include <algorithm>
#include <utility>

#include "game/packed_emulator.h"

namespace arcadecam::game {
namespace {

bool is_kept(const PastStep& step) {
  return step.before != nullptr;
}

}  // namespace

bool PastSteps::wants_state() const {
  const auto last = std::find_if(steps_.rbegin(), steps_.rend(), is_kept);
  return last == steps_.rend() || last - steps_.rbegin() + 1 >= every_;
}

void PastSteps::add(PastStep step) {
  steps_.push_back(std::move(step));
  // The latest state from which all frames follow.
  const auto oldest = std::min(frames_, std::ssize(steps_)) - 1;
  const auto last = std::find_if(steps_.rbegin() + oldest, steps_.rend(), is_kept);
  if (last != steps_.rend()) steps_.erase(steps_.begin(), std::prev(last.base()));
}

std::vector<PastStep> PastSteps::packed() const {
  std::vector<PastStep> steps;
  for (const PastStep& step : steps_)
    steps.push_back({steps.empty() ? game::packed(step.before) : nullptr, step.action});
  return steps;
}

void play_steps(Emulator& emulator, std::span<const PastStep> steps, int frame_skip) {
  for (const PastStep& step : steps) {
    for (int frame = 0; frame < frame_skip; ++frame) emulator.act(step.action);
  }
}

}  // namespace arcadecam::game
