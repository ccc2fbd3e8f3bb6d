#include "agent/policy.h"

#include <algorithm>
#include <cmath>

#include "arcadecam/core/error.h"

namespace arcadecam::agent {

Policy Policy::parse(std::string_view kind, double epsilon) {
  if (!(epsilon >= 0 && epsilon <= 1)) throw bad_usage("epsilon {}: expected 0 to 1", epsilon);
  if (kind == "greedy") return {Kind::kGreedy, 0};
  if (kind == "egreedy") return {Kind::kEpsilonGreedy, epsilon};
  if (kind == "softmax") return {Kind::kSoftmax, 0};
  throw bad_usage("policy '{}': expected greedy, egreedy or softmax", kind);
}

Decision Policy::decide(std::span<const float> values, Random& random) const {
  const auto best = static_cast<int>(std::ranges::max_element(values) - values.begin());
  int action = best;
  if (kind_ == Kind::kEpsilonGreedy) {
    // Both draws are made always, so that one decision does not shift the stream of the next.
    const double draw = random.uniform();
    const auto other = static_cast<int>(random.below(values.size()));
    if (draw < epsilon_) action = other;
  } else if (kind_ == Kind::kSoftmax) {
    const double top = values[static_cast<std::size_t>(best)];
    double total = 0;
    for (const float value : values) total += std::exp(value - top);
    double left = random.uniform() * total;
    for (action = 0; action < std::ssize(values) - 1; ++action) {
      left -= std::exp(values[static_cast<std::size_t>(action)] - top);
      if (left < 0) break;
    }
  }
  return {action, action == best};
}

std::string Policy::text() const {
  switch (kind_) {
    case Kind::kGreedy:
      return "greedy";
    case Kind::kEpsilonGreedy:
      return fmt::format("egreedy, epsilon {}", epsilon_);
    case Kind::kSoftmax:
      return "softmax";
  }
  return {};
}

}  // namespace arcadecam::agent
