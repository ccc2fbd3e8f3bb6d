#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <filesystem>

#include "app/command.h"
#include "app/evaluated_states.h"
#include "app/failures.h"
#include "app/interrupt.h"
#include "app/named_agent.h"
#include "app/options/agent_options.h"
#include "app/options/game_switches.h"
#include "app/options/method_list.h"
#include "app/options/numbers.h"
#include "app/options/output_folder.h"
#include "app/options/question_options.h"
#include "app/progress.h"
#include "app/report/evaluation_report.h"
#include "app/report/latex_table.h"
#include "arcadecam/core/error.h"
#include "arcadecam/core/files.h"
#include "core/counted.h"
#include "episode/target_words.h"
#include "evaluate/evaluation.h"
#include "evaluate/measures.h"
#include "evaluate/states.h"
#include "evaluate/summary.h"
#include "evaluate/tables.h"

namespace arcadecam::app {
namespace {

struct EvaluateOptions {
  std::vector<std::string> agents;
  CheckpointOptions checkpoint;
  std::string methods = "fullgrad++,fullgrad,gradcam++,gradcam", measures = "all",
              target = "chosen", engine = "cpu", states_from, out;
  std::int64_t states = 500, episodes = 10, episode_steps = 0, played_episodes = 5;
  std::uint64_t seed = 0;
  double epsilon = 0.001;
  GameSwitches switches;
  int jobs = 1;
  bool baselines = true, report = true, latex = false;

