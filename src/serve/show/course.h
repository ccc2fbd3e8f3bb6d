#pragma once

#include <cstdint>

#include "agent/agent.h"
#include "arcadecam/core/random.h"
#include "arcadecam/core/tensor.h"
#include "episode/running_checksum.h"
#include "episode/trace.h"
#include "game/environment.h"

namespace arcadecam::serve {

/// What belongs to a point of a game beside the environment.
struct Beside {
  std::int64_t step = 0;
  double score = 0;
  Random random{0};  ///< of the policy, before it decides here
  Tensor memory;     ///< what a recurrent network remembers here; empty of others
  episode::RunningChecksum checksum;
};

/// A point of a game, to which a course of the same agent can go back exactly.
struct Cursor {
  game::Snapshot snapshot;
  Beside beside;
};

/// A game in play.
class Course {
 public:
  /// Loads the game (about 0.1 s). `agent` must outlive this.
  explicit Course(const agent::Agent& agent, bool sound = false);

  /// Begins an episode of a run with this seed.
  void begin(std::uint64_t seed, std::int64_t episode);
  /// Begins a recorded one.
  void begin(std::uint64_t seed, const episode::TracedEpisode& recorded);
  /// Plays one step. Beside it only score, check and number go on.
  game::StepResult play(int action);
  /// What a recurrent network remembers after the step that was played; nothing where the step
  /// began what counts as another episode.
  void remember(Tensor memory);
  /// Whether steps bring sound, which takes about 50 µs for each. A change loads the game, which
  /// stays where it is.
  void turn_sound(bool on);
  /// The next begin() does not go on with a game in which a life was lost.
  void leave_game() { environment_.begin_session(0); }

  /// `with_history`: as Environment::save().
  [[nodiscard]] Cursor save(bool with_history = true) const;
  void restore(const Cursor& cursor);

  [[nodiscard]] game::Environment& environment() { return environment_; }
  [[nodiscard]] const game::Environment& environment() const { return environment_; }
  [[nodiscard]] Beside& beside() { return beside_; }
  [[nodiscard]] const Beside& beside() const { return beside_; }

 private:
  void start(std::uint64_t seed, std::int64_t episode);

  const agent::Agent& agent_;
  game::Environment environment_;
  bool sounds_;
  Beside beside_;
};

}  // namespace arcadecam::serve
