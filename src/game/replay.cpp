#include "game/replay.h"

#include <algorithm>

#include "arcadecam/core/error.h"

namespace arcadecam::game {
namespace {

void check(const Environment& environment, const Replay& replay) {
  const auto actions = static_cast<std::int64_t>(environment.actions().size());
  if (replay.random_seed == 0xffffffffU) {
    throw bad_usage(
        "the random seed -1 (4294967295 without a sign) makes ALE take the time of day: what it "
        "played cannot be played again");
  }
  for (std::size_t i = 0; i < replay.actions.size(); ++i) {
    const std::int64_t action = replay.actions[i];
    if (action != kReset && (action < 0 || action >= actions)) {
      throw bad_input("actions[{}] is {}: expected -1 (reset) or 0 to {}, the {} actions of {}", i,
                      action, actions - 1, actions, environment.game().title);
    }
  }
  if (!replay.noops) return;
  const auto resets = 1 + std::ranges::count(replay.actions, kReset);
  if (static_cast<std::int64_t>(replay.noops->size()) != resets) {
    throw bad_usage("{} no-op counts are given for {} resets (the first included)",
                    replay.noops->size(), resets);
  }
  for (const int noops : *replay.noops) {
    if (noops < 0) throw bad_usage("a no-op count is {}: it must be 0 or more", noops);
  }
}

}  // namespace

void play_replay(Environment& environment, const Replay& replay, const RowVisitor& visit) {
  check(environment, replay);
  std::uint64_t resets = 0;
  const auto reset = [&] {
    environment.next_episode(
        replay.noops ? (*replay.noops)[resets]
                     : session_noops(environment.protocol(), replay.random_seed, resets));
    ++resets;
  };
  environment.begin_session(replay.random_seed);
  reset();
  visit(0, environment, {});
  for (std::size_t i = 0; i < replay.actions.size(); ++i) {
    StepResult step;
    if (replay.actions[i] == kReset) {
      reset();
    } else if (environment.over()) {
      throw bad_input(
          "actions[{}] is {}, but the episode ended with actions[{}]: expected -1 (reset)", i,
          replay.actions[i], i - 1);
    } else {
      step = environment.step(static_cast<int>(replay.actions[i]));
    }
    visit(static_cast<std::int64_t>(i) + 1, environment, step);
  }
}

}  // namespace arcadecam::game
