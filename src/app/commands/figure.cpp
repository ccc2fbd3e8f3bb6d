#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <iterator>
#include <optional>

#include "app/command.h"
#include "app/interrupt.h"
#include "app/object_scores.h"
#include "app/options/agent_options.h"
#include "app/options/figure_options.h"
#include "app/options/look_options.h"
#include "app/options/method_list.h"
#include "app/options/numbers.h"
#include "app/options/outline_option.h"
#include "app/options/output_folder.h"
#include "app/options/question_options.h"
#include "app/options/step_list.h"
#include "app/recorded_run.h"
#include "app/step_sentence.h"
#include "arcadecam/core/error.h"
#include "core/counted.h"
#include "episode/moments_sink.h"
#include "episode/objects_sink.h"
#include "render/compare_grid.h"
#include "render/value_bars.h"

namespace arcadecam::app {
namespace {

struct FigureCall {
  PlayOptions play;
  QuestionOptions question;
  LookOptions look;
  FigureOptions figure;
  OutlineOption outline;
  OutputFolder out;
  std::vector<std::string> steps_at;
  bool values = true;
};

/// What every step shows, a sentence each.
std::vector<std::string> sentences_of(const episode::MomentsSink& moments) {
  const auto& kept = moments.moments();
  const bool several = kept.front().step.episode != kept.back().step.episode;
  std::vector<std::string> sentences;
  for (const episode::Moment& moment : kept)
    sentences.push_back(step_sentence(moments.info(), moment.step, several));
  return sentences;
}

/// As it stands below a picture.
std::string remark_of(std::string sentence) {
  sentence[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(sentence[0])));
  return sentence + ".";
}

void figure(const FigureCall& options) {
  const std::filesystem::path out = options.out.path();
  agent::Agent agent = options.play.load(options.question.trace);
  episode::RunOptions run = options.play.run_options();
  const auto methods = options.question.methods_for(agent);
  run.target = options.question.asked(agent);
  episode::StepSet steps = parse_steps(options.steps_at, "--steps-at");
  render::Look look = options.look.look(methods, "light");
  options.outline.apply(agent, run, look);
  if (game::find_object_table(agent.game, agent.protocol) != nullptr) run.objects = true;

  // A new run goes just as far as needed.
  const episode::StepId last = *steps.rbegin();
  run.episodes = last.episode + 1;
  episode::RunOptions played = run;
  if (last.episode == 0 && options.play.steps == 0) played.max_steps = last.index + 1;
  OutputFiles files{"trace.jsonl.gz"};
  options.figure.add_files("figure", files);
  options.figure.add_arrays(files);
  if (asks_objects(methods)) files.emplace_back("objects.csv");
  const Interrupt interrupt;
  const episode::Trace trace =
      recorded_run(agent, played, options.question.trace, out / "trace.jsonl.gz", interrupt,
                   [&](const episode::Trace* given) {
                     if (given != nullptr) steps = steps_of_run(*given, steps, "--steps-at");
                     options.out.prepare("figure", files, options.question.trace);
                   });
  const std::string only_trace = only_trace_words("figure", out / "trace.jsonl.gz");
  if (interrupt.requested()) interrupt.stop(only_trace);
  if (options.question.trace.empty())
    steps = steps_of_played_run("figure", out / "trace.jsonl.gz", trace, steps, "--steps-at");

  run.methods = methods;
  run.replay = &trace;
  measure_for(look, agent, run, interrupt);
  if (interrupt.requested()) interrupt.stop(only_trace);
  episode::MomentsSink moments;
  std::vector<episode::Sink*> sinks{&moments};
  std::optional<episode::ObjectsSink> objects;
  if (asks_objects(methods)) sinks.push_back(&objects.emplace(out / "objects.csv"));
  MapWarnings warnings(methods);
  explain_steps(agent, run, steps, sinks, interrupt, &warnings);
  if (moments.moments().empty()) interrupt.stop(only_trace);
  render::Grid grid = render::compare_grid(moments.info(), moments.moments(), look);
  if (options.values) {
    grid.rows.push_back(render::value_bars(moments.info(), moments.moments(), look.theme));
    grid.remarks.push_back(render::value_bars_remark(moments.info()));
  }
  const std::vector<std::string> sentences = sentences_of(moments);
  for (const std::string& sentence : sentences) grid.remarks.push_back(remark_of(sentence));
  std::ranges::move(warnings.notes(), std::back_inserter(grid.remarks));
  options.figure.write(out / "figure", render::draw_grid(grid), moments.info(), look);
  options.figure.write_arrays(out, moments);
  for (const std::string& sentence : sentences) fmt::print("{}\n", sentence);
  print_object_scores(moments);
  warnings.print(options.question.verbose);
  if (interrupt.requested()) {
    interrupt.stop(fmt::format(
        "stopped early: the figure in {} shows {} of {} steps; `arcadecam figure --trace "
        "{}/trace.jsonl.gz` with another --out draws them all",
        out.string(), moments.moments().size(), steps.size(), out.string()));
  }
  fmt::print("{} → {}\n", counted(std::ssize(moments.moments()), "step"), out.string());
}

void define_figure(Arguments& command) {
  auto options = std::make_shared<FigureCall>();
  options->figure.formats = {"png", "svg", "pdf"};
  options->play.define(command);
  command.remove_option("--episodes");
  command
      .add_option("--steps-at", options->steps_at,
                  "the decisions to show: STEP, FIRST-LAST or EPISODE:STEP, counted from 0 and "
                  "separated by commas")
      ->delimiter(',')
      ->required()
      ->type_name("STEP[,STEP]");
  options->question.define(command, "fullgrad++",
                           "take the steps of this recorded run instead of a new one");
  options->out.define(command, "folder for figure.png, figure.svg, figure.pdf and the run's trace");
  options->out.option()->required();
  command.add_flag("--values,!--no-values", options->values,
                   "action values as bars below the pictures (default: on)");
  options->outline.define(command);
  options->figure.define(command);
  options->look.define(command);
  command.callback([options] { figure(*options); });
}

}  // namespace

extern constinit const Command figure_entry{
    "figure",
    "Draw chosen decisions as a figure for a paper: PNG, and SVG and PDF whose texts stay text",
    define_figure};

}  // namespace arcadecam::app
