#include "app/evaluated_states.h"

#include <fmt/format.h>

#include "app/progress.h"
#include "app/protocol_note.h"
#include "app/recorded_run.h"
#include "arcadecam/core/digest.h"
#include "arcadecam/core/error.h"
#include "evaluate/given_states.h"
#include "game/playable.h"

namespace arcadecam::app {
namespace {

namespace fs = std::filesystem;

bool is_array(const std::string& from) {
  return from.ends_with(".npy");
}

/// The trace in a file; nothing where it is none.
std::optional<episode::Trace> trace_in(const std::string& from) {
  if (!fs::is_regular_file(from)) return std::nullopt;
  try {
    return episode::read_trace(from);
  } catch (const Error&) {
    return std::nullopt;  // a checkpoint, then
  }
}

/// Plays what the states are drawn from, where no earlier call did. False where interrupted.
bool play_for_states(agent::Agent& agent, const StateOptions& options, const fs::path& trace,
                     const Interrupt& interrupt) {
  if (fs::exists(trace)) return true;
  episode::RunOptions run;
  run.episodes = options.episodes;
  run.seed = options.seed;
  run.policy = agent::Policy::parse("egreedy", options.epsilon);
  run.engine = options.engine;
  run.jobs = options.jobs;
  // What is cut short must not be taken for the run by the next call.
  const fs::path part = trace.string() + ".part";
  recorded_run(agent, run, "", part, interrupt, [](const episode::Trace*) {});
  if (interrupt.requested()) {
    fs::remove(part);
    return false;
  }
  fs::rename(part, trace);
  return true;
}

/// The trace of the options' source: the file itself, or the run of the agent that it is.
std::optional<episode::Trace> given_trace(const agent::Agent& agent, const StateOptions& options,
                                          const fs::path& out, const Interrupt& interrupt) {
  if (auto trace = trace_in(options.from)) return trace;
  agent::AgentOptions reading;
  reading.game_otherwise = agent.game.name;
  agent::Agent player = agent::load_agent(options.from, reading);
  options.switches.set(player.protocol);
  player.protocol.max_frames = agent.protocol.max_frames;
  const fs::path file = out / kGivenRun;
  if (!play_for_states(player, options, file, interrupt)) return std::nullopt;
  return episode::read_trace(file);
}

/// Draws states from a run, with a progress bar.
evaluate::SampledStates drawn_from(agent::Agent& agent, const StateOptions& options,
                                   const episode::Trace& recorded, const fs::path& out,
                                   const Interrupt& interrupt) {
  Progress progress("replayed", 0);
  // Where an earlier version recorded it, its preset was simpler about the end of an episode.
  agent.protocol = recorded.protocol;
  return evaluate::sample_states(agent, recorded, {options.states, options.seed, options.engine},
                                 [&](std::int64_t done, std::int64_t /*total*/) {
                                   progress.advance(done);
                                   if (interrupt.requested()) interrupt.stop(continues(out));
                                 });
}

}  // namespace

void check_playable(const agent::Agent& agent, const StateOptions& options) {
  if (is_array(options.from)) {
    game::require_legal_switches(agent.game, agent.protocol);
  } else {
    game::check_playable(agent.game, agent.protocol);
  }
}

std::string source_of_states(const StateOptions& options) {
  if (options.from.empty()) return "none";
  if (fs::is_regular_file(options.from)) return sha256_of_file(options.from);
  return options.from;  // an embedded agent
}

std::string trace_name(const agent::Agent& agent) {
  return fmt::format("trace-{:.16}.jsonl.gz", agent.checkpoint.sha256);
}

std::string continues(const fs::path& out) {
  return fmt::format(
      "stopped early: what was played and measured so far is kept in {}; the same command "
      "continues",
      out.string());
}

std::string switch_text(const std::optional<int>& value) {
  return value ? std::to_string(*value) : "default";
}

evaluate::SampledStates states_of(agent::Agent& agent, const StateOptions& options,
                                  const fs::path& out, const Interrupt& interrupt) {
  if (is_array(options.from)) {
    evaluate::SampledStates given{evaluate::states_of_array(agent, options.from, options.states),
                                  {}};
    evaluate::take_own_actions(agent, options.engine, given.states);
    return given;
  }
  if (!options.from.empty()) {
    const auto recorded = given_trace(agent, options, out, interrupt);
    if (!recorded) return {};
    evaluate::check_takes(agent, *recorded);
    evaluate::SampledStates given = drawn_from(agent, options, *recorded, out, interrupt);
    evaluate::take_own_actions(agent, options.engine, given.states);
    return given;
  }
  const fs::path trace = out / trace_name(agent);
  if (!play_for_states(agent, options, trace, interrupt)) return {};
  const episode::Trace recorded = episode::read_trace(trace);
  note_protocol(recorded);
  if (recorded.protocol.mode != options.switches.mode ||
      recorded.protocol.difficulty != options.switches.difficulty) {
    throw bad_usage("{}: was played in mode {} with difficulty {}; give the same or another --out",
                    trace.string(), switch_text(recorded.protocol.mode),
                    switch_text(recorded.protocol.difficulty));
  }
  return drawn_from(agent, options, recorded, out, interrupt);
}

}  // namespace arcadecam::app
