#include "game/games.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <memory>
#include <vector>

#include "app/command.h"
#include "core/json_text.h"
#include "game/rom_folder.h"

namespace arcadecam::app {
namespace {

struct GamesOptions {
  bool json = false;
  std::string roms;
};

std::vector<std::string_view> names(const std::vector<atari::ActionCode>& actions) {
  std::vector<std::string_view> result;
  result.reserve(actions.size());
  for (const atari::ActionCode code : actions) {
    result.push_back(atari::kActionNames[static_cast<std::size_t>(code)]);
  }
  return result;
}

/// Consecutive numbers as a range: {0, 1, 2, 3, 8} → "0-3,8".
std::string ranges(const std::vector<int>& ascending) {
  std::string text;
  for (std::size_t i = 0; i < ascending.size(); ++i) {
    const std::size_t first = i;
    while (i + 1 < ascending.size() && ascending[i + 1] == ascending[i] + 1) ++i;
    if (!text.empty()) text += ',';
    text += fmt::format("{}", ascending[first]);
    if (i > first) text += fmt::format("-{}", ascending[i]);
  }
  return text;
}

void print_json_games(const std::vector<game::Game>& games, const std::filesystem::path& folder) {
  auto list = JsonText::array();
  for (const game::Game& game : games) {
    list.push_back({{"name", game.name},
                    {"title", game.title},
                    {"rom_md5", game.rom_md5},
                    {"rom_present", game::has_rom(game, folder)},
                    {"actions", names(game.actions)},
                    {"action_codes", game.actions},
                    {"modes", game.modes},
                    {"default_mode", game.default_mode},
                    {"difficulties", game.difficulties}});
  }
  fmt::print("{}\n", list.dump(2));
}

void print_table(const std::vector<game::Game>& games, const std::filesystem::path& folder) {
  const auto line = [](const auto&... cells) {
    fmt::print("{:<18} {:<27} {:>7}  {:<4} {:<13} {}\n", cells...);
  };
  line("NAME", "TITLE", "ACTIONS", "ROM", "DIFFICULTIES", "MODES");
  std::size_t present = 0;
  for (const game::Game& game : games) {
    const bool has_rom = game::has_rom(game, folder);
    present += has_rom ? 1 : 0;
    line(game.name, game.title, game.actions.size(), has_rom ? "yes" : "no",
         ranges(game.difficulties), ranges(game.modes));
  }
  fmt::print("{} games, {} with a ROM in {}\n", games.size(), present, folder.string());
}

void define_games(Arguments& subcommand) {
  const auto options = std::make_shared<GamesOptions>();
  subcommand.add_flag("--json", options->json, "print JSON, with the names of the actions");
  subcommand.add_option(
      "--roms", options->roms,
      "folder of the ROMs (default: ARCADECAM_ROMS, else the folder that setup.sh made)");
  subcommand.callback([options] {
    const auto folder = game::rom_folder(options->roms);
    options->json ? print_json_games(game::games(), folder) : print_table(game::games(), folder);
  });
}

}  // namespace

extern constinit const Command games_entry{
    "games", "List the games: titles, actions, modes, difficulties, ROM present", define_games};

}  // namespace arcadecam::app
