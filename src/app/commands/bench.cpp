#include "app/bench/bench.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <functional>
#include <optional>
#include <thread>

#include "app/bench/saved_figures.h"
#include "app/command.h"
#include "app/options/agent_options.h"
#include "app/options/numbers.h"
#include "arcadecam/core/error.h"
#include "arcadecam/core/files.h"
#include "arcadecam/explain/bind.h"
#include "core/cpu_features.h"
#include "core/json_text.h"
#include "episode/run.h"

namespace arcadecam::app {
namespace {

/// The product rate is steady: it needs little of the time.
constexpr double kFloorShare = 20;

struct BenchOptions {
  std::string agent = "pong", methods = "gradcam,gradcam++,fullgrad,fullgrad++", only, json,
              against, precision = "f32";
  bool floor = false;
  CheckpointOptions checkpoint;
  std::optional<std::uint64_t> randomize_weights;
  BenchPlan plan;
};

/// The processor's name as the kernel tells it.
std::string processor() {
  std::ifstream file("/proc/cpuinfo");
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("model name")) return line.substr(line.find(':') + 2);
  }
  return "unknown";
}

/// What share of an earlier run's median a row has; nothing where there is none.
using Share = std::function<std::optional<double>(const BenchRow&)>;

void print(const std::vector<BenchRow>& rows, const Share& share) {
  std::string section;
  for (const BenchRow& row : rows) {
    if (row.section != section) {
      section = row.section;
      fmt::print("\n{:<34} {:>5} {:>7} {:>10} {:>19} {:>9}  {}\n", section,
                 section == "play" ? "games" : "batch", "threads", "ms", "(min … max)", "a second",
                 "times");
    }
    const auto ms = [](double seconds) { return 1e3 * seconds; };
    fmt::print("{:<34} {:>5} {:>7} {:>10.4f} {:>8.4f} … {:>8.4f} {:>9.0f}", row.what, row.batch,
               row.threads, ms(row.seconds.median()), ms(row.seconds.smallest()),
               ms(row.seconds.largest()), 1 / row.seconds.median());
    if (!row.against.empty()) {
      fmt::print("  {:.2f} ({:.2f} … {:.2f}) × {}", row.ratio.median(), row.ratio.smallest(),
                 row.ratio.largest(), row.against);
    }
    if (const auto now = share(row)) fmt::print("  {:.2f} of the time in the file", *now);
    fmt::print("\n");
  }
}

void print(const std::vector<PrecisionRow>& rows) {
  fmt::print("\n{:<34} {:>27} {:>27}\n", "bf16 against f32", "rank correlation (smallest)",
             "largest difference (of all)");
  for (const PrecisionRow& row : rows) {
    fmt::print("{:<34} {:>16.5f} ({:.5f}) {:>17.4f} ({:.4f})\n", row.method,
               row.correlations.median(), row.correlations.smallest(), row.differences.median(),
               row.differences.largest());
  }
}

JsonText to_json(const Timing& timing) {
  return {{"median", timing.median()},
          {"smallest", timing.smallest()},
          {"largest", timing.largest()},
          {"rounds", timing.rounds}};
}

void write_json(const std::string& file, const BenchOptions& options,
                const std::vector<BenchRow>& rows, const Share& share) {
  JsonText result{{"agent", options.agent},
                  {"processor", processor()},
                  {"instructions", to_string(cpu_features())},
                  {"processors", std::thread::hardware_concurrency()},
                  {"engine", options.plan.engine},
                  {"precision", options.precision},
                  {"rows", JsonText::array()}};
  for (const BenchRow& row : rows) {
    JsonText entry{{"section", row.section},
                   {"what", row.what},
                   {row.section == "play" ? "environments" : "batch", row.batch},
                   {"threads", row.threads},
                   {"seconds", to_json(row.seconds)}};
    if (!row.against.empty())
      entry["ratio"] = JsonText{{"against", row.against}, {"value", to_json(row.ratio)}};
    if (const auto now = share(row))
      entry["share"] = JsonText{{"of", options.against}, {"value", *now}};
    result["rows"].push_back(std::move(entry));
  }
  const std::string text = result.dump(2) + "\n";
  if (file == "-") {
    fmt::print("{}", text);
  } else {
    OutputFile output(file);
    output.write(text);
    output.commit();
  }
}

