#include "evaluate/game_context.h"

#include "arcadecam/core/error.h"

namespace arcadecam::evaluate {

measure::Network network_of(const agent::Agent& agent) {
  return {agent.graph, agent.protocol.pixels.planes(), agent.checkpoint.sha256};
}

GameContext::GameContext(const agent::Agent& agent, const measure::Question& question,
                         std::span<const game::Snapshot> snapshots,
                         std::shared_ptr<measure::SharedNetworks> shared)
    : Context(network_of(agent), question, std::move(shared)),
      agent_(agent),
      snapshots_(snapshots) {}

GameContext& GameContext::of(measure::Context& context) {
  if (auto* game = dynamic_cast<GameContext*>(&context)) return *game;
  throw bad_usage("this measure plays the game, and there is none: measure without it");
}

game::Environment& GameContext::environment() {
  if (!environment_) environment_.emplace(agent_.game, agent_.protocol);
  return *environment_;
}

const game::Snapshot* GameContext::snapshot(const measure::State& state) const {
  if (state.index < 0 || state.index >= std::ssize(snapshots_)) return nullptr;
  return &snapshots_[static_cast<std::size_t>(state.index)];
}

}  // namespace arcadecam::evaluate
