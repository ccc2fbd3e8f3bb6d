#include "game/replay.h"

#include <fmt/ranges.h>

#include <limits>
#include <memory>

#include "app/command.h"
#include "app/options/game_switches.h"
#include "app/options/numbers.h"
#include "app/options/tried_output.h"
#include "app/protocol_note.h"
#include "arcadecam/core/error.h"
#include "arcadecam/core/npy.h"
#include "episode/trace_player.h"

namespace arcadecam::app {
namespace {

constexpr std::int64_t kMostFrames = 1'000'000'000;

struct ReplayOptions {
  std::string trace, game, protocol, actions, out, roms;
  std::optional<std::int64_t> seed;
  std::vector<int> noops;
  std::optional<int> max_frames;
  GameSwitches switches;
  bool training = false, full_actions = false;
  game::ReplayFiles files;
};

/// ALE's random_seed in its 32 bits, whichever of them is taken for the sign.
std::uint32_t random_seed(std::int64_t seed) {
  constexpr std::int64_t kLeast = std::numeric_limits<std::int32_t>::min();
  constexpr std::int64_t kMost = std::numeric_limits<std::uint32_t>::max();
  if (seed < kLeast || seed > kMost) {
    throw bad_usage("--seed {}: ALE's random_seed has 32 bits: {} to {}, or without a sign 0 to {}",
                    seed, kLeast, std::numeric_limits<std::int32_t>::max(), kMost);
  }
  return static_cast<std::uint32_t>(seed);
}

std::string protocol_names() {
  std::vector<std::string> names;
  for (const atari::Protocol& protocol : atari::protocols()) names.push_back(protocol.name);
  return fmt::format("{}", fmt::join(names, ", "));
}

atari::Protocol protocol(const ReplayOptions& options) {
  note_protocol(options.protocol);
  atari::Protocol protocol = atari::find_protocol(options.protocol);
  protocol.training = options.training;
  protocol.full_action_set = options.full_actions;
  protocol.max_frames = options.max_frames.value_or(protocol.max_frames);
  options.switches.set(protocol);
  return protocol;
}

std::vector<std::int64_t> read_actions(const std::string& file) {
  const NpyArray array = read_npy(file);
  if (shape_of(array).rank() != 1) {
    throw bad_input("{}: expected one row of actions, found an array of shape {}", file,
                    to_string(shape_of(array)));
  }
  const auto actions = convert<std::int64_t>(array, file);
  return {actions.values().begin(), actions.values().end()};
}

void run_trace(const ReplayOptions& options) {
  const episode::Trace trace = episode::read_trace(options.trace);
  note_protocol(trace);
  game::Environment environment(episode::game_of(trace), trace.protocol, options.roms);
  std::int64_t rows = 0;
  for (const auto& episode : trace.episodes) rows += 1 + std::ssize(episode.actions);
  game::ReplayWriter writer(options.out, environment, rows, options.files);
  episode::play_trace(trace, environment,
                      [&](std::int64_t, const game::Environment& played,
                          const game::StepResult& step) { writer.add(played, step); });
  writer.commit();
}

/// Removes what replays that were killed left half-written.
void clean(const std::filesystem::path& out) {
  for (const char* name :
       {"observations", "rewards", "lives", "dones", "restarts", "ram", "screens", "stacks"})
    remove_abandoned(out / (std::string(name) + ".npy"));
}

void run_replay(const ReplayOptions& options) {
  clean(options.out);
  if (!options.trace.empty()) return run_trace(options);
  if (options.game.empty() || options.protocol.empty() || !options.seed ||
      options.actions.empty()) {
    throw bad_usage("give --trace, or --game, --protocol, --seed and --actions");
  }
  game::Replay replay;
  replay.random_seed = random_seed(*options.seed);
  replay.actions = read_actions(options.actions);
  if (!options.noops.empty()) replay.noops = options.noops;
  game::Environment environment(game::find_game(options.game), protocol(options), options.roms);
  game::write_replay(environment, replay, options.out, options.files);
}

void define_replay(Arguments& subcommand) {
  const auto options = std::make_shared<ReplayOptions>();
  auto& app = subcommand;
  Option* trace =
      app.add_option("--trace", options->trace,
                     "a trace that play or explain wrote: it says what to play, and what comes out "
                     "is checked against it");
  app.add_option("--game", options->game, "the game: pong, ALE/Pong-v5, …");
  app.add_option("--protocol", options->protocol,
                 fmt::format("how it is played and observed (docs/protocols.md): one of {}",
                             protocol_names()));
  app.add_option(
      "--seed", options->seed,
      "ALE's random_seed: a whole number of 32 bits, with or without a sign, but not -1, "
      "which means the time of day");
  app.add_option("--actions", options->actions,
                 "actions.npy: whole numbers [T], indices into the action set, -1 = reset");
  app.add_option("--out", options->out,
                 "folder for observations.npy (newest planes), rewards.npy, lives.npy, dones.npy, "
                 "restarts.npy (where a stack begins again), ram.npy; row 0 is the reset, row i+1 "
                 "follows actions[i]")
      ->required();
  app.add_option("--noops", options->noops,
                 "no-ops after each reset, the first included: k0,k1,… (default: drawn from the "
                 "seed as the protocol says)")
      ->transform(whole(0, kMostFrames))
      ->delimiter(',');
  app.add_flag("--training", options->training,
               "a lost life ends the episode, as it does in training under this protocol");
  app.add_option("--max-frames", options->max_frames,
                 "frames after which an episode is cut off (default 108000; 0: never)")
      ->transform(whole(0, kMostFrames))
      ->type_name("N");
  app.add_flag("--full-actions", options->full_actions, "all 18 actions instead of the game's own");
  options->switches.define(app);
  app.add_flag("--screens", options->files.screens, "also screens.npy: the colour screens");
  app.add_flag("--stacks", options->files.stacks, "also stacks.npy: the whole observations");
  app.add_option(
      "--roms", options->roms,
      "folder of the ROMs (default: ARCADECAM_ROMS, else the folder that setup.sh made)");
  for (const char* said_by_trace :
       {"--game", "--protocol", "--seed", "--actions", "--noops", "--training", "--max-frames",
        "--full-actions", "--mode", "--difficulty"}) {
    trace->excludes(app.find_option(said_by_trace));
  }
  app.callback([options] { run_replay(*options); });
}

}  // namespace

extern constinit const Command replay_entry{
    "replay", "Play recorded actions in a game and write what an agent would have seen",
    define_replay};

}  // namespace arcadecam::app
