#pragma once

#include <compare>
#include <cstdint>
#include <set>
#include <vector>

#include "episode/trace.h"

namespace arcadecam::episode {

/// Names a step of a run.
struct StepId {
  std::int64_t episode = 0, index = 0;
  // clang-tidy 14 takes the comparison with 0 for one with a null pointer.
  friend auto operator<=>(const StepId&, const StepId&) = default;  // NOLINT(modernize-use-nullptr)
};

/// Steps in the run's order, each once.
using StepSet = std::set<StepId>;

/// `count` steps spread evenly over the first `most` of a recorded run (the middles of as many
/// equal stretches of it); all steps when there are fewer.
StepSet spread_steps(const Trace& trace, std::int64_t count, std::int64_t most);

/// `count` successive steps in the middle of the first `most` of a recorded run (fewer where there
/// are fewer); they may reach from one episode into the next.
StepSet middle_steps(const Trace& trace, std::int64_t count, std::int64_t most);

/// A step and how telling it is.
struct ScoredStep {
  StepId step;
  double importance;
};

/// The `count` most important of these (largest first; the earlier of equals), no two of one
/// episode closer than `apart` steps, by choosing greedily; in the run's order. Fewer where that
/// leaves fewer (Amir & Amir 2018, HIGHLIGHTS: importance of a state = max − min of its action
/// values).
std::vector<ScoredStep> most_important(std::vector<ScoredStep> steps, std::int64_t count,
                                       std::int64_t apart);

/// The steps around each of these, `before` ahead and `after` behind, within their episodes.
StepSet with_context(const std::vector<ScoredStep>& steps, std::int64_t before, std::int64_t after,
                     const Trace& trace);

}  // namespace arcadecam::episode