  void define(Arguments& command);
  [[nodiscard]] StateOptions states_of_agents() const {
    return {states, episodes, seed, epsilon, engine, switches, jobs, states_from};
  }
  [[nodiscard]] explain::Target target_for(const agent::Agent& agent) const;
  [[nodiscard]] std::vector<explain::MethodSpec> methods_for(const agent::Agent& agent) const;
};

void EvaluateOptions::define(Arguments& command) {
  command
      .add_option("AGENT", agents,
                  std::string(kAgentHelp) + "; NAME=AGENT says what tables and pictures call it")
      ->required();
  define_methods(command, methods);
  command
      .add_option(
          "--measures,--measure", measures,
          "all (save play, which takes long), or NAME[:key=value]…, several separated by commas "
          "(`arcadecam measures`)")
      ->type_name("M[,M]")
      ->capture_default_str();
  command.add_flag("--baselines,!--no-baselines", baselines,
                   "measure random, centre, sobel and frame-difference too (default: on)");
  command.add_option("--target", target, kTargetHelp)->type_name("T")->capture_default_str();
  command
      .add_option("--states", states,
                  "how many decisions are measured on, drawn evenly from the episodes; no "
                  "observation comes twice, and all methods get the same ones")
      ->transform(count())
      ->type_name("N")
      ->capture_default_str();
  command
      .add_option("--episodes", episodes, "episodes from which they are drawn; intervals need many")
      ->transform(count())
      ->type_name("N")
      ->capture_default_str();
  command
      .add_option("--states-from", states_from,
                  "the same states for all agents, in place of each one's own run: a trace, a .npy "
                  "file of observations (uint8), or an agent that plays --episodes episodes; the "
                  "action that is explained is the one that the measured agent would take")
      ->type_name("SOURCE");
  command
      .add_option("--episode-steps", episode_steps,
                  "cut episodes off after this many decisions (default: the protocol's frame cap)")
      ->transform(whole(1, 10'000'000))
      ->type_name("N");
  command
      .add_option("--played-episodes", played_episodes,
                  "episodes per degree, for the measures that play the game")
      ->transform(count())
      ->type_name("N")
      ->capture_default_str();
  command.add_option("--seed", seed, "determines every random draw")
      ->transform(seed_number())
      ->type_name("S")
      ->capture_default_str();
  command.add_option("--epsilon", epsilon, "probability of a random action while playing")
      ->transform(real(0, 1))
      ->type_name("E")
      ->capture_default_str();
  switches.define(command);
  command.add_option("--engine", engine, "cpu, onednn or reference")
      ->type_name("NAME")
      ->capture_default_str();
  command.add_option("--jobs", jobs, "threads; results do not depend on it")
      ->transform(whole(1, 1024))
      ->type_name("N")
      ->capture_default_str();
  command
      .add_option(
          "--out", out,
          "folder for report.html, results.csv, objects.csv, summary.csv, pairs.csv, curves.csv, "
          "costs.csv, the runs' traces and evaluation.sqlite; an evaluation with the same settings "
          "in this folder is continued")
      ->required()
      ->type_name("DIR");
  command.add_flag(
      "--report,!--no-report", report,
      "report.html: the whole evaluation as one page that needs no network (default: on)");
  command.add_flag("--latex", latex,
                   "also overview.tex: the overview as LaTeX tables, rounded, with intervals");
  checkpoint.define(command);
}

explain::Target EvaluateOptions::target_for(const agent::Agent& agent) const {
  return explain::Target::parse(episode::with_action_numbers(target, agent::action_names(agent)));
}

std::vector<explain::MethodSpec> EvaluateOptions::methods_for(const agent::Agent& agent) const {
  auto specs = list_methods(methods, agent, target_for(agent));
  refuse_methods_of_removals(specs, agent);
  std::vector<explain::MethodSpec> distinct;
  const auto add = [&](explain::MethodSpec spec) {
    if (std::ranges::find(distinct, spec.text(), &explain::MethodSpec::text) == distinct.end())
      distinct.push_back(std::move(spec));
  };
  for (explain::MethodSpec& spec : specs) add(std::move(spec));
  if (baselines) {
    for (const char* id : {"random", "centre", "sobel", "frame-difference"}) add({id, {}});
  }
  return distinct;
}

agent::Agent load(const EvaluateOptions& options, const NamedAgent& named) {
  agent::Agent agent = agent::load_agent(named.agent, {options.checkpoint.get(), {}});
  agent.name = named.name;
  options.switches.set(agent.protocol);
  check_playable(agent, options.states_of_agents());
  if (options.episode_steps > 0) {
    agent.protocol.max_frames = static_cast<int>(options.episode_steps) * agent.protocol.frame_skip;
    atari::check(agent.protocol);
  }
  return agent;
}

/// The evaluation without methods that failed and of which nothing is recorded, and without agents
/// that have no other: there is nothing to say of them in tables, and no map to show.
evaluate::Evaluation without_failed(evaluate::Evaluation evaluation,
                                    const std::vector<evaluate::Unmeasured>& failed,
                                    const evaluate::Store& store) {
  const std::vector<evaluate::Unit> recorded = store.recorded();
  for (evaluate::Contestants& contestants : evaluation.agents) {
    std::erase_if(contestants.methods, [&](const explain::MethodSpec& method) {
      const auto is_of = [&](const auto& one) {
        return one.agent == contestants.agent->name && one.method == method.text();
      };
      return std::ranges::any_of(failed, is_of) && std::ranges::none_of(recorded, is_of);
    });
  }
  std::erase_if(evaluation.agents, [&](const evaluate::Contestants& one) {
    const auto is_of = [&](const auto& other) { return other.agent == one.agent->name; };
    return one.methods.empty() && std::ranges::any_of(failed, is_of) &&
           std::ranges::none_of(recorded, is_of);
  });
  return evaluation;
}

/// The evaluation with what earlier calls of other methods and measures recorded of its agents, so
/// that tables only grow.
evaluate::Evaluation with_recorded(evaluate::Evaluation evaluation, const evaluate::Store& store) {
  for (const evaluate::Unit& unit : store.recorded()) {
    const auto at = std::ranges::find(evaluation.agents, unit.agent,
                                      [](const auto& each) { return each.agent->name; });
    if (at == evaluation.agents.end()) continue;
    if (std::ranges::find(at->methods, unit.method, &explain::MethodSpec::text) ==
        at->methods.end())
      at->methods.push_back(explain::parse_methods(unit.method).front());
    const auto measure = std::ranges::find(evaluation.measures, unit.measure,
                                           [](const auto& each) { return each.spec.text(); });
    if (measure == evaluation.measures.end())
      evaluation.measures.push_back(measure::bind(
          explain::parse_methods(unit.measure, "measure").front(), evaluate::measures()));
  }
  return evaluation;
}

/// Throws Error where the folder holds numbers of an agent that is not named: its tables would lose
/// them.
void refuse_fewer_agents(const evaluate::Evaluation& evaluation, const evaluate::Store& store,
                         const Failures& failures, const std::filesystem::path& out) {
  for (const evaluate::Unit& unit : store.recorded()) {
    const bool named = std::ranges::find(evaluation.agents, unit.agent,
                                         [](const auto& each) { return each.agent->name; }) !=
                           evaluation.agents.end() ||
                       is_left_out(failures, unit.agent);
    if (named) continue;
    throw bad_usage(
        "{}: holds numbers of {} too, which the tables would lose: name it again, or give another "
        "--out",
        out.string(), unit.agent);
  }
}

/// Reads the agents. One that cannot be read, or has not what is asked for, is left out and named
/// in `failures`; Error where none is left.
std::deque<agent::Agent> read_agents(const EvaluateOptions& options, Failures& failures) {
  std::deque<agent::Agent> agents;
  std::vector<NamedAgent> named;
  for (const std::string& text : options.agents) {
    named.push_back(parse_named_agent(text));
    if (std::ranges::count(named, named.back().name, &NamedAgent::name) > 1)
      throw bad_usage("two agents are called '{}': give NAME=AGENT", named.back().name);
  }
  for (const NamedAgent& one : named) {
    try {
      agent::Agent agent = load(options, one);
      options.target_for(agent).check(*agent.graph);
      (void)options.methods_for(agent);
      agents.push_back(std::move(agent));
    } catch (const Error& error) {
      if (options.agents.size() == 1) throw;
      leave_out({one.name, {}, {}, error.what()}, failures);
    }
  }
  if (agents.empty())
    throw bad_input("none of the agents can be evaluated: {}", failures.front().why);
  return agents;
}

/// Plays, or plays again what an earlier call recorded. An agent whose run fails is left out of the
/// evaluation and named in `failures`; of one agent alone it is an Error.
void take_states(evaluate::Evaluation& evaluation, std::deque<agent::Agent>& agents,
                 const EvaluateOptions& options, const Interrupt& interrupt, Failures& failures) {
  const std::filesystem::path out = options.out;
  for (std::size_t i = 0; i < agents.size(); ++i) {
    try {
      evaluate::SampledStates sampled =
          states_of(agents[i], options.states_of_agents(), out, interrupt);
      evaluation.agents[i].states = std::move(sampled.states);
      evaluation.agents[i].snapshots = std::move(sampled.snapshots);
    } catch (const Error& error) {
      if (options.agents.size() == 1) throw;
      leave_out({agents[i].name, {}, {}, error.what()}, failures);
      continue;
    }
    if (interrupt.requested()) interrupt.stop(continues(out));
    if (std::ssize(evaluation.agents[i].states) < options.states) {
      fmt::print(stderr, "warning: {}: only {} distinct observations for {} states\n",
                 agents[i].name, evaluation.agents[i].states.size(), options.states);
    }
  }
  std::erase_if(evaluation.agents, [&](const evaluate::Contestants& one) {
    return is_left_out(failures, one.agent->name);
  });
}

void run_evaluate(const EvaluateOptions& options) {
  const std::filesystem::path out = options.out;
  Failures failures;
  std::deque<agent::Agent> agents = read_agents(options, failures);
  evaluate::Evaluation evaluation;
  evaluation.measures = measure::parse_measures(options.measures, evaluate::measures());
  evaluation.question = {options.target_for(agents.front()), options.engine, options.seed};
  evaluation.played_episodes = options.played_episodes;
  evaluate::Store::Settings settings{{"--target", evaluation.question.target.text()},
                                     {"--states", std::to_string(options.states)},
                                     {"--episodes", std::to_string(options.episodes)},
                                     {"--episode-steps", std::to_string(options.episode_steps)},
                                     {"--seed", std::to_string(options.seed)},
                                     {"--epsilon", fmt::format("{}", options.epsilon)},
                                     {"--engine", options.engine},
                                     {"--mode", switch_text(options.switches.mode)},
                                     {"--difficulty", switch_text(options.switches.difficulty)},
                                     {"format", options.states_from.empty() ? "2" : "3"}};
  if (!options.states_from.empty())
    settings.emplace_back("--states-from", source_of_states(options.states_of_agents()));
  for (const agent::Agent& agent : agents) {
    if (options.target_for(agent).text() != evaluation.question.target.text()) {
      throw bad_usage(
          "--target {}: the actions of {} and {} have other numbers; evaluate them apart",
          options.target, agents.front().name, agent.name);
    }
    settings.emplace_back("checkpoint of " + agent.name, agent.checkpoint.sha256);
    settings.emplace_back("network of " + agent.name,
                          agent.checkpoint.network_sha256.value_or("none"));
    settings.emplace_back("options for " + agent.name,
                          agent.checkpoint.read_with.empty() ? "none" : agent.checkpoint.read_with);
    evaluation.agents.push_back({&agent, {}, options.methods_for(agent)});
  }
  OutputFiles files{"evaluation.sqlite", "results.csv", "objects.csv", "summary.csv",
                    "pairs.csv",         "curves.csv",  "costs.csv"};
  if (options.report) files.emplace_back("report.html");
  if (options.latex) files.emplace_back("overview.tex");
  files.emplace_back("failures.csv");
  if (!options.states_from.empty()) files.emplace_back(kGivenRun);
  for (const agent::Agent& agent : agents) files.push_back(trace_name(agent));
  prepare_to_continue(out, "evaluate", files);
  const std::unique_ptr<evaluate::Store> opened =
      evaluate::open_store(out / "evaluation.sqlite", settings);
  evaluate::Store& store = *opened;
  refuse_fewer_agents(evaluation, store, failures, out);

  const Interrupt interrupt;
  take_states(evaluation, agents, options, interrupt, failures);
  write_failures(out / "failures.csv", failures);
  if (evaluation.agents.empty())
    throw bad_input("none of the agents can be evaluated: {}", failures.back().why);
  evaluate::Outcome outcome;
  {
    Progress progress("measured", 0);
    std::int64_t before = 0;
    outcome = evaluate::evaluate(
        evaluation, store,
        {options.jobs, [&](std::int64_t done, std::int64_t total, const std::string& what) {
           if (before == 0) progress.expect(before = total);
           progress.advance(done, what);
           return !interrupt.requested();
         }});
  }
  if (outcome.ended_early) interrupt.stop(continues(out));
  for (const evaluate::Unmeasured& one : outcome.failures)
    leave_out({one.agent, one.method, one.measure, one.why}, failures);
  write_failures(out / "failures.csv", failures);
  evaluation = without_failed(std::move(evaluation), outcome.failures, store);
  if (evaluation.agents.empty())
    throw bad_input("nothing could be measured: {}", failures.back().why);
  evaluation = with_recorded(std::move(evaluation), store);

  const evaluate::EvaluationSummary summary = evaluate::summarise(evaluation, store);
  const std::int64_t rows = evaluate::write_results(out / "results.csv", evaluation, store);
  evaluate::write_objects(out / "objects.csv", evaluation, store);
  evaluate::write_summary(out / "summary.csv", summary);
  evaluate::write_pairs(out / "pairs.csv", summary);
  evaluate::write_curves(out / "curves.csv", summary);
  evaluate::write_costs(out / "costs.csv", store);
  if (options.latex) write_latex(out / "overview.tex", evaluation, summary);
  if (options.report) write_report(out / "report.html", evaluation, summary, store, settings);
  fmt::print("{}, {}, {}: {} → {}\n", counted(std::ssize(evaluation.agents), "agent"),
             counted(std::ssize(evaluation.agents.front().methods), "method"),
             counted(std::ssize(evaluation.measures), "measure"), counted(rows, "number"),
             out.string());
  if (!failures.empty()) throw error_of(failures, options.agents.size(), out / "failures.csv");
}

void define_evaluate(Arguments& command) {
  auto options = std::make_shared<EvaluateOptions>();
  options->define(command);
  command.callback([options] { run_evaluate(*options); });
}

}  // namespace

extern constinit const Command evaluate_entry{
    "evaluate", "Measure methods on states of an agent: is a map true, sharp, stable, sane",
    define_evaluate};

}  // namespace arcadecam::app
