#include "episode/step.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <limits>

#include "arcadecam/core/error.h"

namespace arcadecam::episode {
namespace {

/// A switch of the console: its position, or that nobody set it.
std::string switch_words(const std::optional<int>& position) {
  return position ? fmt::format("{}", *position) : "the game's default";
}

}  // namespace

std::string RunInfo::game_words() const {
  return variation.empty() ? game.title : game.title + ", variation " + variation;
}

std::string RunInfo::agent_words() const {
  // The file's name alone: where it lies says nothing to whoever sees the picture.
  const std::string name = std::filesystem::path(agent).filename().string();
  return (agent_stage.empty() ? "" : agent_stage + " ") + "agent " + (name.empty() ? agent : name) +
         (randomized ? ", weights drawn at random" : "");
}

std::string_view RunInfo::objects_left_out() const {
  const game::ObjectTable* table = game::find_object_table(game, protocol);
  return table == nullptr ? std::string_view() : table->left_out;
}

std::string_view RunInfo::output_word() const {
  return is_policy() ? nn::output_name(outputs) : "action value";
}

std::string RunInfo::target_words() const {
  if (target != "chosen") return target;
  return fmt::format("the chosen action's {}", nn::output_name(outputs));
}

std::map<std::string, std::string> RunInfo::provenance() const {
  std::string names;
  for (const auto& method : methods) names += (names.empty() ? "" : ",") + method.text();
  std::map<std::string, std::string> result{{"Software", "ArcadeCAM"},
                                            {"Agent", agent},
                                            {"Agent SHA-256", agent_sha256},
                                            {"Game", game.name},
                                            {"ROM MD5", game.rom_md5},
                                            {"Protocol", protocol.name},
                                            {"Mode", switch_words(protocol.mode)},
                                            {"Difficulty", switch_words(protocol.difficulty)},
                                            {"Outputs", std::string(nn::output_words(outputs))},
                                            {"Policy", policy},
                                            {"Seed", fmt::format("{}", seed)},
                                            {"Methods", names},
                                            {"Target", target},
                                            {"Engine", engine}};
  if (!agent_stage.empty()) result["Agent stage"] = agent_stage;
  if (network_sha256) result["Network SHA-256"] = *network_sha256;
  if (!read_with.empty()) result["Read with"] = read_with;
  if (!variation.empty()) result["Variation"] = variation;
  if (randomized) result["Weights"] = fmt::format("drawn at random from seed {}", *randomized);
  return result;
}

double Step::margin() const {
  double other = -std::numeric_limits<double>::infinity();
  for (int a = 0; a < std::ssize(values); ++a) {
    if (a != decision.action)
      other = std::max(other, static_cast<double>(values[static_cast<std::size_t>(a)]));
  }
  return values.size() < 2 ? 0 : values[static_cast<std::size_t>(decision.action)] - other;
}

double Summary::mean_score() const {
  double sum = 0;
  for (const EpisodeSummary& episode : episodes) sum += episode.score;
  return episodes.empty() ? 0 : sum / static_cast<double>(episodes.size());
}

double Summary::score_deviation() const {
  if (episodes.size() < 2) return 0;
  double squares = 0;
  for (const EpisodeSummary& episode : episodes)
    squares += std::pow(episode.score - mean_score(), 2);
  return std::sqrt(squares / static_cast<double>(episodes.size() - 1));
}

}  // namespace arcadecam::episode
