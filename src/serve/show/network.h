#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "agent/agent.h"
#include "arcadecam/explain/session.h"
#include "episode/distributions.h"
#include "game/environment.h"
#include "game/objects.h"
#include "serve/protocol/request.h"
#include "serve/show/course.h"
#include "serve/show/shown_step.h"

namespace arcadecam::serve {

/// How an agent decides and computes.
struct NetworkOptions {
  agent::Policy policy = agent::Policy(agent::Policy::Kind::kEpsilonGreedy, 0.001);
  std::string engine = "cpu";
  nn::Precision precision = nn::Precision::kF32;
  int threads = 1;
};

/// The methods of tiles, each with its tile's question as its own. Throws Error (usage) for a tile
/// that is none.
std::vector<explain::MethodSpec> specs_of(std::span<const Tile> tiles, const agent::Agent& agent);

/// Tiles, understood for an agent: a session that answers all of them with one forward pass and the
/// fewest backward passes.
class Questions {
 public:
  /// Throws Error (usage) that says which tile cannot be, and why. `engine` must outlive this.
  Questions(const agent::Agent& agent, nn::Engine& engine, const nn::Watch& watch,
            std::span<const Tile> tiles);

  [[nodiscard]] explain::Session& session() { return session_; }
  [[nodiscard]] std::span<const Tile> tiles() const { return tiles_; }
  /// What tile `index` asks about.
  [[nodiscard]] const explain::Target& target(std::size_t index) const { return targets_[index]; }

 private:
  std::vector<Tile> tiles_;
  std::vector<explain::Target> targets_;
  explain::Session session_;
};

/// What a network is asked about: borrowed.
struct Seen {
  ByteTensorView observation;
  TensorView memory;  ///< 1 × the network's state, or empty
  std::span<const game::ObservedObject> objects;
};

/// What is seen in a course. `objects`, which is borrowed: what is known of them there, where a
/// question is about them.
inline Seen seen_in(const Course& course, std::span<const game::ObservedObject> objects = {}) {
  return {course.environment().observation(), course.beside().memory.view(), objects};
}

/// An agent's network: decides and explains.
class ShownNetwork {
 public:
  /// `agent` must outlive this.
  ShownNetwork(const agent::Agent& agent, const NetworkOptions& options);

  [[nodiscard]] std::unique_ptr<Questions> questions(std::span<const Tile> tiles);
  /// Runs the network. `remembered`, where it is given, gets what a recurrent one remembers after
  /// this step.
  Estimate estimate(Questions& questions, const Seen& seen, Tensor* remembered = nullptr);
  /// Explains the state of the last estimate() by the same questions, where `action` is taken.
  std::vector<Explanation> explain(Questions& questions, const Seen& seen, const Estimate& estimate,
                                   int action);

  /// What the policy does with these values. Draws from `random` the same number of values whatever
  /// they are.
  [[nodiscard]] agent::Decision decide(std::span<const float> values, Random& random) const;
  /// Plays a step of a course whose action is known, without explaining it: the policy's random
  /// numbers and a recurrent network's memory go on as if it had been decided here.
  void play_known(Course& course, int action);
  [[nodiscard]] bool remembers() const { return agent_.graph->state_size() > 0; }
  /// For questions that need no map.
  [[nodiscard]] Questions& no_questions() { return *silent_; }
  [[nodiscard]] const NetworkOptions& options() const { return options_; }
  [[nodiscard]] const std::vector<float>& atoms() const { return distributions_.atoms(); }

 private:
  const agent::Agent& agent_;
  NetworkOptions options_;
  std::unique_ptr<nn::Engine> engine_;
  explain::Target value_, advantage_;
  episode::Distributions distributions_;
  nn::Watch watch_;
  std::unique_ptr<Questions> silent_;
  ByteTensor observation_;
  Tensor memory_;
};

/// Value of `action` minus the largest other one; 0 where there is none.
double margin_of(std::span<const float> values, int action);

}  // namespace arcadecam::serve
