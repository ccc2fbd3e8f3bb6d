#include <fmt/format.h>

#include <filesystem>
#include <limits>
#include <memory>
#include <optional>
#include <vector>

#include "app/agent_options.h"
#include "app/command.h"
#include "app/highlights.h"
#include "app/interrupt.h"
#include "app/map_warnings.h"
#include "app/method_list.h"
#include "app/picture_options.h"
#include "app/progress.h"
#include "arcadecam/core/error.h"
#include "arcadecam/core/files.h"
#include "episode/csv_sink.h"
#include "episode/maps_sink.h"
#include "episode/trace_sink.h"

namespace arcadecam::app {
namespace {

struct Options {
  PlayOptions play;
  std::string methods = "fullgrad++", target = "chosen", trace, out;
  PictureOptions pictures;
  std::int64_t highlights = 0;
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

/// Plays the run once to find the episodes' value ranges and records it, so that it can be played
/// again with pictures.
std::shared_ptr<const render::EpisodeRanges> measure(const agent::Agent& agent,
                                                     episode::RunOptions run,
                                                     const render::Look& look,
                                                     episode::TraceSink* trace) {
  render::RangesSink ranges(look.maps);
  std::vector<episode::Sink*> sinks{&ranges};
  if (trace != nullptr) sinks.push_back(trace);
  // A Ctrl-C shortens the run; what was played until then is explained.
  const Interrupt interrupt;
  Progress progress("measured",
                    run.max_steps < std::numeric_limits<std::int64_t>::max() ? run.max_steps : 0);
  std::int64_t steps = 0;
  run.sound = false;
  run.on_step = [&](const episode::Step& step) {
    progress.advance(++steps, fmt::format("episode {} score {}", step.episode, step.score));
    return !interrupt.requested();
  };
  episode::run(agent, run, sinks);
  return ranges.ranges();
}

void explain(const Options& options) {
  const std::filesystem::path out = options.out;
  episode::RunOptions run = options.play.run_options();
  run.methods = explain::parse_methods(options.methods);
  refuse_methods_of_objects(run.methods);
  run.target = explain::Target::parse(options.target);
  run.sound = options.pictures.video && options.pictures.sound;
  agent::Agent agent = options.play.load();
  std::optional<episode::Trace> recorded;
  if (!options.trace.empty()) {
    recorded = episode::read_trace(options.trace);
    agent.protocol = recorded->protocol;
    run.replay = &*recorded;
    compare_agents(*recorded, agent);
  }
  render::Look look = options.pictures.look(run.methods);

  make_folder(out);
  make_folder(out / "stills");
  const std::filesystem::path trace_file = out / "trace.jsonl.gz";
  episode::TraceSink trace(trace_file);
  bool traced = recorded.has_value();  // a replay's trace is the one it was given
  if (options.pictures.needs_two_passes()) {
    look.maps.ranges = measure(agent, run, look, traced ? nullptr : &trace);
    if (!traced) run.replay = &recorded.emplace(episode::read_trace(trace_file));
    traced = true;
  }
  episode::CsvSink csv(out / "steps.csv");
  episode::MapsSink maps(out / "maps.npz");
  PictureSinks pictures(options.pictures, look, out);
  std::vector<episode::Sink*> sinks{&csv, &maps};
  pictures.append_to(sinks);
  if (!traced) sinks.push_back(&trace);

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
    if (recorded) episode::write_trace(trace_file, *recorded);
  }
  for (const episode::EpisodeSummary& episode : summary.episodes) {
    fmt::print("episode {}: score {} in {} steps{}\n", episode.episode, episode.score,
               episode.steps, episode.truncated ? " (cut short)" : "");
  }
  if (interrupt.requested()) fmt::print("stopped early; the files hold what was played\n");
  warnings.print(steps);
  if (options.highlights > 0 && !interrupt.requested()) {
    const auto played = episode::read_trace(out / "trace.jsonl.gz");
    write_highlights(agent, run, played, options.highlights, out, {}, {}, interrupt);
  }
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
      .add_option(
          "--out", options->out,
          "folder for video.mp4, clip.gif, maps.npz, steps.csv, stills/ and the run's trace, "
          "trace.jsonl.gz")
      ->required()
      ->type_name("DIR");
  options->pictures.define(command);
  command
      .add_option("--highlights", options->highlights,
                  "also highlights.png and highlights.mp4: the K decisions whose action values lie "
                  "furthest apart, some steps around each")
      ->check(CLI::Range(1, 50))
      ->type_name("K");
  command.callback([options] { explain(*options); });
}

}  // namespace

extern constinit const Command explain_entry{
    "explain", "Let an agent play and explain each of its decisions: maps, table and pictures",
    define};

}  // namespace arcadecam::app
