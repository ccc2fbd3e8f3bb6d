#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "arcadecam/checkpoint/checkpoint.h"
#include "checkpoint/convention.h"
#include "core/bytes.h"
#include "core/json.h"

namespace arcadecam::checkpoint {

/// A network description (docs/checkpoints.md): what a checkpoint's architecture is where the
/// checkpoint does not say.
struct NetworkFile {
  std::string file, sha256;
  JsonValue json;
  std::optional<std::string> name{}, algorithm{}, game{}, protocol{};
  /// What differs from the protocol; the names are the game's to judge.
  std::vector<ProtocolSetting> settings{};
};

/// Reads all but the layers. Throws Error "FILE: line N (/pointer): …" for anything unexpected.
NetworkFile parse_network(ByteView bytes, const std::string& file);
NetworkFile read_network(const std::filesystem::path& file);

/// The described network with the tensors of `state`; `divisor`: what the user says in its stead.
BuiltNetwork build_network(const NetworkFile& network, const StateDict& state,
                           std::optional<float> divisor);

}  // namespace arcadecam::checkpoint
