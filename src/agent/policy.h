#pragma once

#include <span>
#include <string>
#include <string_view>

#include "arcadecam/core/random.h"

namespace arcadecam::agent {

/// What a policy decided.
struct Decision {
  int action;   ///< index in the action set
  bool greedy;  ///< it is the action of the largest value
};

/// How actions are chosen from action values.
class Policy {
 public:
  enum class Kind {
    kGreedy,         ///< the largest value, the first of equals
    kEpsilonGreedy,  ///< with probability epsilon a uniformly random action, else greedy
    kSoftmax,        ///< p(a) ∝ exp(value)
  };

  /// `kind`: "greedy", "egreedy" or "softmax"; epsilon 0…1 counts for egreedy alone. Throws Error
  /// (usage).
  static Policy parse(std::string_view kind, double epsilon);

  Policy(Kind kind, double epsilon) : kind_(kind), epsilon_(epsilon) {}

  /// Draws from `random` the same number of values whatever the action values are.
  [[nodiscard]] Decision decide(std::span<const float> values, Random& random) const;
  /// For people and provenance, for example "egreedy, epsilon 0.001".
  [[nodiscard]] std::string text() const;

 private:
  Kind kind_;
  double epsilon_;
};

}  // namespace arcadecam::agent
