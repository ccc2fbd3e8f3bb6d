#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "arcadecam/checkpoint/checkpoint.h"

namespace arcadecam::profile {

/// The card of an agent that comes with the program: agents/NAME.json.
struct Card {
  std::string name;                  ///< what users type
  std::filesystem::path checkpoint;  ///< absolute
  std::string title, made, remarks;  ///< for people: what it is, how it was trained, what to know
  std::string stage;                 ///< "early" where training was stopped early; else empty
  std::string score;                 ///< measured: mean, spread, protocol, episodes
  /// What the checkpoint itself cannot say: its game, and the protocol it was trained under.
  std::optional<std::string> game{}, protocol{};
};

/// Where the cards and checkpoints are: what the environment variable ARCADECAM_AGENTS says, else
/// share/arcadecam/agents beside the program's bin folder, else the source tree's agents/.
std::filesystem::path agents_folder();

/// All cards of a folder, by name. Throws Error naming the file for a card that cannot be read.
std::vector<Card> embedded_agents(const std::filesystem::path& folder = agents_folder());

/// The card of that name, if there is one. Only letters and digits count, in any case:
/// "Video-Pinball" is "video_pinball".
std::optional<Card> find_embedded(std::string_view name,
                                  const std::filesystem::path& folder = agents_folder());

/// The checkpoint alone: an embedded agent's by name, a planted one's (planted/planted.h), or a
/// file. The options win over what an embedded agent's card says. Throws Error that lists the names
/// for what is none of these.
checkpoint::Checkpoint load_checkpoint(const std::string& name_or_file,
                                       const checkpoint::LoadOptions& options = {},
                                       const std::filesystem::path& folder = agents_folder());

}  // namespace arcadecam::profile
