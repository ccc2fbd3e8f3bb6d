#include <fmt/format.h>

#include <filesystem>
#include <optional>
#include <vector>

#include "app/agent_options.h"
#include "app/command.h"
#include "app/interrupt.h"
#include "app/map_warnings.h"
#include "app/method_list.h"
#include "app/progress.h"
#include "arcadecam/core/error.h"
#include "arcadecam/core/files.h"
#include "episode/csv_sink.h"
#include "episode/maps_sink.h"
#include "episode/trace_sink.h"
#include "render/stills_sink.h"
#include "render/video_sink.h"

namespace arcadecam::app {
namespace {

struct Options {
  PlayOptions play;
  std::string methods = "fullgrad++", target = "chosen", trace, out, colors = "jet";
  std::int64_t still_every = 50, video_height = render::VideoOptions{}.height;
  bool video = true;
};

/// Says when a recorded run is not explained by the agent that played it.
void compare_agents(const episode::Trace& trace, const agent::Agent& agent) {
  if (trace.agent_sha256 == agent.checkpoint.sha256 && trace.randomized_weights == agent.randomized)
    return;
  fmt::print(stderr,
             "warning: the run was recorded with another agent ({}, SHA-256 {:.12}…{}); what is "
             "seen and done is that agent's, values and maps are those of {}\n",
             trace.agent, trace.agent_sha256,
             trace.randomized_weights ? ", weights drawn anew" : "", agent.name);
}

void explain(const Options& options) {
  const std::filesystem::path out = options.out;
  episode::RunOptions run = options.play.run_options();
  run.methods = explain::parse_methods(options.methods);
  refuse_methods_of_objects(run.methods);
  run.target = explain::Target::parse(options.target);
  agent::Agent agent = options.play.load();
  std::optional<episode::Trace> recorded;
  if (!options.trace.empty()) {
    recorded = episode::read_trace(options.trace);
    agent.protocol = recorded->protocol;
    run.replay = &*recorded;
    compare_agents(*recorded, agent);
  }
  render::StillsOptions stills_options;
  stills_options.every = options.still_every;
  stills_options.style.colors = render::color_map(options.colors);

  make_folder(out);
  make_folder(out / "stills");
  episode::CsvSink csv(out / "steps.csv");
  episode::MapsSink maps(out / "maps.npz");
  render::StillsSink stills(out / "stills", stills_options);
  std::vector<episode::Sink*> sinks{&csv, &maps, &stills};
  // A replay records nothing new: its trace is the one it was given.
  episode::TraceSink trace(out / "trace.jsonl.gz");
  if (!recorded) sinks.push_back(&trace);
  std::optional<render::VideoSink> video;
  if (options.video) {
    render::VideoOptions video_options;
    video_options.height = options.video_height;
    sinks.push_back(&video.emplace(out / "video.mp4", video_options));
  }

  std::int64_t steps = 0;
  MapWarnings warnings(run.methods);
  episode::Summary summary;
  const Interrupt interrupt;
  {
    Progress progress("explained", options.play.steps);
    run.on_step = [&](const episode::Step& step) {
      progress.advance(++steps, fmt::format("episode {} score {}", step.episode, step.score));
      for (std::size_t m = 0; m < run.methods.size(); ++m) warnings.add(m, *step.attributions[m]);
      return !interrupt.requested();
    };
    summary = episode::run(agent, run, sinks);
    if (recorded) episode::write_trace(out / "trace.jsonl.gz", *recorded);
  }
  for (const episode::EpisodeSummary& episode : summary.episodes) {
    fmt::print("episode {}: score {} in {} steps{}\n", episode.episode, episode.score,
               episode.steps, episode.truncated ? " (cut short)" : "");
  }
  if (interrupt.requested()) fmt::print("stopped early; the files hold what was played\n");
  warnings.print(steps);
  fmt::print("{} decisions explained by {} → {}\nexplained: {}\n", steps, options.methods,
             out.string(), run.target.describe(*agent.graph));
}

void define(CLI::App& command) {
  auto options = std::make_shared<Options>();
  options->play.define(command);
  command
      .add_option("--methods,--method", options->methods,
                  "NAME[:key=value]…, several separated by commas (`arcadecam methods` lists them)")
      ->type_name("M[,M]")
      ->capture_default_str();
  command.add_option("--target", options->target, kTargetHelp)
      ->type_name("T")
      ->capture_default_str();
  CLI::Option* trace =
      command
          .add_option("--trace", options->trace,
                      "explain this recorded run instead of playing anew: game, protocol, seed and "
                      "actions are its own, and what happens is checked against it")
          ->type_name("FILE");
  for (const char* said_by_trace : {"--episodes", "--seed", "--policy", "--epsilon", "--mode",
                                    "--difficulty", "--protocol", "--jobs"}) {
    trace->excludes(command.get_option(said_by_trace));
  }
  command
      .add_option("--out", options->out,
                  "folder for video.mp4, maps.npz, steps.csv, stills/ and the run's trace, "
                  "trace.jsonl.gz")
      ->required()
      ->type_name("DIR");
  command.add_option("--still-every", options->still_every, "an overlay still of every N-th step")
      ->check(CLI::PositiveNumber)
      ->type_name("N")
      ->capture_default_str();
  command.add_flag(
      "--video,!--no-video", options->video,
      "video.mp4: the game, the maps on it and the action values, one frame a decision "
      "(default: on)");
  command
      .add_option("--video-height", options->video_height,
                  "lines of the video, even, 240 to 2160; it is 16:9")
      ->type_name("PIXELS")
      ->capture_default_str();
  command
      .add_option("--colors", options->colors,
                  "colour map of the stills: jet, turbo, inferno, cool-warm")
      ->type_name("NAME")
      ->capture_default_str();
  command.callback([options] { explain(*options); });
}

}  // namespace

extern constinit const Command explain_entry{
    "explain", "Let an agent play and explain each of its decisions: maps, table and pictures",
    define};

}  // namespace arcadecam::app
