#include "app/recorded_run.h"

#include <fmt/format.h>

#include "app/progress.h"
#include "app/protocol_note.h"
#include "app/value_ranges.h"
#include "arcadecam/core/error.h"
#include "arcadecam/core/files.h"
#include "episode/trace_sink.h"

namespace arcadecam::app {
namespace {

std::string_view options_words(std::string_view read_with) {
  return read_with.empty() ? "no options" : read_with;
}

/// Says when a recorded run is not explained by the agent that played it.
void warn_of_other_agent(const episode::Trace& trace, const agent::Agent& agent) {
  note_protocol(trace);
  const bool same_weights =
      trace.agent_sha256 == agent.checkpoint.sha256 && trace.randomized_weights == agent.randomized;
  if (same_weights && trace.network_sha256 == agent.checkpoint.network_sha256) {
    if (trace.read_with == agent.checkpoint.read_with) return;
    fmt::print(
        stderr,
        "warning: the run was recorded with the agent read with {}, and now it is read with "
        "{}; what is seen and done is the recorded agent's, values and maps are those of the "
        "present one\n",
        options_words(trace.read_with), options_words(agent.checkpoint.read_with));
    return;
  }
  fmt::print(stderr,
             "warning: the run was recorded with another {} ({}, SHA-256 {:.12}…{}); what is "
             "seen and done is that agent's, values and maps are those of {}\n",
             same_weights ? "description of the network" : "agent", trace.agent,
             same_weights ? trace.network_sha256.value_or("none") : trace.agent_sha256,
             trace.randomized_weights ? ", weights drawn at random" : "", agent.name);
}

}  // namespace

void exclude_played_options(Arguments& command, Option& trace) {
  for (const char* said_by_trace : {"--episodes", "--seed", "--policy", "--epsilon", "--mode",
                                    "--difficulty", "--protocol", "--jobs", "--group"}) {
    if (Option* option = command.find_option(said_by_trace)) trace.excludes(option);
  }
}

episode::Trace taken_over(const std::filesystem::path& trace, agent::Agent& agent) {
  episode::Trace recorded = episode::read_trace(trace);
  agent.protocol = recorded.protocol;
  warn_of_other_agent(recorded, agent);
  return recorded;
}

episode::Trace recorded_run(agent::Agent& agent, const episode::RunOptions& options,
                            const std::string& trace, const std::filesystem::path& copy,
                            const Interrupt& interrupt,
                            const std::function<void(const episode::Trace*)>& prepare) {
  if (!trace.empty()) {
    episode::Trace recorded = taken_over(trace, agent);
    prepare(&recorded);
    episode::write_trace(copy, recorded);
    return recorded;
  }
  prepare(nullptr);
  episode::TraceSink sink(copy);
  episode::RunOptions run = options;
  std::int64_t steps = 0;
  Progress progress("played", 0);
  run.on_step = [&](const episode::Step& step) {
    progress.advance(++steps, fmt::format("episode {} score {}", step.episode, step.score));
    if (options.on_step) options.on_step(step);
    return !interrupt.requested();
  };
  episode::run(agent, run, std::array<episode::Sink*, 1>{&sink});
  return episode::read_trace(copy);
}

std::string only_trace_words(std::string_view command, const std::filesystem::path& trace) {
  return fmt::format(
      "stopped early: only {} was written, with what was played; `arcadecam {} --trace` goes on "
      "from it",
      trace.string(), command);
}

std::function<bool(std::int64_t, std::int64_t)> contained_in(episode::StepSet steps) {
  return [set = std::move(steps)](std::int64_t episode, std::int64_t index) {
    return set.contains({episode, index});
  };
}

void explain_steps(const agent::Agent& agent, episode::RunOptions options,
                   const episode::StepSet& steps, std::span<episode::Sink* const> sinks,
                   const Interrupt& interrupt, MapWarnings* warnings) {
  if (steps.empty()) throw bad_usage("no step of the run was chosen");
  options.select = contained_in(steps);
  std::int64_t done = 0;
  Progress progress("explained", static_cast<std::int64_t>(steps.size()));
  options.on_probe = progress.probes(options.methods);
  options.on_step = [&](const episode::Step& step) {
    const episode::StepId id{step.episode, step.index};
    if (steps.contains(id)) {
      progress.advance(++done);
      if (warnings != nullptr) warnings->add(step);
    }
    return !interrupt.requested() && id < *steps.rbegin();
  };
  episode::run(agent, options, sinks);
}

void measure_for(render::Look& look, const agent::Agent& agent, const episode::RunOptions& run,
                 const Interrupt& interrupt) {
  if (!look.maps.scale.spans_steps()) return;
  look.maps.ranges = measure_ranges(agent, run, look.maps, {}, interrupt);
}

}  // namespace arcadecam::app
