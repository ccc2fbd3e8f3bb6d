#include "profile/embedded.h"

#include <algorithm>
#include <cctype>
#include <cstdlib>

#include "arcadecam/core/error.h"
#include "arcadecam/core/files.h"
#include "core/json_fields.h"
#include "planted/planted.h"
#include "profile/planted_checkpoint.h"

namespace arcadecam::profile {
namespace {

namespace fs = std::filesystem;

// "video-pinball", "Video Pinball" and "video_pinball" are one name, as they are one game's.
std::string plain(std::string_view name) {
  std::string result;
  for (const char character : name) {
    const auto byte = static_cast<unsigned char>(character);
    if (std::isalnum(byte) != 0) result += static_cast<char>(std::tolower(byte));
  }
  return result;
}

Card read_card(const fs::path& file) {
  try {
    const auto bytes = read_file(file, 1 << 20);
    const JsonValue json =
        parse_json_lines({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
    JsonFields fields(json);
    const auto text_or_nothing = [&](const char* key) {
      const JsonValue* value = fields.find(key);
      return value == nullptr ? std::string() : whole_text_of(*value);
    };
    const auto where_said = [&](const char* key) {
      const JsonValue* value = fields.find(key);
      return value == nullptr ? std::nullopt : std::optional(whole_text_of(*value));
    };
    return {file.stem().string(),
            file.parent_path() / fields.text("checkpoint"),
            whole_text_of(fields.at("title", "a text")),
            whole_text_of(fields.at("made", "a text")),
            text_or_nothing("remarks"),
            text_or_nothing("stage"),
            text_or_nothing("score"),
            where_said("game"),
            where_said("protocol")};
  } catch (const Error& error) {
    throw bad_input("{}: not an agent's card: {}", file.string(), error.what());
  }
}

checkpoint::LoadOptions with_card(checkpoint::LoadOptions options, const Card& card) {
  if (!options.game) options.game = card.game;
  if (!options.protocol) options.protocol = card.protocol;
  return options;
}

}  // namespace

fs::path agents_folder() {
  if (const char* given = std::getenv("ARCADECAM_AGENTS"); given != nullptr && *given != '\0')
    return given;
  std::error_code ignored;
  const fs::path program = fs::read_symlink("/proc/self/exe", ignored);
  fs::path installed = program.parent_path().parent_path() / "share" / "arcadecam" / "agents";
  if (!program.empty() && fs::is_directory(installed, ignored)) return installed;
  return ARCADECAM_AGENTS_SOURCE;
}

std::vector<Card> embedded_agents(const fs::path& folder) {
  std::error_code failure;
  std::vector<Card> cards;
  for (const auto& entry : fs::directory_iterator(folder, failure)) {
    if (entry.path().extension() == ".json") cards.push_back(read_card(entry.path()));
  }
  if (failure)
    throw bad_input("{}: the embedded agents cannot be read: {}", folder.string(),
                    failure.message());
  std::ranges::sort(cards, {}, &Card::name);
  return cards;
}

std::optional<Card> find_embedded(std::string_view name, const fs::path& folder) {
  for (Card& card : embedded_agents(folder)) {
    if (plain(card.name) == plain(name)) return std::move(card);
  }
  return std::nullopt;
}

checkpoint::Checkpoint load_checkpoint(const std::string& name_or_file,
                                       const checkpoint::LoadOptions& options,
                                       const fs::path& folder) {
  // A file wins over a name only when it is really there: "pong" is the agent, "./pong" a file.
  if (!fs::is_regular_file(name_or_file)) {
    if (const auto card = find_embedded(name_or_file, folder))
      return checkpoint::load(card->checkpoint, with_card(options, *card));
    if (const auto agent = planted::find_planted(name_or_file))
      return planted_checkpoint(*agent, options);
    if (!fs::exists(name_or_file)) {
      std::string known;
      for (const Card& card : embedded_agents(folder))
        known += (known.empty() ? "" : ", ") + card.name;
      throw bad_input("{}: no such file, and no embedded agent of that name (there are {})",
                      name_or_file, known);
    }
  }
  return checkpoint::load(name_or_file, options);
}

}  // namespace arcadecam::profile