void bench(BenchOptions options) {
  BenchPlan& plan = options.plan;
  plan.precision = nn::parse_precision(options.precision);
  const int processors = std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
  const auto fill = [&](std::vector<int>& counts) {
    if (counts.empty()) counts = processors > 1 ? std::vector{1, processors} : std::vector{1};
  };
  fill(plan.threads);
  fill(plan.environments);
  if (options.methods == "all") {
    for (const explain::Method* method : explain::methods())
      plan.methods.push_back({std::string(method->id), {}});
  } else {
    plan.methods = explain::parse_methods(options.methods);
  }
  // Read before anything is measured for minutes.
  std::optional<SavedFigures> saved;
  if (!options.against.empty()) saved.emplace(options.against);
  const Share share_of_saved = [&](const BenchRow& row) -> std::optional<double> {
    const auto then = saved ? saved->seconds(row) : std::nullopt;
    return then ? std::optional(row.seconds.median() / *then) : std::nullopt;
  };
  const agent::Agent agent =
      agent::load_agent(options.agent, {options.checkpoint.get(), options.randomize_weights});
  for (const explain::MethodSpec& method : plan.methods) (void)explain::bind(method, *agent.graph);
  const bool quiet = options.json == "-";
  if (!quiet)
    fmt::print("{}, {} on {} ({} processors, {})\n", agent.name, agent.game.title, processor(),
               processors, to_string(cpu_features()));
  if (!quiet && saved)
    fmt::print("against {}, measured on {}\n", options.against, saved->machine());
  const Walk states = walk(agent, std::max(plan.states, std::ranges::max(plan.batches)));
  if (options.only == "precision") return print(bench_precision(agent, states.states, plan));
  std::vector<BenchRow> rows;
  const auto add = [&](std::vector<BenchRow> more) {
    if (!quiet) print(more, share_of_saved);
    rows.insert(rows.end(), more.begin(), more.end());
  };
  const double share = options.only.empty() ? plan.seconds / 2 : plan.seconds;
  if (options.floor) add(bench_floor(*agent.graph, plan, plan.seconds / kFloorShare));
  if (options.only != "play") add(bench_passes(agent, states.states, plan, share));
  if (options.only != "passes") add(bench_play(agent, states.actions, plan, share));
  if (!options.json.empty()) write_json(options.json, options, rows, share_of_saved);
  if (saved && std::ranges::none_of(
                   rows, [&](const BenchRow& row) { return share_of_saved(row).has_value(); })) {
    throw bad_input(
        "{}: has none of the figures that were measured: take the same --only, --batch, --threads "
        "and --methods as that run",
        options.against);
  }
}

void define_bench(Arguments& command) {
  auto options = std::make_shared<BenchOptions>();
  options->plan.batches = {1, 8, 32, 128};
  options->plan.groups = {1, 8};
  command.add_option("AGENT", options->agent, kAgentHelp)->capture_default_str();
  command
      .add_option("--methods,--method", options->methods,
                  "NAME[:key=value]…, separated by commas, or all")
      ->type_name("M[,M]")
      ->capture_default_str();
  command.add_option("--batch", options->plan.batches, "states in a pass")
      ->transform(whole(1, 4096))
      ->delimiter(',')
      ->type_name("N[,N]")
      ->capture_default_str();
  command
      .add_option("--states", options->plan.states,
                  "different states, four steps apart, that take turns in the passes (at least as "
                  "many as the largest batch holds)")
      ->transform(whole(1, 4096))
      ->type_name("N")
      ->capture_default_str();
  command
      .add_option("--threads", options->plan.threads,
                  "threads inside one pass (default: 1 and all processors)")
      ->transform(whole(1, 1024))
      ->delimiter(',')
      ->type_name("N[,N]");
  command
      .add_option("--environments", options->plan.environments,
                  "threads that play, each with an engine (default: 1 and as many as processors)")
      ->transform(whole(1, 1024))
      ->delimiter(',')
      ->type_name("K[,K]");
  command
      .add_option("--group", options->plan.groups,
                  "games that each of these threads plays, whose decisions share a pass")
      ->transform(whole(1, episode::RunOptions::kLargestGroup))
      ->delimiter(',')
      ->type_name("K[,K]")
      ->capture_default_str();
  command
      .add_option("--only", options->only,
                  "passes (with the methods), play, or precision: no times, but how far "
                  "maps in bf16 are from maps in f32")
      ->check(one_of({"passes", "play", "precision"}))
      ->type_name("PART");
  command.add_option("--seconds", options->plan.seconds, "about how long to measure")
      ->transform(real(1e-3, 1e6))
      ->type_name("S")
      ->capture_default_str();
  command
      .add_option("--rounds", options->plan.rounds,
                  "how many times everything is measured, in turn")
      ->transform(whole(1, 1000))
      ->type_name("N")
      ->capture_default_str();
  command
      .add_option("--engine", options->plan.engine,
                  "cpu, onednn, reference, or compared (cpu, compared with reference)")
      ->type_name("NAME")
      ->capture_default_str();
  define_precision(command, options->precision);
  command
      .add_option("--randomize-weights", options->randomize_weights,
                  "draw all weights at random from this seed: an agent for any game with --game")
      ->transform(seed_number())
      ->type_name("SEED");
  command.add_flag("--floor", options->floor,
                   "also measure how many products per second this core does, and how long the "
                   "network's products would take at that rate");
  command
      .add_option(
          "--against", options->against,
          "the --json file of an earlier run: print this run's times as shares of its times")
      ->type_name("FILE");
  command.add_option("--json", options->json, "also write the figures here; - is the output")
      ->type_name("FILE");
  options->checkpoint.define(command);
  command.footer(
      "Times are per state or per step: the median, smallest and largest of the rounds, in which "
      "everything takes turns. On one thread they are processor time, on several threads time of "
      "the clock. 'bare kernels' are oneDNN's dense convolutions and matrix products that the "
      "network needs, without anything around them (where the build has oneDNN).");
  command.callback([options] { bench(*options); });
}

}  // namespace

extern constinit const Command bench_entry{
    "bench", "Measure how fast this machine runs, explains and plays an agent", define_bench};

}  // namespace arcadecam::app
