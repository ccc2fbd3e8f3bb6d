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
  /// A recorded run to play again instead, checked against the recording: its episodes, seed and
  /// actions count, the policy does not; `greedy` of a decision is of the agent given now, whose
  /// game and protocol must be the trace's. Must outlive the run.
  const Trace* replay = nullptr;
  /// The game is played otherwise; nullptr: as it is. No trace can be made of it, nor played again
  /// in it.
  const game::Variation* variation = nullptr;
  bool sound = false;    ///< the game's sound in every Step
  bool objects = false;  ///< what is on observation and screen in every explained Step
  /// Which steps (episode, index) are explained and handed to the sinks; none: all. The others are
  /// played only, in a replay without asking the network: they have no values there. Any thread may
  /// ask: the same answer always.
  std::function<bool(std::int64_t, std::int64_t)> select;
  std::string engine = "cpu";
  int threads = 1;
  nn::Precision precision = nn::Precision::kF32;
  /// Threads that play, each with an engine of its own, and episodes that each plays side by side,
  /// whose decisions share the engine's passes (kLargestGroup at most). A replay has one of each.
  /// What is written does not depend on them.
  int jobs = 1, group = 1;
  /// Called while a step is explained, see Session::on_probe; where several episodes are played at
  /// once, never.
  explain::Session::ProbeProgress on_probe;
  /// Called after every step, whose arrays may be missing where no sink wants them; false ends the
  /// run early (the episode counts as truncated).
  std::function<bool(const Step&)> on_step;
};

/// Plays episodes of an agent's game, explains every decision (one forward pass per decision, one
/// backward pass if it is explained) and hands each step to the sinks. Throws Error.
Summary run(const agent::Agent& agent, const RunOptions& options, std::span<Sink* const> sinks);

}  // namespace arcadecam::episode
