#include "episode/run_info.h"

#include "arcadecam/core/error.h"
#include "atari/action.h"

namespace arcadecam::episode {

RunInfo run_info(const agent::Agent& agent, const RunOptions& options,
                 const game::Environment& environment) {
  const Trace* const replay = options.replay;
  RunInfo info;
  info.agent = agent.name;
  info.agent_stage = agent.stage;
  info.agent_sha256 = agent.checkpoint.sha256;
  info.network_sha256 = agent.checkpoint.network_sha256;
  info.read_with = agent.checkpoint.read_with;
  info.game = agent.game;
  info.protocol = agent.protocol;
  if (options.variation != nullptr) info.variation = options.variation->name;
  info.randomized = agent.randomized;
  info.policy = replay != nullptr ? replay->policy : options.policy.text();
  info.outputs = agent.graph->output_kind();
  info.sampled = agent::Policy::samples(info.policy);
  info.target = options.target.text();
  info.engine = options.engine;
  if (options.precision == nn::Precision::kBf16) info.engine += " bf16";
  info.seed = replay != nullptr ? replay->seed : options.seed;
  info.actions.assign(environment.actions().begin(), environment.actions().end());
  info.methods = options.methods;
  info.sound_rate = options.sound ? game::Emulator::kSoundRate : 0;
  info.screen = environment.emulator().screen_rgb().shape();
  return info;
}

Trace trace_of(const RunInfo& info) {
  if (info.protocol.training) throw bad_usage("training episodes cannot be recorded as a trace");
  if (!info.variation.empty()) {
    throw bad_usage(
        "a run of the variation {} cannot be recorded as a trace, which holds the game as it is",
        info.variation);
  }
  Trace trace;
  trace.program = "ArcadeCAM " ARCADECAM_VERSION;
  trace.emulator = "ALE " ARCADECAM_ALE_VERSION;
  trace.game = info.game.name;
  trace.rom_md5 = info.game.rom_md5;
  for (const atari::ActionCode code : info.actions)
    trace.actions.emplace_back(atari::kActionNames[static_cast<std::size_t>(code)]);
  trace.agent = info.agent;
  trace.agent_sha256 = info.agent_sha256;
  trace.network_sha256 = info.network_sha256;
  trace.read_with = info.read_with;
  trace.randomized_weights = info.randomized;
  trace.policy = info.policy;
  trace.engine = info.engine;
  trace.protocol = info.protocol;
  trace.seed = info.seed;
  return trace;
}

}  // namespace arcadecam::episode
