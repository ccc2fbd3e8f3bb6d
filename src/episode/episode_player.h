#pragma once

#include <memory>
#include <optional>
#include <span>

#include "episode/distributions.h"
#include "episode/run.h"
#include "episode/running_check.h"
#include "episode/trace_player.h"

namespace arcadecam::episode {

/// Plays and explains one episode after the other, step by step: an environment, an engine and what
/// belongs to them. What an episode brings depends on the run's options and its number alone. One
/// thread at a time; different players are independent of each other.
class EpisodePlayer {
 public:
  /// All arguments must outlive this; `sinks` are asked which screens they want. Throws Error.
  EpisodePlayer(const agent::Agent& agent, const RunOptions& options, std::span<Sink* const> sinks);

  [[nodiscard]] const RunInfo& info() const { return info_; }
  /// Begins an episode of a run that is no replay.
  void begin(std::int64_t episode);
  /// Begins the next episode of a replay and returns its number; nothing when there is none.
  std::optional<std::int64_t> begin_recorded();
  /// The episode was played.
  [[nodiscard]] bool over() const { return environment_.over() || (player_ && player_->over()); }
  /// Plays one step. What it refers to is valid until the next call.
  Step step();

 private:
  void start(std::int64_t episode);
  void explain(Step& step);
  game::Step advance(Step& step);
  [[nodiscard]] agent::Decision recorded(std::span<const float> values) const;

  const RunOptions& options_;
  std::span<Sink* const> sinks_;
  RunInfo info_;
  game::Environment environment_;
  std::optional<TracePlayer> player_;  ///< of a replay
  RunningCheck check_;                 ///< of a run that is no replay
  std::unique_ptr<nn::Engine> engine_;
  explain::Session session_;
  Distributions distributions_;
  ByteTensor screen_, observation_;
  Random random_{0};
  std::int64_t episode_ = 0, index_ = 0;
  double score_ = 0;
};

}  // namespace arcadecam::episode
