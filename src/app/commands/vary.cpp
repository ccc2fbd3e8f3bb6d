#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>
#include <memory>

#include "app/command.h"
#include "app/evaluated_states.h"
#include "app/interrupt.h"
#include "app/named_agent.h"
#include "app/options/agent_options.h"
#include "app/options/game_switches.h"
#include "app/options/method_list.h"
#include "app/options/numbers.h"
#include "app/options/output_folder.h"
#include "app/progress.h"
#include "app/vary_stills.h"
#include "app/vary_tables.h"
#include "arcadecam/core/error.h"
#include "core/counted.h"
#include "episode/target_words.h"
#include "game/playable.h"

namespace arcadecam::app {
namespace {

struct VaryOptions {
  std::vector<std::string> agents, variations;
  CheckpointOptions checkpoint;
  std::int64_t episodes = 30, episode_steps = 0, states = 200;
  std::uint64_t seed = 0;
  std::string policy = "egreedy", engine = "cpu", methods, target = "chosen";
  double epsilon = 0.001;
  GameSwitches switches;
  int jobs = 1, group = 1;
  OutputFolder out;
  bool list = false, video = false;

  void define(Arguments& command);
  [[nodiscard]] explain::Target target_for(const agent::Agent& agent) const {
    return explain::Target::parse(episode::with_action_numbers(target, agent::action_names(agent)));
  }
  [[nodiscard]] JsonText settings() const;
};

void VaryOptions::define(Arguments& command) {
  command.add_option("AGENT", agents,
                     std::string(kAgentHelp) + "; NAME=AGENT says what tables call it");
  command
      .add_option("--variation", variations,
                  "only this one; may be given several times (default: all). Each agent is played "
                  "in the variations that its game has")
      ->one_value_each_time()
      ->type_name("NAME");
  command.add_flag("--list", list, "list the variations of the agents' games, or of all games");
  command
      .add_option("--episodes", episodes,
                  "episodes of the game as it is and of each variation; intervals need many")
      ->transform(count())
      ->type_name("N")
      ->capture_default_str();
  command
      .add_option("--episode-steps", episode_steps,
                  "cut episodes off after this many decisions (default: the protocol's frame cap)")
      ->transform(whole(1, 10'000'000))
      ->type_name("N");
  command
      .add_option("--methods", methods,
                  "also hold the losses against what these methods' maps of the game as it is "
                  "show: all, or NAME[:key=value]…, separated by commas; needs --out")
      ->type_name("M[,M]");
  command.add_option("--target", target, kTargetHelp)->type_name("T")->capture_default_str();
  command
      .add_option("--states", states,
                  "decisions of the game as it is that are explained, drawn evenly from its "
                  "episodes")
      ->transform(count())
      ->type_name("N")
      ->capture_default_str();
  command
      .add_option("--seed", seed,
                  "the seed and the episode's number determine every random draw, the same in all "
                  "variations")
      ->transform(seed_number())
      ->type_name("S")
      ->capture_default_str();
  command.add_option("--policy", policy, "egreedy, greedy or softmax")
      ->type_name("NAME")
      ->capture_default_str();
  command.add_option("--epsilon", epsilon, "probability of a random action under egreedy")
      ->transform(real(0, 1))
      ->type_name("E")
      ->capture_default_str();
  switches.define(command);
  command.add_option("--engine", engine, "cpu, onednn or reference")
      ->type_name("NAME")
      ->capture_default_str();
  command.add_option("--jobs", jobs, "threads that play episodes; results do not depend on it")
      ->transform(whole(1, 1024))
      ->type_name("N")
      ->capture_default_str();
  command
      .add_option("--group", group,
                  "episodes that each of them plays side by side, whose decisions share the "
                  "network's passes; results do not depend on it")
      ->transform(whole(1, episode::RunOptions::kLargestGroup))
      ->type_name("K")
      ->capture_default_str();
  out.define(command,
             "folder for variations.csv, episodes.csv, vary.json, a picture of each agent's "
             "variations, and with --methods attention.csv, foresight.csv and traces of the game "
             "as it is");
  command.add_flag("--video", video,
                   "videos of the first decisions of each variation; needs --out");
  checkpoint.define(command);
}

JsonText VaryOptions::settings() const {
  return {{"episodes", episodes}, {"episode_steps", episode_steps},
          {"seed", seed},         {"policy", agent::Policy::parse(policy, epsilon).text()},
          {"engine", engine},     {"methods", methods},
          {"target", target},     {"states", states}};
}

agent::Agent load_varied(const VaryOptions& options, const NamedAgent& named) {
  agent::Agent agent = agent::load_agent(named.agent, {options.checkpoint.get(), {}});
  agent.name = named.name;
  options.switches.set(agent.protocol);
  if (options.episode_steps > 0) {
    agent.protocol.max_frames = static_cast<int>(options.episode_steps) * agent.protocol.frame_skip;
    atari::check(agent.protocol);
  }
  return agent;
}

/// Whether the game has a variation of this name.
bool has_variation(const game::Game& game, const std::string& name) {
  return std::ranges::find(game::variations_of(game), name, &game::Variation::name) !=
         game::variations_of(game).end();
}

/// Those that are asked for and that the game has, or all. Throws Error (usage) where there is
/// none.
std::vector<const game::Variation*> variations_for(const VaryOptions& options,
                                                   const game::Game& game) {
  std::vector<const game::Variation*> chosen;
  for (const game::Variation& one : game::variations_of(game)) {
    const bool asked = std::ranges::find(options.variations, one.name) != options.variations.end();
    if (asked || options.variations.empty()) chosen.push_back(&one);
  }
  // Says what there is.
  if (chosen.empty())
    (void)game::find_variation(game, options.variations.empty() ? "" : options.variations.front());
  return chosen;
}

/// Throws Error (usage) for a name that no agent's game has.
void check_variations(const VaryOptions& options, const std::vector<PlayedAgent>& agents) {
  for (const std::string& name : options.variations) {
    if (std::ranges::count(options.variations, name) > 1)
      throw bad_usage("--variation {} is given twice", name);
    if (std::ranges::none_of(
            agents, [&](const PlayedAgent& one) { return has_variation(one.agent.game, name); }))
      (void)game::find_variation(agents.front().agent.game, name);
  }
}

void list_variations(const game::Game& game) {
  fmt::print("{}\n", game.name);
  for (const game::Variation& one : game::variations_of(game))
    fmt::print("  {:<18} {} (touches: {})\n", one.name, one.summary, touched_words(one));
}

void list_all(const VaryOptions& options) {
  std::vector<std::string> listed;
  for (const std::string& text : options.agents) {
    const agent::Agent agent = load_varied(options, parse_named_agent(text));
    (void)variations_for(options, agent.game);
    if (std::ranges::find(listed, agent.game.name) != listed.end()) continue;
    listed.push_back(agent.game.name);
    list_variations(agent.game);
  }
  if (!options.agents.empty()) return;
  for (const game::GameVariations* one : game::varied::varied_games())
    list_variations(game::find_game(one->game));
}

/// Reads the agents and says what is wrong before anything is played.
std::vector<PlayedAgent> read_varied_agents(const VaryOptions& options) {
  if (options.agents.empty())
    throw bad_usage("no AGENT is given: name one, or list the variations by --list");
  std::vector<PlayedAgent> agents;
  for (const std::string& text : options.agents) {
    const NamedAgent named = parse_named_agent(text);
    if (std::ranges::any_of(agents,
                            [&](const PlayedAgent& one) { return one.agent.name == named.name; }))
      throw bad_usage("two agents are called '{}': give NAME=AGENT", named.name);
    agents.push_back({load_varied(options, named), {}});
    const agent::Agent& agent = agents.back().agent;
    game::check_playable(agent.game, agent.protocol);
    (void)variations_for(options, agent.game);
    options.target_for(agent).check(*agent.graph);
    if (!options.methods.empty()) (void)game::object_table(agent.game, agent.protocol);
  }
  check_variations(options, agents);
  return agents;
}

/// The same for every agent, the baseline first.
std::vector<explain::MethodSpec> methods_to_hold(const VaryOptions& options,
                                                 const std::vector<PlayedAgent>& agents) {
  std::vector<explain::MethodSpec> methods;
  if (options.methods.empty()) return methods;
  methods.push_back({"random", {}});
  const agent::Agent& first = agents.front().agent;
  for (auto& spec : list_methods(options.methods, first, options.target_for(first))) {
    if (spec.text() != methods.front().text()) methods.push_back(std::move(spec));
  }
  for (const PlayedAgent& one : agents) {
    std::vector<std::string> names;
    for (const explain::MethodSpec& spec : methods) names.push_back(spec.text());
    // Throws where one cannot be made for this agent.
    (void)list_methods(fmt::format("{}", fmt::join(names, ",")), one.agent,
                       options.target_for(one.agent));
  }
  return methods;
}

constexpr const char* kNothingKept = "stopped early; nothing was written";

void play_all(VaryResults& results, const VaryOptions& options, const Interrupt& interrupt) {
  episode::RunOptions run;
  run.episodes = options.episodes;
  run.seed = options.seed;
  run.policy = agent::Policy::parse(options.policy, options.epsilon);
  run.engine = options.engine;
  run.jobs = options.jobs;
  run.group = options.group;
  run.sound = options.video;
  std::int64_t games = 0, done = 0;
  for (const PlayedAgent& one : results.agents)
    games += 1 + std::ssize(variations_for(options, one.agent.game));
  Progress progress("episode", games * options.episodes);
  for (PlayedAgent& one : results.agents) {
    RunFiles files;
    if (!results.methods.empty()) files.trace = options.out.path() / trace_name(one.agent);
    if (options.video) files.videos = options.out.path();
    one.games = play_variations(
        one.agent, run, variations_for(options, one.agent.game), files,
        [&](const std::string& what) {
          progress.advance(++done, fmt::format("{} {}", one.agent.name, what));
        },
        interrupt);
    if (interrupt.requested()) interrupt.stop(kNothingKept);
  }
}

/// What methods look at in the game as it is, and how well that orders the losses.
void look_ahead(VaryResults& results, const VaryOptions& options, const Interrupt& interrupt) {
  if (results.methods.empty()) return;
  std::vector<evaluate::MeasuredLosses> losses;
  std::vector<evaluate::Forecast> forecasts(results.methods.size() + 1);
  // After the baseline: what is large is looked at by chance.
  constexpr std::size_t kSize = 1;
  const auto place = [](std::size_t method) { return method < kSize ? method : method + 1; };
  forecasts[kSize].name = "size of the object";
  for (std::size_t m = 0; m < results.methods.size(); ++m)
    forecasts[place(m)].name = results.methods[m].text();
  Progress progress("map", 0);
  for (const PlayedAgent& one : results.agents) {
    const auto variations = variations_for(options, one.agent.game);
    const measure::Question question{options.target_for(one.agent), options.engine, options.seed};
    const evaluate::SampledStates sampled = evaluate::sample_states(
        one.agent, episode::read_trace(options.out.path() / trace_name(one.agent)),
        {options.states, options.seed, options.engine});
    results.attention.push_back(
        evaluate::attention(one.agent, sampled, results.methods, variations, question,
                            [&](std::int64_t done, std::int64_t total, const std::string& method) {
                              progress.expect(total);
                              progress.advance(done, fmt::format("{} {}", one.agent.name, method));
                              return !interrupt.requested();
                            }));
    if (interrupt.requested()) interrupt.stop(kNothingKept);
    evaluate::MeasuredLosses& of_agent = losses.emplace_back();
    std::vector<std::string> things;
    for (std::size_t v = 0; v < variations.size(); ++v) {
      const std::string thing = touched_words(*variations[v]);
      const auto at = std::ranges::find(things, thing);
      of_agent.touched.push_back(static_cast<std::size_t>(at - things.begin()));
      if (at == things.end()) things.push_back(thing);
      std::vector<double>& lost = of_agent.by_variation.emplace_back();
      for (std::size_t i = 0; i < one.games[0].scores.size(); ++i)
        lost.push_back(one.games[0].scores[i] - one.games[v + 1].scores[i]);
    }
    for (auto& forecast : forecasts) forecast.values.emplace_back();
    for (std::size_t m = 0; m < results.methods.size(); ++m) {
      for (const evaluate::Attention& attention : results.attention.back()[m]) {
        forecasts[place(m)].values.back().push_back(attention.mass);
        if (m == 0) forecasts[kSize].values.back().push_back(attention.size);
      }
    }
  }
  results.foresight = evaluate::foresight(losses, forecasts, options.seed);
}

void run_vary(const VaryOptions& options) {
  if (options.list) return list_all(options);
  const bool maps = !options.methods.empty();
  if (!options.out.given() && (maps || options.video))
    throw bad_usage("{} needs --out DIR, where its files are kept", maps ? "--methods" : "--video");
  VaryResults results;
  results.agents = read_varied_agents(options);
  results.methods = methods_to_hold(options, results.agents);
  if (options.out.given()) {
    OutputFiles files = vary_files(maps);
    for (const PlayedAgent& one : results.agents) {
      files.push_back(stills_name(one.agent));
      if (maps) files.push_back(trace_name(one.agent));
      if (!options.video) continue;
      files.push_back(video_name(one.agent, "plain"));
      for (const game::Variation* variation : variations_for(options, one.agent.game))
        files.push_back(video_name(one.agent, std::string(variation->name)));
    }
    options.out.prepare("vary", files);
  }
  const Interrupt interrupt;
  play_all(results, options, interrupt);
  look_ahead(results, options, interrupt);
  if (options.out.given()) {
    const std::filesystem::path out = options.out.path();
    write_vary_tables(out, results, options.settings());
    for (const PlayedAgent& one : results.agents) write_stills(out / stills_name(one.agent), one);
  }
  print_vary_tables(results);
}

void define_vary(Arguments& command) {
  auto options = std::make_shared<VaryOptions>();
  options->define(command);
  command.callback([options] { run_vary(*options); });
}

}  // namespace

extern constinit const Command vary_entry{
    "vary", "Change an agent's game and measure what that does to its score", define_vary};

}  // namespace arcadecam::app
