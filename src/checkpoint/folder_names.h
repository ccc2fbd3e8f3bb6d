#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace arcadecam::checkpoint {

/// What the atari-agents zoo says in a checkpoint's path:
/// ALGO_PROTOCOL[_suffix]/GAME/SEED/model_STEP.gz
struct FolderNames {
  std::string algorithm;  ///< "DQN", "MDQN" or "C51"
  std::string protocol;   ///< "modern" or "classic"
  std::string game;       ///< as spelled there
  std::int64_t training_seed, step;
};

/// Reads the last four components of the path; nothing unless all of them match.
std::optional<FolderNames> read_folder_names(const std::filesystem::path& file);

/// "DQN", "MDQN" or "C51", however it is spelled ("M-DQN", "munchausen_dqn", "c51"), or nothing.
std::optional<std::string> parse_algorithm(std::string_view text);
/// "modern" or "classic" in any case, or nothing.
std::optional<std::string> parse_protocol(std::string_view text);

}  // namespace arcadecam::checkpoint
