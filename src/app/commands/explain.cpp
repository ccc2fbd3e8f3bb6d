#include <fmt/format.h>

#include <filesystem>
#include <memory>
#include <optional>
#include <vector>

#include "app/command.h"
#include "app/highlights.h"
#include "app/interrupt.h"
#include "app/map_warnings.h"
#include "app/options/agent_options.h"
#include "app/options/figure_options.h"
#include "app/options/look_options.h"
#include "app/options/method_list.h"
#include "app/options/numbers.h"
#include "app/options/output_folder.h"
#include "app/options/picture_options.h"
#include "app/options/question_options.h"
#include "app/options/step_list.h"
#include "app/progress.h"
#include "app/recorded_run.h"
#include "app/value_ranges.h"
#include "arcadecam/core/files.h"
#include "core/counted.h"
#include "episode/csv_sink.h"
#include "episode/maps_sink.h"
#include "episode/objects_sink.h"
#include "episode/trace_sink.h"

namespace arcadecam::app {
namespace {

struct ExplainOptions {
  PlayOptions play;
  QuestionOptions question;
  LookOptions look;
  PictureOptions pictures;
  FigureOptions figure;
  OutputFolder out;
  std::vector<std::string> only_steps;
  std::int64_t highlights = 0;
  bool maps = true;
};

/// Plays the run whose steps are chosen from; throws Interrupted where that was stopped.
void play_first(agent::Agent& agent, const episode::RunOptions& run,
                const std::filesystem::path& out, std::optional<episode::Trace>& recorded) {
  episode::RunOptions options = run;
  options.methods.clear();
  options.sound = false;
  options.target = explain::Target::chosen();
  const Interrupt interrupt;
  const std::filesystem::path file = out / "trace.jsonl.gz";
  recorded.emplace(recorded_run(agent, options, {}, file, interrupt, [](const episode::Trace*) {}));
  if (interrupt.requested()) interrupt.stop(only_trace_words("explain", file));
}

void explain(const ExplainOptions& options) {
  const std::filesystem::path out = options.out.path();
  episode::RunOptions run = options.play.run_options();
  run.sound = options.pictures.video && options.pictures.sound;
  agent::Agent agent = options.play.load(options.question.trace);
  run.target = options.question.asked(agent);
  run.methods = options.question.methods_for(agent);
  std::optional<episode::Trace> recorded;
  if (!options.question.trace.empty()) {
    run.replay = &recorded.emplace(taken_over(options.question.trace, agent));
  }
  render::Look look = options.look.look(run.methods, "dark");

  OutputFiles files{"steps.csv", "trace.jsonl.gz", "stills/"};
  if (options.maps) files.emplace_back("maps.npz");
  if (options.pictures.video) files.emplace_back("video.mp4");
  if (options.pictures.gif) files.emplace_back("clip.gif");
  if (asks_objects(run.methods)) files.emplace_back("objects.csv");
  if (options.highlights > 0) {
    options.figure.add_files("highlights", files);
    files.emplace_back("highlights.mp4");
  }
  episode::StepSet only = parse_steps(options.only_steps, "--only-steps");
  options.pictures.check(run.methods.size(), *agent.graph);
  if (!only.empty() && recorded) only = steps_of_run(*recorded, only, "--only-steps");
  options.out.prepare("explain", files, options.question.trace);
  const std::filesystem::path trace_file = out / "trace.jsonl.gz";
  // Which steps a new run has is known once it was played.
  if (!only.empty() && !recorded) {
    play_first(agent, run, out, recorded);
    only = steps_of_played_run("explain", trace_file, *recorded, only, "--only-steps");
  }
  if (!only.empty()) {
    run.replay = &*recorded;
    run.select = contained_in(only);
  }
  episode::TraceSink trace(trace_file);
  int shortened_by = 0;                // the signal that ended the run early
  bool traced = recorded.has_value();  // a replay's trace is the one it was given
  // The pictures of highlights leave out most steps.
  const bool leaves_out = options.highlights > 0 && look.maps.scale.spans_steps();
  if (look.maps.scale.kind == render::ColorScale::Kind::kEpisode || leaves_out) {
    std::vector<episode::Sink*> others;
    if (!traced) others.push_back(&trace);
    // A Ctrl-C shortens the run; what was played until then is explained.
    const Interrupt interrupt;
    look.maps.ranges = measure_ranges(agent, run, look.maps, others, interrupt);
    shortened_by = interrupt.signal();
    if (!traced) run.replay = &recorded.emplace(episode::read_trace(trace_file));
    traced = true;
  }
  episode::CsvSink csv(out / "steps.csv");
  std::optional<episode::MapsSink> maps;
  std::optional<episode::ObjectsSink> objects;
  PictureSinks pictures(options.pictures, look, out);
  // Pictures end first: stills are drawn beside the run, and where one cannot be written, no table
  // is left as if the run were whole.
  std::vector<episode::Sink*> sinks;
  pictures.append_to(sinks);
  sinks.push_back(&csv);
  if (options.maps) sinks.push_back(&maps.emplace(out / "maps.npz"));
  if (asks_objects(run.methods)) sinks.push_back(&objects.emplace(out / "objects.csv"));
  if (!traced) sinks.push_back(&trace);

  std::int64_t steps = 0;
  MapWarnings warnings(run.methods);
  episode::Summary summary;
  const Interrupt interrupt;
  {
    Progress progress("explained", options.play.steps);
    run.on_probe = progress.probes(run.methods);
    run.on_step = [&](const episode::Step& step) {
      if (only.empty() || only.contains({step.episode, step.index})) ++steps;
      progress.advance(steps, fmt::format("episode {} score {}", step.episode, step.score));
      warnings.add(step);
      const bool last_asked =
          !only.empty() && !(episode::StepId{step.episode, step.index} < *only.rbegin());
      return !interrupt.requested() && !last_asked;
    };
    summary = episode::run(agent, run, sinks);
    if (recorded) episode::write_trace(trace_file, *recorded);
  }
  for (const episode::EpisodeSummary& episode : summary.episodes) {
    fmt::print("episode {}: score {} in {}{}\n", episode.episode, episode.score,
               counted(episode.steps, "step"), episode.truncated ? " (cut short)" : "");
  }
  warnings.print(options.question.verbose);
  if (options.highlights > 0 && !interrupt.requested()) {
    const auto played = episode::read_trace(out / "trace.jsonl.gz");
    render::Look paper = look;
    if (options.look.theme.empty()) paper.theme = render::theme("light");
    write_highlights(agent, run, played, options.highlights, out, options.figure, paper,
                     options.pictures.video_options(look), interrupt);
  }
  fmt::print("{} explained by {} → {}\nexplained: {}\n", counted(steps, "decision"),
             options.question.methods, out.string(), options.question.describe(agent));
  if (interrupt.requested()) shortened_by = interrupt.signal();
  if (shortened_by == 0) return;
  throw Interrupted(
      shortened_by,
      fmt::format("stopped early: the files in {} are whole and hold these {} decisions{}; "
                  "`arcadecam explain --trace {}` explains them again",
                  out.string(), steps, options.highlights > 0 ? ", without all highlights" : "",
                  trace_file.string()));
}

void define_explain(Arguments& command) {
  auto options = std::make_shared<ExplainOptions>();
  options->play.define(command);
  options->question.define(command, "fullgrad++",
                           "explain this recorded run instead of playing again: game, protocol, "
                           "seed and actions are its "
                           "own, and what happens is checked against it");
  options->out.define(
      command,
      "folder for video.mp4, clip.gif, maps.npz, steps.csv, stills/ and the run's trace, "
      "trace.jsonl.gz");
  options->out.option()->required();
  command.add_flag("--maps,!--no-maps", options->maps,
                   "maps.npz: every map as numbers, 28 kB per decision and method (default: on)");
  Option* only =
      command
          .add_option(
              "--only-steps", options->only_steps,
              "explain only these decisions of the run: STEP, FIRST-LAST, or EPISODE: before one "
              "of these, counted from 0 and separated by commas. Files and pictures hold no others")
          ->delimiter(',')
          ->type_name("STEP[,STEP]");
  options->pictures.define(command);
  options->look.define(command);
  command
      .add_option("--highlights", options->highlights,
                  "also highlights.png and highlights.mp4: the K decisions whose action values lie "
                  "furthest apart, with some steps around each")
      ->transform(whole(1, 50))
      ->type_name("K")
      ->excludes(only);
  command.callback([options] { explain(*options); });
}

}  // namespace

extern constinit const Command explain_entry{
    "explain", "Let an agent play and explain each of its decisions: maps, table and pictures",
    define_explain};

}  // namespace arcadecam::app
