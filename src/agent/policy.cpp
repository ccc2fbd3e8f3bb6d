#include "agent/policy.h"

#include <algorithm>
#include <numeric>

#include "arcadecam/core/error.h"
#include "core/softmax.h"

namespace arcadecam::agent {

Policy Policy::parse(std::string_view kind, double epsilon) {
  if (!(epsilon >= 0 && epsilon <= 1)) throw bad_usage("epsilon {}: expected 0 to 1", epsilon);
  if (kind == "greedy") return {Kind::kGreedy, 0};
  if (kind == "egreedy") return {Kind::kEpsilonGreedy, epsilon};
  if (kind == "softmax") return {Kind::kSoftmax, 0};
  throw bad_usage("policy '{}': expected greedy, egreedy or softmax", kind);
}

std::vector<double> action_probabilities(std::span<const float> outputs, nn::OutputKind kind) {
  std::vector<double> result(outputs.begin(), outputs.end());
  if (result.empty() || kind == nn::OutputKind::kProbabilities) return result;
  softmax(result.data(), result.size(), result.data());
  return result;
}

Decision Policy::decide(std::span<const float> values, Random& random, nn::OutputKind kind) const {
  const auto best = static_cast<int>(std::ranges::max_element(values) - values.begin());
  int action = best;
  if (kind_ == Kind::kEpsilonGreedy) {
    // Both draws are made always, so that one decision does not shift the stream of the next.
    const double draw = random.uniform();
    const auto other = static_cast<int>(random.below(values.size()));
    if (draw < epsilon_) action = other;
  } else if (kind_ == Kind::kSoftmax) {
    std::vector<double> weights(values.begin(), values.end());
    const double total = kind == nn::OutputKind::kProbabilities
                             ? std::accumulate(weights.begin(), weights.end(), 0.0)
                             : exponentials(weights.data(), weights.size(), weights.data());
    double left = random.uniform() * total;
    for (action = 0; action < std::ssize(values) - 1; ++action) {
      left -= weights[static_cast<std::size_t>(action)];
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
