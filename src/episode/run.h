#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <span>
#include <vector>

#include "agent/agent.h"
#include "arcadecam/explain/session.h"
#include "episode/sink.h"
#include "episode/trace.h"
#include "nn/sparse_batch.h"

namespace arcadecam::episode {

/// How an agent is played and explained.
struct RunOptions {
  /// Larger groups would change the last digits.
  static constexpr int kLargestGroup = nn::kLargestSparseBatch;

  std::int64_t episodes = 1;
  /// Steps of the whole run at most.
  std::int64_t max_steps = std::numeric_limits<std::int64_t>::max();
  std::uint64_t seed = 0;
  agent::Policy policy = agent::Policy(agent::Policy::Kind::kEpsilonGreedy, 0.001);
  std::vector<explain::MethodSpec> methods;  ///< none: play without explaining
  /// What is explained.
  explain::Target target = explain::Target::chosen();
  /// A recorded run that is played again instead, and checked against the recording. Its episodes,
  /// seed and actions are used and not the policy. Whether a decision is `greedy` is judged by the
  /// present agent, whose game and protocol must be those of the trace. Must outlive the run.
  const Trace* replay = nullptr;
  /// The variation that is played; nullptr: the game as it is. Variations can neither be recorded
  /// as a trace nor played from one.
  const game::Variation* variation = nullptr;
  bool sound = false;    ///< the game's sound in every Step
  bool objects = false;  ///< what is on observation and screen in every explained Step
  /// Which steps (episode, index) are explained and handed to the sinks; without it all are. The
  /// others are only played; in a replay the network is not asked for them, so that they have no
  /// values. Any thread may call it, and it must always give the same answer.
  std::function<bool(std::int64_t, std::int64_t)> select;
  std::string engine = "cpu";
  int threads = 1;
  nn::Precision precision = nn::Precision::kF32;
  /// How many threads play, each with its own engine, and how many episodes (at most kLargestGroup)
  /// each thread plays side by side; their decisions share the engine's passes. A replay has one of
  /// each. What is written does not depend on them.
  int jobs = 1, group = 1;
  /// Called while a step is explained, see Session::on_probe; where several episodes are played at
  /// once, never.
  explain::Session::ProbeProgress on_probe;
  /// Called after every step. The step's arrays may be missing where no sink wants them. Returning
  /// false ends the run early (the episode counts as truncated).
  std::function<bool(const Step&)> on_step;
};

/// Plays episodes of an agent's game, explains every decision (one forward pass per decision, one
/// backward pass if it is explained) and hands each step to the sinks. Throws Error.
Summary run(const agent::Agent& agent, const RunOptions& options, std::span<Sink* const> sinks);

}  // namespace arcadecam::episode
