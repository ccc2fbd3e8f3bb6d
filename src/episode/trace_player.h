#pragma once

#include <cstdint>
#include <functional>

#include "episode/running_checksum.h"
#include "episode/trace.h"
#include "game/environment.h"
#include "game/games.h"
#include "game/replay.h"

namespace arcadecam::episode {

/// The game of a trace. Throws Error when there is none of that name, or not with that ROM, action
/// set, mode or difficulty.
game::Game game_of(const Trace& trace);

/// Plays the episodes of a trace again, and notices when what happens is not what was recorded.
class TracePlayer {
 public:
  /// Throws Error when the environment's game or protocol is not the trace's. Both arguments must
  /// outlive this.
  TracePlayer(const Trace& trace, game::Environment& environment);

  /// Begins the next recorded episode; false when there is none.
  bool next_episode();
  [[nodiscard]] const TracedEpisode& episode() const { return trace_.episodes[next_ - 1]; }
  /// All actions of the episode were played.
  [[nodiscard]] bool over() const { return steps_ == std::ssize(episode().actions); }
  /// The action that comes next; not when over().
  [[nodiscard]] int action() const {
    return episode().actions[static_cast<std::size_t>(steps_)].action;
  }
  /// Whether that was greedy for the agent that was recorded; not when over().
  [[nodiscard]] bool greedy() const {
    return episode().actions[static_cast<std::size_t>(steps_)].greedy;
  }
  /// Plays it. Throws Error saying where the replay first differs from the recording: the checksums
  /// are 100 steps apart, so a difference is noticed within as many.
  game::StepResult step();
  /// RunningChecksum of the episode so far.
  [[nodiscard]] std::uint32_t checksum() const { return checksum_.value(); }

 private:
  void verify(const game::StepResult& last) const;

  const Trace& trace_;
  game::Environment& environment_;
  std::size_t next_ = 0;  ///< the episode after the current one
  std::int64_t steps_ = 0, score_ = 0;
  RunningChecksum checksum_;
};

/// Plays a trace without an agent and shows every row, a reset's and a step's, as
/// game::play_replay() does.
void play_trace(const Trace& trace, game::Environment& environment, const game::RowVisitor& visit);

}  // namespace arcadecam::episode
