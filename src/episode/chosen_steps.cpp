#include "episode/chosen_steps.h"

#include <algorithm>

namespace arcadecam::episode {
namespace {

/// All steps of a run, in order, at most that many.
std::vector<StepId> steps_of(const Trace& trace, std::int64_t most) {
  std::vector<StepId> steps;
  for (const TracedEpisode& episode : trace.episodes) {
    for (std::int64_t i = 0; i < std::ssize(episode.actions); ++i) {
      if (std::ssize(steps) == most) return steps;
      steps.push_back({episode.number, i});
    }
  }
  return steps;
}

}  // namespace

StepSet spread_steps(const Trace& trace, std::int64_t count, std::int64_t most) {
  const std::vector<StepId> all = steps_of(trace, most);
  const std::int64_t total = std::ssize(all);
  count = std::min(count, total);
  StepSet chosen;
  for (std::int64_t i = 0; i < count; ++i)
    chosen.insert(all[static_cast<std::size_t>((2 * i + 1) * total / (2 * count))]);
  return chosen;
}

StepSet middle_steps(const Trace& trace, std::int64_t count, std::int64_t most) {
  const std::vector<StepId> all = steps_of(trace, most);
  count = std::min<std::int64_t>(count, std::ssize(all));
  const auto first = all.begin() + (std::ssize(all) - count) / 2;
  return {first, first + count};
}

std::vector<ScoredStep> most_important(std::vector<ScoredStep> steps, std::int64_t count,
                                       std::int64_t apart) {
  std::ranges::stable_sort(steps, std::greater{}, &ScoredStep::importance);
  std::vector<ScoredStep> chosen;
  for (const ScoredStep& step : steps) {
    if (std::ssize(chosen) == count) break;
    const bool is_near = std::ranges::any_of(chosen, [&](const ScoredStep& other) {
      return other.step.episode == step.step.episode &&
             std::abs(other.step.index - step.step.index) < apart;
    });
    if (!is_near) chosen.push_back(step);
  }
  std::ranges::sort(chosen, {}, &ScoredStep::step);
  return chosen;
}

StepSet with_context(const std::vector<ScoredStep>& steps, std::int64_t before, std::int64_t after,
                     const Trace& trace) {
  StepSet chosen;
  for (const ScoredStep& step : steps) {
    const auto episode =
        std::ranges::find(trace.episodes, step.step.episode, &TracedEpisode::number);
    if (episode == trace.episodes.end()) continue;
    const std::int64_t first = std::max<std::int64_t>(step.step.index - before, 0);
    const std::int64_t last = std::min(step.step.index + after, std::ssize(episode->actions) - 1);
    for (std::int64_t i = first; i <= last; ++i) chosen.insert({step.step.episode, i});
  }
  return chosen;
}

}  // namespace arcadecam::episode
