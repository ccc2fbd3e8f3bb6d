#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agent/policy.h"
#include "arcadecam/checkpoint/checkpoint.h"
#include "arcadecam/nn/graph.h"
#include "game/environment.h"

namespace arcadecam::agent {

/// A network with the game and the protocol it was trained for: what plays.
struct Agent {
  std::string name;  ///< an embedded agent's name or the checkpoint's path
  checkpoint::Checkpoint checkpoint;
  std::shared_ptr<const nn::Graph> graph;   ///< the checkpoint's, or with re-initialised weights
  std::optional<std::uint64_t> randomized;  ///< the seed of re-initialised weights
  game::Game game;
  atari::Protocol protocol;
  std::string stage{};  ///< of an embedded agent's card: "early", or empty
};

/// The names of the network's actions, in its order.
std::vector<std::string_view> action_names(const Agent& agent);

struct AgentOptions {
  checkpoint::LoadOptions load;
  /// Control for sanity checks: all weights drawn at random (see nn::randomize_weights).
  std::optional<std::uint64_t> randomize_weights;
  /// The game, where neither the options nor the checkpoint say it.
  std::optional<std::string> game_otherwise{};
};

/// Loads an embedded agent by name or a checkpoint file. The game comes from the options, the
/// folder names or the file's entries, the protocol likewise ("modern" where nothing says
/// otherwise). Throws Error when the game is unknown or its action set does not fit the network.
Agent load_agent(const std::string& name_or_file, const AgentOptions& options = {});

/// Makes `protocol` observe the game as a network takes it: planes × height × width. Throws Error
/// naming `name` where it cannot, colour needing a multiple of three planes.
void observe_as(atari::Protocol& protocol, const Shape& input, const std::string& name);

}  // namespace arcadecam::agent
