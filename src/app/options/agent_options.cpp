#include "app/options/agent_options.h"

#include "app/options/numbers.h"
#include "app/protocol_note.h"
#include "arcadecam/core/error.h"
#include "atari/pixels.h"
#include "episode/trace.h"
#include "game/playable.h"

namespace arcadecam::app {
namespace {

// The same name, once it is one.
std::string grey_name(const std::string& name) {
  try {
    static_cast<void>(atari::parse_grey(name));
  } catch (const Error& error) {
    throw bad_usage("--grey: {}", error.what());
  }
  return name;
}

}  // namespace

void CheckpointOptions::define(Arguments& command) {
  command
      .add_option("--algo", algorithm,
                  "the network's algorithm (DQN, MDQN, C51) where the path does not say")
      ->type_name("NAME");
  command
      .add_option("--protocol", protocol,
                  "the protocol it was trained under: modern, classic, or a preset such as "
                  "stable-baselines3 "
                  "(docs/protocols.md lists them); overrides path and convention")
      ->type_name("NAME");
  command
      .add_option("--as", as,
                  "the convention of the checkpoint, where its tensors fit several or none: "
                  "cleanrl, nature, … "
                  "(docs/checkpoints.md lists them)")
      ->type_name("NAME");
  command
      .add_option("--network", network,
                  "a description of the network (JSON, docs/checkpoints.md), for a checkpoint "
                  "whose tensors fit no known convention")
      ->type_name("FILE.json");
  command
      .add_option(
          "--divide-by", divide_by,
          "what the network divides the 0…255 pixels by, where the file cannot say: 255, or "
          "1 for none")
      ->transform(real(1e-3, 1e6))
      ->type_name("D");
  command
      .add_option("--activation", activation,
                  "the activation function of the network's hidden layers, where the file cannot "
                  "say: relu, elu, tanh, …")
      ->type_name("NAME");
  command
      .add_option("--grey", grey,
                  "how the screen's colours become planes, if not as the protocol says: rgb for "
                  "three planes per frame (docs/protocols.md lists the others)")
      ->type_name("NAME");
  command
      .add_option("--entry", entry,
                  "the entry with the network, when a file of torch.save holds several networks, "
                  "such as q_network or agent/q_network")
      ->type_name("NAME");
  command
      .add_option("--ignore", ignore,
                  "leave out the tensors whose names begin with this, which are not part of the "
                  "network; may be given several times")
      ->one_value_each_time()
      ->type_name("PREFIX");
  command
      .add_option("--game", game,
                  "the game; overrides what the path says (`arcadecam games` lists them)")
      ->type_name("NAME");
  command
      .add_option("--max-size", max_size,
                  "refuse checkpoints that hold more than this, for example 2GB")
      ->transform(size_in_bytes())
      ->type_name("SIZE")
      ->capture_default_str();
}

checkpoint::LoadOptions CheckpointOptions::get() const {
  note_protocol(protocol);
  checkpoint::LoadOptions options;
  if (!algorithm.empty()) options.algorithm = algorithm;
  if (!protocol.empty()) options.protocol = protocol;
  if (!game.empty()) options.game = game;
  if (!as.empty()) options.as = as;
  if (!network.empty()) options.network = network;
  options.divide_by = divide_by;
  if (!activation.empty()) options.activation = activation;
  if (!grey.empty()) options.grey = grey_name(grey);
  if (!entry.empty()) options.entry = entry;
  options.ignore = ignore;
  options.max_bytes = max_size;
  return options;
}

void define_precision(Arguments& command, std::string& precision) {
  command
      .add_option("--precision", precision,
                  "of convolutions: f32, or bf16 (twice as fast, maps differ a little; needs a "
                  "processor with AVX-512 BF16)")
      ->type_name("P")
      ->capture_default_str();
}

void PlayOptions::define(Arguments& command) {
  command.add_option("AGENT", agent, kAgentHelp)->required();
  command.add_option("--episodes", episodes, "how many episodes")
      ->transform(count())
      ->type_name("N")
      ->capture_default_str();
  command.add_option("--steps", steps, "stop after this many decisions in all (default: no limit)")
      ->transform(count())
      ->type_name("N");
  command
      .add_option("--seed", seed, "the seed and the episode's number determine every random draw")
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
  command
      .add_option("--randomize-weights", randomize_weights,
                  "control: draw all weights at random from this seed; a map that stays the same "
                  "says nothing about what was learned")
      ->transform(seed_number())
      ->type_name("SEED");
  command
      .add_option("--engine", engine,
                  "cpu, onednn, reference, or compared (cpu, compared with reference)")
      ->type_name("NAME")
      ->capture_default_str();
  define_precision(command, precision);
  command.add_option("--threads", threads, "threads inside one pass")
      ->transform(whole(1, 1024))
      ->type_name("N")
      ->capture_default_str();
  command
      .add_option("--jobs", jobs,
                  "threads that play episodes at once; what is written does not depend on it")
      ->transform(whole(1, 1024))
      ->type_name("N")
      ->capture_default_str();
  command
      .add_option("--group", group,
                  "episodes that each thread plays side by side; their decisions share the "
                  "network's passes. What is written does not depend on it")
      ->transform(whole(1, episode::RunOptions::kLargestGroup))
      ->type_name("K")
      ->capture_default_str();
  checkpoint.define(command);
}

agent::Agent PlayOptions::load(const std::string& trace) const {
  agent::AgentOptions options{checkpoint.get(), randomize_weights};
  if (!trace.empty()) options.game_otherwise = episode::read_trace(trace).game;
  agent::Agent loaded = agent::load_agent(agent, options);
  switches.set(loaded.protocol);
  game::check_playable(loaded.game, loaded.protocol);
  return loaded;
}

episode::RunOptions PlayOptions::run_options() const {
  episode::RunOptions options;
  options.episodes = episodes;
  if (steps > 0) options.max_steps = steps;
  options.seed = seed;
  options.policy = agent::Policy::parse(policy, epsilon);
  options.engine = engine;
  options.threads = threads;
  options.precision = nn::parse_precision(precision);
  options.jobs = jobs;
  options.group = group;
  return options;
}

}  // namespace arcadecam::app
