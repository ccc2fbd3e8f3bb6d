#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <iterator>
#include <optional>

#include "app/command.h"
#include "app/interrupt.h"
#include "app/layer_strips.h"
#include "app/object_scores.h"
#include "app/options/agent_options.h"
#include "app/options/figure_options.h"
#include "app/options/look_options.h"
#include "app/options/method_list.h"
#include "app/options/numbers.h"
#include "app/options/outline_option.h"
#include "app/options/output_folder.h"
#include "app/options/question_options.h"
#include "app/recorded_run.h"
#include "arcadecam/core/error.h"
#include "arcadecam/core/files.h"
#include "core/counted.h"
#include "episode/filter_sink.h"
#include "episode/moments_sink.h"
#include "episode/objects_sink.h"
#include "render/compare_grid.h"
#include "render/compare_video.h"
#include "render/layers_grid.h"

namespace arcadecam::app {
namespace {

struct CompareOptions {
  PlayOptions play;
  QuestionOptions question;
  LookOptions look;
  FigureOptions figure;
  OutlineOption outline;
  OutputFolder out;
  bool layers = true;
  std::int64_t states = 6, video_steps = 150,
               video_height = render::CompareVideoOptions::kUsualHeight;
};

/// The layers of methods that join several, each layer's map alone; no picture where there are
/// none.
void draw_layers(const CompareOptions& options, const agent::Agent& agent, episode::RunOptions run,
                 const episode::StepSet& states, const episode::MomentsSink& joined,
                 const render::Look& look, const Interrupt& interrupt) {
  const auto [methods, strips] =
      layer_methods(run.methods, joined.moments().front(), *agent.graph, run.target);
  if (methods.empty()) return;
  episode::MomentsSink apart;
  run.methods = methods;
  render::Look layers_look = look;
  layers_look.maps.with_signs.clear();
  for (const render::LayerStrip& strip : strips) {
    layers_look.maps.with_signs.insert(layers_look.maps.with_signs.end(), strip.layers.size(),
                                       look.maps.signs_of(strip.method));
  }
  measure_for(layers_look, agent, run, interrupt);
  explain_steps(agent, run, states, std::array<episode::Sink*, 1>{&apart}, interrupt);
  if (apart.moments().size() != joined.moments().size()) return;
  const auto grid = render::layers_grid(joined.info(), joined.moments(), apart.moments(), strips,
                                        look, layers_look);
  options.figure.write(options.out.path() / "layers", render::draw_grid(grid), joined.info(), look);
}

void compare(const CompareOptions& options) {
  const std::filesystem::path out = options.out.path();
  agent::Agent agent = options.play.load(options.question.trace);
  episode::RunOptions run = options.play.run_options();
  const auto methods = options.question.methods_for(agent);
  run.target = options.question.asked(agent);
  render::Look look = options.look.look(methods, "light");
  options.outline.apply(agent, run, look);
  render::CompareVideoOptions video_options{.height = options.video_height,
                                            .look = options.look.look(methods, "dark")};
  render::CompareVideo(out / "compare.mp4", video_options);  // throws now what it would later

  OutputFiles files{"trace.jsonl.gz"};
  options.figure.add_files("compare", files);
  options.figure.add_arrays(files);
  if (options.layers) options.figure.add_files("layers", files);
  if (options.video_steps > 0) files.emplace_back("compare.mp4");
  if (asks_objects(methods)) files.emplace_back("objects.csv");
  const Interrupt interrupt;
  const episode::Trace trace =
      recorded_run(agent, run, options.question.trace, out / "trace.jsonl.gz", interrupt,
                   [&](const episode::Trace*) {
                     options.out.prepare("compare", files, options.question.trace);
                   });
  const std::string only_trace = only_trace_words("compare", out / "trace.jsonl.gz");
  if (interrupt.requested()) interrupt.stop(only_trace);

  run.methods = methods;
  run.replay = &trace;
  const auto states = episode::spread_steps(trace, options.states, run.max_steps);
  const auto filmed = options.video_steps == 0
                          ? episode::StepSet{}
                          : episode::middle_steps(trace, options.video_steps, run.max_steps);
  auto wanted = states;
  wanted.insert(filmed.begin(), filmed.end());

  measure_for(look, agent, run, interrupt);
  if (interrupt.requested()) interrupt.stop(only_trace);
  video_options.look.maps.ranges = look.maps.ranges;
  render::CompareVideo video(out / "compare.mp4", video_options);
  episode::MomentsSink moments;
  episode::FilterSink kept(contained_in(states), moments);
  std::vector<episode::Sink*> sinks{&kept};
  std::optional<episode::FilterSink> into_video;
  if (!filmed.empty()) {
    sinks.push_back(&into_video.emplace(contained_in(filmed), video));
  }
  std::optional<episode::ObjectsSink> objects;
  std::optional<episode::FilterSink> kept_objects;
  if (asks_objects(methods)) {
    objects.emplace(out / "objects.csv");
    sinks.push_back(&kept_objects.emplace(contained_in(states), *objects));
  }
  MapWarnings warnings(methods);
  explain_steps(agent, run, wanted, sinks, interrupt, &warnings);
  if (moments.moments().empty()) {
    interrupt.stop(filmed.empty() ? only_trace
                                  : only_trace + " (beside it the video of what was explained)");
  }

  auto grid = render::compare_grid(moments.info(), moments.moments(), look);
  MapWarnings shown(methods);  // the video's maps are not in the picture
  for (const episode::Moment& moment : moments.moments()) shown.add(moment.step);
  std::ranges::move(shown.notes(), std::back_inserter(grid.remarks));
  options.figure.write(out / "compare", render::draw_grid(grid), moments.info(), look);
  if (options.layers && !interrupt.requested())
    draw_layers(options, agent, run, states, moments, look, interrupt);
  options.figure.write_arrays(out, moments);
  print_object_scores(moments);
  warnings.print(options.question.verbose);
  if (interrupt.requested()) {
    interrupt.stop(fmt::format(
        "stopped early: the pictures in {} are whole and show {} of {} states; `arcadecam compare "
        "--trace {}/trace.jsonl.gz` with another --out shows them all",
        out.string(), moments.moments().size(), states.size(), out.string()));
  }
  fmt::print("{}, {} → {}\n", counted(std::ssize(methods), "method"),
             counted(std::ssize(moments.moments()), "state"), out.string());
}

void define_compare(Arguments& command) {
  auto options = std::make_shared<CompareOptions>();
  options->play.policy = "greedy";
  options->play.define(command);
  options->question.define(command, "all",
                           "take the states of this recorded run instead of a new one");
  command
      .add_option("--states", options->states, "how many states, spread evenly over the run's time")
      ->transform(whole(1, 64))
      ->type_name("N")
      ->capture_default_str();
  options->out.define(command,
                      "folder for compare.png, layers.png, compare.mp4 and the run's trace, "
                      "trace.jsonl.gz");
  options->out.option()->required();
  command
      .add_option("--video-steps", options->video_steps,
                  "decisions in the video, from the middle of the run; 0: no video")
      ->transform(count(0))
      ->type_name("N")
      ->capture_default_str();
  command
      .add_option("--video-height", options->video_height,
                  "height of the video in pixels, even, 480 to 2160; its shape is 16:9")
      ->transform(whole(480, 2160))
      ->type_name("PIXELS")
      ->capture_default_str();
  command.add_flag("--layers,!--no-layers", options->layers,
                   "layers.png: for methods that join several layers, each layer's own map and its "
                   "share of the weights (default: on)");
  options->outline.define(command);
  options->figure.define(command);
  options->look.define(command);
  command.callback([options] { compare(*options); });
}

}  // namespace

extern constinit const Command compare_entry{
    "compare", "Explain the same states by many methods, side by side in one picture and one video",
    define_compare};

}  // namespace arcadecam::app
