#include "game/variation.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "arcadecam/core/error.h"

namespace arcadecam::game {

std::span<const Variation> variations_of(const Game& game) {
  const auto all = varied::varied_games();
  const auto at = std::ranges::find(all, game.name, &GameVariations::game);
  return at == all.end() ? std::span<const Variation>() : (*at)->variations;
}

const Variation& find_variation(const Game& game, std::string_view name) {
  const auto variations = variations_of(game);
  if (variations.empty()) {
    std::vector<std::string_view> games;
    for (const GameVariations* one : varied::varied_games()) games.push_back(one->game);
    throw bad_usage("{} has no variations; these games have some: {}", game.title,
                    fmt::join(games, ", "));
  }
  const auto at = std::ranges::find(variations, name, &Variation::name);
  if (at != variations.end()) return *at;
  std::vector<std::string_view> names;
  for (const Variation& one : variations) names.push_back(one.name);
  throw bad_usage("{} has no variation '{}'; there are: {}", game.title, name,
                  fmt::join(names, ", "));
}

bool touches(const Variation& variation, std::string_view name, std::string_view kind) {
  return std::ranges::any_of(variation.touches,
                             [&](std::string_view one) { return one == name || one == kind; });
}

std::string words_of(const Variation* variation) {
  return variation == nullptr ? "the game as it is" : fmt::format("variation {}", variation->name);
}

int act_varied(Emulator& emulator, const Variation& variation, atari::ActionCode action) {
  const FrameChange change = variation.change({emulator.ram(), emulator.episode_frame_number()});
  emulator.write_bits(change.written);
  std::vector<RamBits> read = change.held;
  read.insert(read.end(), change.shown.begin(), change.shown.end());
  emulator.hold_bits(read);
  const int reward = emulator.act(action);
  emulator.hold_bits({});
  emulator.write_bits(change.held);
  return reward;
}

std::vector<RamBits> kept_all(Ram ram, std::initializer_list<std::uint8_t> indices) {
  std::vector<RamBits> bits;
  for (const std::uint8_t index : indices) bits.push_back(kept_bits(ram, index));
  return bits;
}

}  // namespace arcadecam::game
