#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "arcadecam/nn/graph.h"

namespace arcadecam::checkpoint {

/// A state dict: tensors by name, widened to float32, in the file's order.
struct StateDict {
  std::vector<nn::NamedTensor<nn::Weights>> tensors;

  /// The tensor called `name`, or null.
  [[nodiscard]] nn::Weights find(std::string_view name) const;
};

/// What is known from elsewhere (options, folder names, entries beside the state dict).
struct Hints {
  std::optional<std::string> algorithm;  ///< "DQN", "MDQN" or "C51"
};

/// One source of checkpoints: how its state dicts become a graph. One `extern constinit const
/// Convention STEM_entry` per file in conventions/; the table is generated.
struct Convention {
  std::string_view id;     ///< "atari-agents"
  std::string_view title;  ///< one line for people
  /// Whether the key names are this convention's (some key that only it has). Says nothing about
  /// shapes.
  bool (*recognises)(const StateDict& state);
  /// Builds the network; throws Error naming the tensor for a missing, superfluous or misshapen
  /// one.
  nn::Graph (*build)(const StateDict& state, const Hints& hints);
  /// For example "AtariNet, C51 head (51 atoms, −10 … 10)"; called after build() succeeded.
  std::string (*describe)(const StateDict& state, const Hints& hints);
};

std::span<const Convention* const> conventions();

}  // namespace arcadecam::checkpoint
