#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "arcadecam/nn/graph.h"

namespace arcadecam::checkpoint {

/// What a user knows about a file that the file may not say, and the limits of reading it.
struct LoadOptions {
  std::optional<std::string> algorithm;  ///< "DQN", "MDQN", "C51": overrides the folder names
  std::optional<std::string> protocol;   ///< one of protocol_names(): overrides the folder names
  std::optional<std::string> game;       ///< overrides the folder names; any spelling
  /// A convention's name ("cleanrl"), where names and shapes fit several or none.
  std::optional<std::string> as{};
  /// What the network divides the 0…255 pixels by (255, or 1 for none), where the file cannot say.
  std::optional<float> divide_by{};
  /// The activation function of its hidden layers, one of activation_names(). It replaces the one
  /// that the convention assumes.
  std::optional<std::string> activation{};
  /// The colours of a plane, by the protocols' names ("rgb"), where the network does not tell.
  std::optional<std::string> grey{};
  /// Where a file of torch.save has the network's state dict, when it holds several: an entry's
  /// name, or several with "/" between them for an entry within another.
  std::optional<std::string> entry{};
  /// Tensors whose names in the file start with one of these are not part of the network.
  std::vector<std::string> ignore{};
  /// A network description (docs/checkpoints.md), for tensors of no known convention.
  std::optional<std::filesystem::path> network{};
  /// Refuse files that hold more than this when inflated.
  std::uint64_t max_bytes = std::uint64_t{1} << 30;
};

/// A tensor of the state dict as the file holds it.
struct StoredTensor {
  std::string name;
  std::string dtype;  ///< as stored: "float32", "float16", "bfloat16", "float64"
  Shape shape;
};

/// What a network description says about playing and observing the game, beyond the name of a
/// protocol. It is kept as written; the code that knows the protocols judges it.
struct ProtocolSetting {
  std::string name;  ///< "frame_skip"
  std::variant<bool, double, std::string> value;
  std::string where;  ///< "net.json: line 7 (/protocol/frame_skip)"
};

/// A loaded checkpoint: the network and everything that is known about its training.
struct Checkpoint {
  std::filesystem::path file;
  std::string sha256;      ///< of the file as it is
  std::string container;   ///< for example "gzip, torch zip"
  std::string convention;  ///< which source of checkpoints, for example "atari-agents"
  std::string network;     ///< for example "AtariNet, DQN head"
  std::optional<std::string> algorithm;  ///< "DQN", "MDQN", "C51", "QR-DQN", "PPO", "A2C", …
  std::optional<std::string> protocol;   ///< one of protocol_names()
  std::optional<std::string> game;       ///< as spelled in the folder names or the options
  std::optional<std::int64_t> step;      ///< training step, from the file's name or its entries
  std::optional<std::int64_t> training_seed;
  std::vector<StoredTensor> tensors;  ///< the state dict
  /// What else the file holds beside the state dict, for example "'step': 50000000".
  std::vector<std::string> other_entries;
  /// The reasons why the file was recognised as this convention, one sentence each.
  std::vector<std::string> evidence;
  /// What the file does not tell, one sentence each.
  std::vector<std::string> unknown;
  nn::Graph graph;
  /// The options that say how the file is read, as the command line names them ("--as nature
  /// --divide-by 1"); empty where there are none. The same file read with other options is another
  /// network.
  std::string read_with{};
  /// The SHA-256 of the network description, and what it changes in `protocol`.
  std::optional<std::string> network_sha256{};
  std::vector<ProtocolSetting> protocol_settings{};
};

/// The protocols that a checkpoint can be known to follow: "modern", "classic" and the presets of
/// the conventions.
std::vector<std::string> protocol_names();

/// The activation functions that LoadOptions::activation may name: "relu", "tanh", "elu", …
std::vector<std::string> activation_names();

/// Reads a checkpoint. Nothing in the file is executed; sizes are checked against the file before
/// memory is taken. Throws Error (kBadInput) naming the file, what was expected and what was found,
/// for anything that is not a whole, finite, known network.
Checkpoint load(const std::filesystem::path& file, const LoadOptions& options = {});

}  // namespace arcadecam::checkpoint
