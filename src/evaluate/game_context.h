#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "agent/agent.h"
#include "game/environment.h"
#include "measure/context.h"

namespace arcadecam::evaluate {

/// An agent's network as measures take it.
measure::Network network_of(const agent::Agent& agent);

/// What measures that need the game may ask for beside the rest.
class GameContext final : public measure::Context {
 public:
  /// `agent`, `question` and `snapshots` must outlive the context. `snapshots`: the environment at
  /// each state when its decision was due, by State::index; none where states are not of a game.
  GameContext(const agent::Agent& agent, const measure::Question& question,
              std::span<const game::Snapshot> snapshots = {},
              std::shared_ptr<measure::SharedNetworks> shared = nullptr);

  /// What a scorer of the table game_measures() was given. Throws Error (usage) where it is another
  /// context: these measures need a game.
  static GameContext& of(measure::Context& context);

  [[nodiscard]] const agent::Agent& agent() const noexcept { return agent_; }
  /// An environment of the agent's game, to restore states in; loaded when first asked for.
  game::Environment& environment();
  /// nullptr where the state has none.
  [[nodiscard]] const game::Snapshot* snapshot(const measure::State& state) const;

 private:
  const agent::Agent& agent_;
  std::span<const game::Snapshot> snapshots_;
  std::optional<game::Environment> environment_;
};

}  // namespace arcadecam::evaluate
