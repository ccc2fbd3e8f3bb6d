#pragma once

#include <optional>
#include <span>

#include "arcadecam/core/random.h"
#include "episode/run.h"
#include "episode/running_checksum.h"
#include "episode/trace_player.h"

namespace arcadecam::episode {

/// One environment and the episode that is played in it: all of a step but what the network says.
/// What an episode brings depends on the run's options and its number alone.
class PlayedEpisode {
 public:
  /// All arguments must outlive this; `sinks` are asked what they want. Throws Error.
  PlayedEpisode(const agent::Agent& agent, const RunOptions& options, std::span<Sink* const> sinks);

  [[nodiscard]] const game::Environment& environment() const { return environment_; }
  /// From now on keeps what game::Editor needs.
  void keep_history() { environment_.keep_history(); }
  /// Begins an episode of a run that is no replay.
  void begin(std::int64_t episode);
  /// Begins the next episode of a replay and returns its number; nothing when there is none.
  std::optional<std::int64_t> begin_recorded();
  /// The episode was played.
  [[nodiscard]] bool over() const { return environment_.over() || (player_ && player_->over()); }

  /// Starts a step: its number and what is seen. The observation is copied to `observation`, which
  /// the step then refers to; the screen stays valid until the next step is started.
  void see(Step& step, BasicTensorView<std::uint8_t> observation);
  /// The decision on these values; a recorded one of a replay, where there may be no values.
  [[nodiscard]] agent::Decision decide(std::span<const float> values);
  /// Plays the step's decision and notes what came of it.
  void advance(Step& step);

 private:
  void start(std::int64_t episode);
  game::StepResult play(Step& step);

  const RunOptions& options_;
  std::span<Sink* const> sinks_;
  nn::OutputKind outputs_;  ///< what decisions are made on
  game::Environment environment_;
  std::optional<TracePlayer> player_;  ///< of a replay
  RunningChecksum checksum_;           ///< of a run that is no replay
  ByteTensor screen_;
  Random random_{0};
  std::int64_t episode_ = 0, index_ = 0;
  double score_ = 0;
};

}  // namespace arcadecam::episode
