#pragma once

#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "agent/agent.h"
#include "app/arguments.h"
#include "app/interrupt.h"
#include "app/map_warnings.h"
#include "episode/chosen_steps.h"
#include "episode/run.h"
#include "render/look.h"

namespace arcadecam::app {

/// What commands share that look at chosen steps of a run: play it first, or take it from a trace,
/// then explain those steps alone.

/// The options of PlayOptions that a trace answers.
void exclude_played_options(Arguments& command, Option& trace);

/// Reads a recorded run that `agent` is to explain: the agent takes its protocol, and a warning is
/// printed if another agent played it.
episode::Trace taken_over(const std::filesystem::path& trace, agent::Agent& agent);

/// The run in `trace` (then the agent takes its protocol, and a warning is printed if it was
/// recorded with another agent), or where that is empty a new run as `options` say. Either way it
/// is written to `copy`, whose folder `prepare` makes: it may first refuse the run that was given
/// (null where there is none). `on_step` sees the steps of a new run, which an interrupt shortens.
episode::Trace recorded_run(agent::Agent& agent, const episode::RunOptions& options,
                            const std::string& trace, const std::filesystem::path& copy,
                            const Interrupt& interrupt,
                            const std::function<void(const episode::Trace*)>& prepare);

/// For Interrupt::stop() of a command whose only file so far is the run's trace.
std::string only_trace_words(std::string_view command, const std::filesystem::path& trace);

std::function<bool(std::int64_t, std::int64_t)> contained_in(episode::StepSet steps);

/// Replays `options.replay` up to the last of these steps and explains them; with a progress bar.
/// `warnings` counts what their maps do not say.
void explain_steps(const agent::Agent& agent, episode::RunOptions options,
                   const episode::StepSet& steps, std::span<episode::Sink* const> sinks,
                   const Interrupt& interrupt, MapWarnings* warnings = nullptr);

/// Finds the value ranges that the look's scale needs where only chosen steps of `run.replay` are
/// explained, by explaining all of them.
void measure_for(render::Look& look, const agent::Agent& agent, const episode::RunOptions& run,
                 const Interrupt& interrupt);

}  // namespace arcadecam::app
