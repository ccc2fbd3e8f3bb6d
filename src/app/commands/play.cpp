#include <fmt/format.h>
#include <unistd.h>

#include <chrono>
#include <thread>

#include "app/command.h"
#include "app/interrupt.h"
#include "app/options/agent_options.h"
#include "app/options/output_folder.h"
#include "app/options/tried_output.h"
#include "app/progress.h"
#include "arcadecam/core/files.h"
#include "core/counted.h"
#include "episode/trace_sink.h"

namespace arcadecam::app {
namespace {

struct PlayCall {
  PlayOptions play;
  std::string trace;
  OutputFolder out;
  bool full_speed = false;
};

/// Holds a run to the console's speed: 60 frames a second, `frames` per step.
class Pace {
 public:
  explicit Pace(int frames)
      : step_(std::chrono::duration_cast<Clock::duration>(
            std::chrono::duration<double>(frames / 60.0))) {}
  void wait() { std::this_thread::sleep_until(next_ += step_); }

 private:
  using Clock = std::chrono::steady_clock;
  Clock::duration step_;
  Clock::time_point next_ = Clock::now();
};

void play(const PlayCall& options) {
  const agent::Agent agent = options.play.load();
  episode::RunOptions run = options.play.run_options();
  std::optional<episode::TraceSink> trace;
  std::vector<episode::Sink*> sinks;
  if (options.out.given()) {
    options.out.prepare("play", {"trace.jsonl.gz"});
    sinks.push_back(&trace.emplace(options.out.path() / "trace.jsonl.gz"));
  } else if (!options.trace.empty()) {
    try_output(options.trace);
    sinks.push_back(&trace.emplace(options.trace));
  }
  // Ctrl-C ends the run; the trace holds what was played.
  const Interrupt interrupt;
  const bool watched = is_terminal(STDERR_FILENO) && !options.full_speed;
  Pace pace(agent.protocol.frame_skip);
  {
    Progress progress("step", 0);
    std::int64_t done = 0;
    std::int64_t episode = 0;
    run.on_step = [&](const episode::Step& step) {
      progress.advance(++done, fmt::format("episode {} score {}", step.episode, step.score));
      if (watched) pace.wait();
      if (step.last) {
        fmt::print("episode {}: score {} in {}{}\n", episode++, step.score,
                   counted(step.index + 1, "step"), step.truncated ? " (cut short)" : "");
        std::fflush(stdout);
      }
      return !interrupt.requested();
    };
    const episode::Summary summary = episode::run(agent, run, sinks);
    if (interrupt.requested()) {
      interrupt.stop(sinks.empty()
                         ? fmt::format("stopped early after {} steps; nothing was written", done)
                         : fmt::format("stopped early after {} steps; the trace holds them, and "
                                       "`explain --trace` and `replay --trace` play it again",
                                       done));
    }
    if (summary.episodes.size() > 1) {
      fmt::print(
          "mean score {:.2f}, standard deviation {:.2f}, {} episodes ({} protocol, {}, seed {})\n",
          summary.mean_score(), summary.score_deviation(), summary.episodes.size(),
          agent.protocol.name, run.policy.text(), run.seed);
    }
  }
}

void define_play(Arguments& command) {
  auto options = std::make_shared<PlayCall>();
  options->play.define(command);
  Option* trace =
      command
          .add_option("--trace", options->trace,
                      "record the run in this file (a few kB), from which `explain --trace` and "
                      "`replay --trace` play it again; by default nothing is written")
          ->type_name("FILE");
  options->out.define(command,
                      "record the run in this folder, as trace.jsonl.gz, as the other commands do");
  options->out.option()->excludes(trace);
  command.add_flag("--full-speed", options->full_speed,
                   "do not hold the game to 60 frames a second (it is held only on a terminal)");
  command.callback([options] { play(*options); });
}

}  // namespace

extern constinit const Command play_entry{"play", "Let an agent play its game and print the scores",
                                          define_play};

}  // namespace arcadecam::app
