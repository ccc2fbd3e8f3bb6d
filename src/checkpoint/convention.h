#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "arcadecam/nn/graph.h"
#include "checkpoint/facts.h"

namespace arcadecam::checkpoint {

/// The most actions that a game has: the joystick's positions with and without the button.
inline constexpr std::int64_t kMostActions = 18;

/// A state dict: tensors by name, widened to float32, in the file's order.
struct StateDict {
  std::vector<nn::NamedTensor<nn::Weights>> tensors;

  /// The tensor called `name`, or null.
  [[nodiscard]] nn::Weights find(std::string_view name) const;
};

/// What is known from elsewhere (options, folder names, entries beside the state dict).
struct Hints {
  std::optional<std::string> algorithm{};  ///< "DQN", "MDQN" or "C51"
  Facts facts{};                           ///< what the file says beside its weights
  /// Which container the tensors came from, where that is telling: "stable-baselines3", "flax",
  /// "d3rlpy"; else empty.
  std::string source{};
  /// What the network divides the 0…255 pixels by, where the user says it.
  std::optional<float> divisor{};
  /// The activation function of its hidden layers, where the user says it.
  std::optional<nn::Op> activation{};
};

/// What a convention assumes because the file cannot tell, in words for people ("ReLU", "255").
/// Empty: the file or its source's code tells.
struct Assumptions {
  std::string activation{};  ///< which Hints::activation replaces
  std::string divisor{};     ///< which Hints::divisor replaces
};

/// What a network is, for people.
struct Description {
  std::string network{};  ///< for example "AtariNet, C51 head (51 atoms, −10 … 10)"
  /// Set where names, shapes or settings decide it: "DQN", "C51", "QR-DQN", "PPO", "A2C",
  /// "Rainbow".
  std::optional<std::string> algorithm{};
  /// What the file cannot say and was assumed, one sentence each.
  std::vector<std::string> unknown{};
  /// The protocol that this network is trained under, where it differs from the convention's.
  std::string_view preset{};
  /// What differs from it: names of fields and their values.
  std::vector<std::pair<std::string_view, std::string_view>> settings{};
  /// What is assumed as well, and said to the user in one place.
  Assumptions assumed{};
};

/// A network and what it is.
struct BuiltNetwork {
  nn::Graph graph;
  Description description;
};

/// What a convention found in a state dict.
struct FoundNetwork {
  /// Why the tensors are this convention's (some key that only it has), in half a sentence that
  /// says nothing about shapes. Empty where they are not; then only --as asks for the network.
  std::string evidence;
  /// Builds the network where it was found. Throws Error naming the tensor that is missing,
  /// superfluous or misshapen. The state dict and the hints must still be there.
  std::function<BuiltNetwork()> build;
};

/// One source of checkpoints: how its state dicts become a graph. One `extern constinit const
/// Convention STEM_entry` per file in conventions/; the table is generated.
struct Convention {
  std::string_view id;     ///< "atari-agents"
  std::string_view title;  ///< one line for people
  /// The protocol (docs/protocols.md) that this source trains under by default, or empty where it
  /// has none.
  std::string_view preset;
  /// Looks for the network once; what it returns refers to both arguments. Does not throw for
  /// tensors of others.
  FoundNetwork (*recognise)(const StateDict& state, const Hints& hints);
  /// Asked only when no other convention recognises the tensors.
  bool last_resort = false;
};

std::span<const Convention* const> conventions();

}  // namespace arcadecam::checkpoint
