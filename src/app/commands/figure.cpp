#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <filesystem>

#include "app/agent_options.h"
#include "app/command.h"
#include "app/figure_options.h"
#include "app/interrupt.h"
#include "app/method_list.h"
#include "app/recorded_run.h"
#include "arcadecam/core/error.h"
#include "episode/moments_sink.h"
#include "render/compare_grid.h"
#include "render/value_bars.h"

namespace arcadecam::app {
namespace {

struct Options {
  PlayOptions play;
  FigureOptions figure;
  std::string methods = "fullgrad++", target = "chosen", trace, out;
  std::vector<std::string> steps_at;
  bool values = true;
};

/// "STEP" or "EPISODE:STEP".
episode::StepId parse_step(const std::string& text) {
  const auto number = [&](std::string_view part) {
    std::int64_t value = -1;
    const auto [end, failure] = std::from_chars(part.data(), part.data() + part.size(), value);
    if (failure != std::errc() || end != part.data() + part.size() || value < 0) {
      throw bad_usage("--steps-at: '{}': expected STEP or EPISODE:STEP, both from 0", text);
    }
    return value;
  };
  const std::string_view view = text;
  const auto colon = view.find(':');
  if (colon == std::string_view::npos) return {0, number(view)};
  return {number(view.substr(0, colon)), number(view.substr(colon + 1))};
}

/// Throws when the run is too short.
void require(const episode::Trace& trace, const episode::StepSet& steps) {
  for (const episode::StepId& step : steps) {
    const auto found =
        std::ranges::find(trace.episodes, step.episode, &episode::TracedEpisode::number);
    const std::int64_t length = found == trace.episodes.end() ? 0 : std::ssize(found->actions);
    if (step.index >= length) {
      throw bad_input("--steps-at {}:{}: episode {} of the run has {} steps", step.episode,
                      step.index, step.episode, length);
    }
  }
}

void figure(const Options& options) {
  const std::filesystem::path out = options.out;
  agent::Agent agent = options.play.load();
  std::vector<std::string> left_out;
  episode::RunOptions run = options.play.run_options();
  const auto methods = list_methods(options.methods, *agent.graph, left_out);
  for (const std::string& reason : left_out) fmt::print(stderr, "left out: {}\n", reason);
  run.target = explain::Target::parse(options.target);
  episode::StepSet steps;
  for (const std::string& text : options.steps_at) steps.insert(parse_step(text));
  const render::ScreenOverlayStyle style = options.figure.style();

  // A new run goes just as far as needed.
  const episode::StepId last = *steps.rbegin();
  run.episodes = last.episode + 1;
  episode::RunOptions played = run;
  if (last.episode == 0 && options.play.steps == 0) played.max_steps = last.index + 1;
  const Interrupt interrupt;
  const episode::Trace trace =
      recorded_run(agent, played, options.trace, out / "trace.jsonl.gz", interrupt);
  if (interrupt.requested()) return;
  require(trace, steps);

  run.methods = methods;
  run.replay = &trace;
  episode::MomentsSink moments;
  explain_steps(agent, run, steps, std::array<episode::Sink*, 1>{&moments}, interrupt);
  if (moments.moments().empty()) {
    fmt::print("stopped before the first of the chosen decisions: no picture was written\n");
    return;
  }
  render::Grid grid = render::compare_grid(moments.info(), moments.moments(), style);
  if (options.values) grid.rows.push_back(render::value_bars(moments.info(), moments.moments()));
  options.figure.write(out / "figure", render::draw_grid(grid), moments.info(), "frame");
  fmt::print("{} step{} → {}\n", moments.moments().size(), moments.moments().size() == 1 ? "" : "s",
             out.string());
}

void define(CLI::App& command) {
  auto options = std::make_shared<Options>();
  options->figure.formats = {"png", "svg", "pdf"};
  options->play.define(command);
  command.remove_option(command.get_option("--episodes"));
  command
      .add_option("--steps-at", options->steps_at,
                  "the decisions to show, STEP or EPISODE:STEP, both from 0, separated by commas")
      ->delimiter(',')
      ->required()
      ->type_name("STEP[,STEP]");
  command
      .add_option("--methods,--method", options->methods,
                  "all, or NAME[:key=value]…, several separated by commas (`arcadecam methods`)")
      ->type_name("M[,M]")
      ->capture_default_str();
  command.add_option("--target", options->target, kTargetHelp)
      ->type_name("T")
      ->capture_default_str();
  CLI::Option* trace =
      command
          .add_option("--trace", options->trace, "steps of this recorded run instead of a new one")
          ->type_name("FILE");
  exclude_played_options(command, *trace);
  command
      .add_option("--out", options->out,
                  "folder for figure.png, figure.svg, figure.pdf and the run's trace")
      ->required()
      ->type_name("DIR");
  command.add_flag("--values,!--no-values", options->values,
                   "action values as bars below the pictures (default: on)");
  options->figure.define(command);
  command.callback([options] { figure(*options); });
}

}  // namespace

extern constinit const Command figure_entry{
    "figure", "Chosen decisions as a figure for a paper: PNG, and SVG and PDF with texts as texts",
    define};

}  // namespace arcadecam::app
