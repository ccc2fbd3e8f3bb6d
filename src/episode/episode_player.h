#pragma once

#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "episode/distributions.h"
#include "episode/played_episode.h"
#include "game/editor.h"

namespace arcadecam::episode {

/// Plays and explains episodes step by step: one engine, and a group of environments that share its
/// passes. A step does not depend on what is played beside it: the engine's results for a state are
/// the same bits in every batch. One thread at a time; different players are independent of each
/// other.
class EpisodePlayer {
 public:
  /// All arguments but the last must outlive this; `sinks` are asked what they want. A replay, and
  /// a run of selected steps, has one environment. `layouts`: EngineOptions::layouts. Throws Error.
  EpisodePlayer(const agent::Agent& agent, const RunOptions& options, std::span<Sink* const> sinks,
                std::int64_t environments = 1,
                std::shared_ptr<nn::WeightLayouts> layouts = nullptr);

  [[nodiscard]] const RunInfo& info() const { return info_; }
  [[nodiscard]] std::size_t environments() const { return episodes_.size(); }
  [[nodiscard]] PlayedEpisode& episode(std::size_t environment) {
    return *episodes_.at(environment);
  }
  /// Plays one step in each of these environments, whose episodes must not be over. The steps are
  /// in their order; what they refer to is valid until the next call.
  std::span<Step> step(std::span<const std::size_t> environments);

 private:
  void describe(const agent::Agent& agent);
  /// The network is recurrent.
  [[nodiscard]] bool remembers() const { return !memory_.empty(); }
  /// What it remembers in these environments when their steps are seen; nothing, of others.
  TensorView recall(std::span<const std::size_t> environments);
  /// Keeps what it remembers after these steps.
  void memorise(std::span<const std::size_t> environments);
  void ask_network(std::span<const std::size_t> environments);
  void explain(std::span<const std::size_t> environments);

  const RunOptions& options_;
  RunInfo info_;
  std::vector<std::unique_ptr<PlayedEpisode>> episodes_;
  std::unique_ptr<nn::Engine> engine_;
  explain::Session session_;
  std::optional<game::Editor> editor_;  ///< for methods that ask for states without an object
  Distributions distributions_;
  Tensor memory_;  ///< what a recurrent network knows in each environment before its next step
  Tensor remembered_, next_;  ///< the same of the steps that are played, and after them
  ByteTensor observations_;   ///< of the environments that are played, one after the other
  std::vector<Step> steps_;
};

}  // namespace arcadecam::episode
