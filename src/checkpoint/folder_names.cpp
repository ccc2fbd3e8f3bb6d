#include "checkpoint/folder_names.h"

#include "core/parse_number.h"

namespace arcadecam::checkpoint {
namespace {

std::string letters_and_digits(std::string_view text) {
  std::string result;
  for (const char character : text) {
    if (character >= 'A' && character <= 'Z') {
      result += static_cast<char>(character - 'A' + 'a');
    } else if ((character >= 'a' && character <= 'z') || (character >= '0' && character <= '9')) {
      result += character;
    }
  }
  return result;
}

std::optional<std::int64_t> number_in(std::string_view text) {
  const auto value = parse_number<std::int64_t>(text);
  return value && *value >= 0 ? value : std::nullopt;
}

}  // namespace

std::optional<std::string> parse_algorithm(std::string_view text) {
  const std::string plain = letters_and_digits(text);
  if (plain == "dqn") return "DQN";
  if (plain == "mdqn" || plain == "munchausendqn") return "MDQN";
  if (plain == "c51") return "C51";
  return std::nullopt;
}

std::optional<std::string> parse_protocol(std::string_view text) {
  const std::string plain = letters_and_digits(text);
  if (plain == "modern" || plain == "classic") return plain;
  return std::nullopt;
}

std::optional<FolderNames> read_folder_names(const std::filesystem::path& file) {
  const std::filesystem::path seed_folder = file.parent_path();
  const std::filesystem::path game_folder = seed_folder.parent_path();
  // ALGO_PROTOCOL[_suffix]: the protocol is the first part that is one.
  const std::string run = game_folder.parent_path().filename().string();
  const std::size_t split = run.find('_');
  if (split == std::string::npos) return std::nullopt;
  const auto algorithm = parse_algorithm(std::string_view(run).substr(0, split));
  const std::string_view rest = std::string_view(run).substr(split + 1);
  const auto protocol = parse_protocol(rest.substr(0, rest.find('_')));

  const std::string name = file.filename().string();
  constexpr std::string_view kPrefix = "model_";
  if (!name.starts_with(kPrefix)) return std::nullopt;
  const std::string_view stem = std::string_view(name).substr(kPrefix.size());
  const auto step = number_in(stem.substr(0, stem.find('.')));
  const auto seed = number_in(seed_folder.filename().string());
  const std::string game = game_folder.filename().string();
  if (!algorithm || !protocol || !step || !seed || game.empty()) return std::nullopt;
  return FolderNames{*algorithm, *protocol, game, *seed, *step};
}

}  // namespace arcadecam::checkpoint
