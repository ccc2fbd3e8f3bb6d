#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "agent/policy.h"
#include "arcadecam/core/tensor.h"
#include "arcadecam/explain/method.h"
#include "arcadecam/explain/params.h"
#include "atari/protocol.h"
#include "game/games.h"
#include "game/objects.h"

namespace arcadecam::episode {

/// What a run is: known before its first step. Goes into the metadata of everything that a run
/// writes.
struct RunInfo {
  std::string agent;         ///< as the user named it
  std::string agent_stage;   ///< "early" for an agent that was not trained to its end, else empty
  std::string agent_sha256;  ///< of the checkpoint file
  std::optional<std::string> network_sha256;  ///< of the description that it was read by, if any
  std::string read_with;                      ///< as Checkpoint::read_with
  game::Game game;
  std::string policy, target, engine;
  std::uint64_t seed = 0;
  atari::Protocol protocol;
  std::string variation{};  ///< the variation of the game, by its name; empty: as it is
  std::optional<std::uint64_t> randomized;  ///< the seed of re-initialised weights
  std::vector<atari::ActionCode> actions;   ///< ALE's number of every action of the network
  std::vector<explain::MethodSpec> methods;
  nn::OutputKind outputs = nn::OutputKind::kValues;  ///< what the network's numbers are
  /// Whether the policy draws each action by the outputs' softmax: what is not greedy was sampled.
  bool sampled = false;
  Shape screen;              ///< height×width×3
  Shape distributions;       ///< actions×atoms of a network that has them, else empty
  std::vector<float> atoms;  ///< the returns that the atoms stand for
  int sound_rate = 0;        ///< samples per second; 0: the run has no sound

  /// "Pong", "Pong, variation lazy-opponent", for people.
  [[nodiscard]] std::string game_words() const;
  /// "agent pong", "early agent breakout", for people.
  [[nodiscard]] std::string agent_words() const;
  /// What the game draws and its object table does not tell; empty where there is no table.
  [[nodiscard]] std::string_view objects_left_out() const;
  /// Whether the outputs are a policy's, and not action values.
  [[nodiscard]] bool is_policy() const { return outputs != nn::OutputKind::kValues; }
  /// What one output is called: "action value", "logit" or "probability".
  [[nodiscard]] std::string_view output_word() const;
  /// What is explained, for people: "the chosen action's logit", or the target as it was asked.
  [[nodiscard]] std::string target_words() const;
  /// The same as keyword → text, for file metadata.
  [[nodiscard]] std::map<std::string, std::string> provenance() const;
};

/// (Whoever adds something that a step only refers to copies it in KeptStep.)
/// One decision: what was seen, decided and explained, and what came of it. Views are valid during
/// Sink::write() only.
struct Step {
  std::int64_t episode = 0, index = 0;  ///< both from 0
  ByteTensorView screen;  ///< the colour screen when the decision was made; empty where no sink
                          ///< wants it
  ByteTensorView observation;  ///< stack×84×84, oldest plane first
  atari::ScreenPart seen{};    ///< the part of the screen that it shows, and maps cover
  int newest_planes = 1;       ///< of the newest frame: 3 (red, green, blue) or 1
  std::vector<float> values;   ///< one per action
  TensorView distributions;    ///< actions×atoms probabilities; empty where there are none
  /// The sound of the frames that the action was held for: 8-bit unsigned around 128, one channel.
  std::span<const std::uint8_t> sound;
  agent::Decision decision{};
  int explained_action = 0;
  std::vector<const explain::Attribution*> attributions;  ///< one per method of RunInfo
  /// What is on the observation: where a method or RunOptions::objects asks for it. Its boxes cover
  /// all frames that a plane shows.
  std::vector<game::ObservedObject> objects;
  /// What is on `screen`, in its pixels: where RunOptions::objects asks for it.
  std::vector<game::GameObject> screen_objects;
  double reward = 0, score = 0;  ///< of this step; of the episode including it
  int lives = 0;                 ///< after the step
  std::uint32_t checksum = 0;    ///< RunningChecksum of the episode including this step
  bool last = false;             ///< the episode ended with this step
  bool truncated = false;        ///< by the frame cap or by the run's limit of steps

  /// Value of the decided action minus the largest other value; negative when not greedy; 0 for one
  /// action.
  [[nodiscard]] double margin() const;
};

struct EpisodeSummary {
  std::int64_t episode = 0, steps = 0;
  double score = 0;
  bool truncated = false;  ///< did not end by itself
};

struct Summary {
  std::vector<EpisodeSummary> episodes;
  /// Mean of the scores and their sample standard deviation (0 for fewer than two episodes).
  [[nodiscard]] double mean_score() const;
  [[nodiscard]] double score_deviation() const;
};

}  // namespace arcadecam::episode
