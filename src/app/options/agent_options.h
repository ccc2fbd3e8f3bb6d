#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "agent/agent.h"
#include "app/arguments.h"
#include "app/options/game_switches.h"
#include "arcadecam/checkpoint/checkpoint.h"
#include "episode/run.h"

namespace arcadecam::app {

/// Options about a checkpoint: --algo, --protocol, --game, --as, --network, --divide-by,
/// --activation, --grey, --entry, --ignore, --max-size.
struct CheckpointOptions {
  std::string algorithm, protocol, game, as, network, activation, grey, entry;
  std::vector<std::string> ignore;
  std::optional<float> divide_by;
  std::uint64_t max_size = checkpoint::LoadOptions{}.max_bytes;

  void define(Arguments& command);
  [[nodiscard]] checkpoint::LoadOptions get() const;
};

/// AGENT and the options about how it plays, shared by every command that plays.
struct PlayOptions {
  std::string agent;
  CheckpointOptions checkpoint;
  std::int64_t episodes = 1, steps = 0;
  std::uint64_t seed = 0;
  double epsilon = 0.001;
  std::string policy = "egreedy", engine = "cpu", precision = "f32";
  std::optional<std::uint64_t> randomize_weights;
  GameSwitches switches;
  int threads = 1, jobs = 1, group = 1;

  void define(Arguments& command);
  /// `trace`: a recorded run, which knows its game; or empty. Throws Error for an agent that cannot
  /// be read, for switches that its game does not have and for a missing ROM: nothing is written
  /// yet.
  [[nodiscard]] agent::Agent load(const std::string& trace = {}) const;
  [[nodiscard]] episode::RunOptions run_options() const;
};

/// What --help says of AGENT.
inline constexpr const char* kAgentHelp =
    "an embedded agent's name (`arcadecam agents`) or a checkpoint file";

/// --precision, for every command that runs a network.
void define_precision(Arguments& command, std::string& precision);

/// What --help says of --target.
inline constexpr const char* kTargetHelp =
    "what is explained; actions have a number or a name: chosen, greedy, action:K, margin[:A[/B]] "
    "(why A and not B; margin:LEFT/RIGHT), advantage[:K], "
    "value, linear:W0/W1/…, probability[:K], logit[:K], finer[:K[/ALPHA]]; of a C51 distribution "
    "also "
    "atom-logit:I[/K], atom-probability:I[/K], entropy[:K], lower-tail[:SHARE[/K]], "
    "upper-tail[:SHARE[/K]]; without K the chosen action's";

}  // namespace arcadecam::app
