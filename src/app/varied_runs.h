#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "agent/agent.h"
#include "app/interrupt.h"
#include "episode/run.h"
#include "evaluate/variation_effects.h"
#include "picture/image.h"

namespace arcadecam::app {

/// What playing an agent's game, or a variation of it, brought.
struct PlayedVariation {
  const game::Variation* variation = nullptr;  ///< nullptr: the game as it is
  std::vector<double> scores{}, steps{};       ///< by episode
  evaluate::Effect effect{};                   ///< against the game as it is

  /// The screen at one decision of episode 0.
  struct Still {
    std::int64_t index;
    picture::Image screen;
  };
  /// At kStills, or at the last decision before where the episode was over by then.
  std::vector<Still> stills{};

  /// "plain", or the variation's name.
  [[nodiscard]] std::string name() const {
    return variation == nullptr ? "plain" : std::string(variation->name);
  }
};

/// An agent and its games, the one as it is first.
struct PlayedAgent {
  agent::Agent agent;
  std::vector<PlayedVariation> games{};
};

/// The decisions of episode 0 whose screens are kept.
inline constexpr std::int64_t kStills[] = {40, 120};

/// Where files of the runs go; empty: nowhere.
struct RunFiles {
  std::filesystem::path trace;   ///< of the game as it is
  std::filesystem::path videos;  ///< folder for the first decisions of episode 0
  static constexpr std::int64_t kVideoSteps = 900;
};

/// "planted_pong": an agent's name, or its file's, as part of file names.
std::string name_for_files(const agent::Agent& agent);
/// "video-planted_pong-lazy-opponent.mp4": of a game.
std::string video_name(const agent::Agent& agent, const std::string& game);

/// Plays the game as it is and each of the variations, with the same seed and episodes. `tell` is
/// called after each episode. Ends early where interrupted, with what is useless then.
std::vector<PlayedVariation> play_variations(
    const agent::Agent& agent, const episode::RunOptions& options,
    const std::vector<const game::Variation*>& variations, const RunFiles& files,
    const std::function<void(const std::string& what)>& tell, const Interrupt& interrupt);

}  // namespace arcadecam::app
