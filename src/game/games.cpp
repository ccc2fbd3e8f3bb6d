#include "game/games.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <cctype>
#include <memory>

#include "ale/games/Roms.hpp"
#include "arcadecam/core/error.h"
#include "atari/titles.h"
#include "core/nearest.h"
#include "game/ale_games.h"

namespace arcadecam::game {
namespace {

/// Letters and digits alone, lower case.
std::string normalised(std::string_view name) {
  std::string result;
  for (const char c : name) {
    const auto byte = static_cast<unsigned char>(c);
    if (std::isalnum(byte) != 0) result += static_cast<char>(std::tolower(byte));
  }
  return result;
}

/// Without what Gymnasium, its predecessors and EnvPool add to a game: "ALE/Breakout-v5",
/// "BreakoutNoFrameskip-v4", "Breakout-ramDeterministic-v0".
std::string_view without_environment(std::string_view name) {
  if (const auto slash = name.rfind('/'); slash != std::string_view::npos)
    name.remove_prefix(slash + 1);
  const auto version = name.find_last_not_of("0123456789");
  if (version == std::string_view::npos || version + 1 == name.size() || name[version] != 'v' ||
      version == 0 || name[version - 1] != '-') {
    return name;
  }
  name = name.substr(0, version - 1);
  for (const std::string_view kind : {"NoFrameskip", "Deterministic", "-ram"}) {
    if (name.ends_with(kind)) name.remove_suffix(kind.size());
  }
  return name;
}

template <typename Numbers>
std::vector<int> ascending(const Numbers& numbers) {
  std::vector<int> result(numbers.begin(), numbers.end());
  std::ranges::sort(result);
  return result;
}

Game describe(const AleGame& entry) {
  const std::unique_ptr<ale::RomSettings> settings(
      ale::buildRomRLWrapper(std::string(entry.name), std::string(entry.rom_md5)));
  if (!settings) throw bad_input("ALE does not know the game {}", entry.name);
  Game game;
  game.name = entry.name;
  game.title = atari::title_of(entry.name);
  game.rom_md5 = entry.rom_md5;
  // ALE numbers an agent's actions by their place in this set: its order counts.
  const auto actions = settings->getMinimalActionSet();
  game.actions.assign(actions.begin(), actions.end());
  game.modes = ascending(settings->getAvailableModes());
  game.difficulties = ascending(settings->getAvailableDifficulties());
  game.default_mode = static_cast<int>(settings->getDefaultMode());
  return game;
}

}  // namespace

std::vector<Game> games() {
  std::vector<Game> all;
  for (const AleGame& entry : ale_games()) all.push_back(describe(entry));
  return all;
}

Game find_game(std::string_view name) {
  const std::string wanted = normalised(without_environment(name));
  for (const AleGame& entry : ale_games()) {
    if (normalised(entry.name) == wanted || normalised(atari::title_of(entry.name)) == wanted) {
      return describe(entry);
    }
  }
  std::vector<std::string_view> names;
  for (const AleGame& entry : ale_games()) names.push_back(entry.name);
  const auto nearest = nearest_names(wanted, names);
  throw bad_usage("there is no game '{}'; the nearest {}: {} ('arcadecam games' lists all)", name,
                  nearest.size() == 1 ? "is" : "are", fmt::join(nearest, ", "));
}

}  // namespace arcadecam::game
