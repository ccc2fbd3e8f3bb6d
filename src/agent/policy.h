#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "arcadecam/core/random.h"
#include "arcadecam/nn/graph.h"

namespace arcadecam::agent {

/// What a policy decided.
struct Decision {
  int action;   ///< index in the action set
  bool greedy;  ///< it is the action of the largest value
};

/// How often a policy whose network puts this out takes each action, drawn by kSoftmax: the softmax
/// of action values or logits, or the probabilities themselves.
std::vector<double> action_probabilities(std::span<const float> outputs, nn::OutputKind kind);

/// How actions are chosen from a network's outputs: action values, or a policy's.
class Policy {
 public:
  enum class Kind {
    kGreedy,         ///< the largest value, the first of equals
    kEpsilonGreedy,  ///< with probability epsilon a uniformly random action, else greedy
    kSoftmax,        ///< drawn by action_probabilities()
  };

  /// `kind`: "greedy", "egreedy" or "softmax"; epsilon 0…1 counts for egreedy alone. Throws Error
  /// (usage).
  static Policy parse(std::string_view kind, double epsilon);

  Policy(Kind kind, double epsilon) : kind_(kind), epsilon_(epsilon) {}

  /// Draws from `random` the same number of values whatever the action values are.
  [[nodiscard]] Decision decide(std::span<const float> values, Random& random,
                                nn::OutputKind kind = nn::OutputKind::kValues) const;
  /// For people and provenance, for example "egreedy, epsilon 0.001".
  [[nodiscard]] std::string text() const;
  /// Whether a policy of this text() draws every action, greedy ones too.
  static bool samples(std::string_view text) { return text == "softmax"; }

 private:
  Kind kind_;
  double epsilon_;
};

}  // namespace arcadecam::agent
