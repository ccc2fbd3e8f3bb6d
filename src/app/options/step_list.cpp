#include "app/options/step_list.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "app/options/numbers.h"
#include "arcadecam/core/error.h"
#include "core/counted.h"
#include "core/parse_number.h"
#include "core/text.h"

namespace arcadecam::app {
namespace {

/// More than a run is looked at.
constexpr std::int64_t kMostSteps = 1'000'000;

void add(const std::string& text, std::string_view option, episode::StepSet& steps) {
  const auto number = [&](std::string_view part) {
    const auto value = parse_number<std::int64_t>(part);
    if (!value || *value < 0 || *value > kMostCounted) {
      throw bad_usage(
          "{}: '{}': expected STEP, FIRST-LAST or EPISODE: and one of these, all from 0", option,
          printable(text));
    }
    return *value;
  };
  const std::string_view view = text;
  const auto colon = view.find(':');
  const bool has_episode = colon != std::string_view::npos;
  const std::int64_t episode = has_episode ? number(view.substr(0, colon)) : 0;
  const std::string_view range = has_episode ? view.substr(colon + 1) : view;
  const auto dash = range.find('-', 1);
  const std::int64_t first = number(range.substr(0, dash));
  const std::int64_t last = dash == std::string_view::npos ? first : number(range.substr(dash + 1));
  if (last < first || last - first >= kMostSteps) {
    throw bad_usage("{}: '{}': expected FIRST-LAST with LAST not below FIRST, {} steps at most",
                    option, printable(text), kMostSteps);
  }
  for (std::int64_t step = first; step <= last; ++step) steps.insert({episode, step});
}

}  // namespace

episode::StepSet parse_steps(const std::vector<std::string>& texts, std::string_view option) {
  episode::StepSet steps;
  for (const std::string& text : texts) add(text, option, steps);
  return steps;
}

episode::StepSet steps_of_run(const episode::Trace& trace, const episode::StepSet& steps,
                              std::string_view option) {
  episode::StepSet found;
  std::map<std::int64_t, std::string> missing;  // a line per episode
  for (const episode::StepId& step : steps) {
    const auto episode =
        std::ranges::find(trace.episodes, step.episode, &episode::TracedEpisode::number);
    const std::int64_t length = episode == trace.episodes.end() ? 0 : std::ssize(episode->actions);
    if (step.index < length) {
      found.insert(step);
    } else {
      missing.try_emplace(
          step.episode, fmt::format("{} {}:{}: episode {} of the run has {}", option, step.episode,
                                    step.index, step.episode, counted(length, "step")));
    }
  }
  if (found.empty()) throw bad_usage("{}", missing.begin()->second);
  for (const auto& [episode, line] : missing) fmt::print(stderr, "warning: {}; left out\n", line);
  return found;
}

episode::StepSet steps_of_played_run(std::string_view command, const std::filesystem::path& file,
                                     const episode::Trace& trace, const episode::StepSet& steps,
                                     std::string_view option) {
  try {
    return steps_of_run(trace, steps, option);
  } catch (const Error& error) {
    throw bad_usage("{}; the run is kept: `arcadecam {} AGENT --trace {} --out {}` goes on from it",
                    error.what(), command, file.string(), file.parent_path().string());
  }
}

}  // namespace arcadecam::app
