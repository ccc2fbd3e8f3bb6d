#include "episode/trace_player.h"

#include <fmt/ranges.h>

#include <algorithm>

#include "arcadecam/core/error.h"
#include "atari/action.h"

namespace arcadecam::episode {
namespace {

game::Game known_game(const Trace& trace) {
  try {
    return game::find_game(trace.game);
  } catch (const Error& error) {
    throw bad_input("{}: {}", trace.file, error.what());
  }
}

void require_legal(const Trace& trace, const char* what, const std::optional<int>& value,
                   const std::vector<int>& legal) {
  if (value && std::ranges::find(legal, *value) == legal.end())
    throw bad_input("{}: asks for {} {}, which the game does not have", trace.file, what, *value);
}

}  // namespace

game::Game game_of(const Trace& trace) {
  game::Game game = known_game(trace);
  if (game.rom_md5 != trace.rom_md5) {
    throw bad_input("{}: recorded with another ROM of {}: MD5 {}, but here it is {}", trace.file,
                    game.title, trace.rom_md5, game.rom_md5);
  }
  std::vector<std::string> names;
  if (trace.protocol.full_action_set) {
    names.assign(atari::kActionNames.begin(), atari::kActionNames.end());
  } else {
    for (const atari::ActionCode code : game.actions)
      names.emplace_back(atari::kActionNames[static_cast<std::size_t>(code)]);
  }
  if (names != trace.actions) {
    throw bad_input("{}: the list of actions is not that of {}: {} expected, {} found", trace.file,
                    game.title, fmt::join(names, " "), fmt::join(trace.actions, " "));
  }
  require_legal(trace, "mode", trace.protocol.mode, game.modes);
  require_legal(trace, "difficulty", trace.protocol.difficulty, game.difficulties);
  return game;
}

TracePlayer::TracePlayer(const Trace& trace, game::Environment& environment)
    : trace_(trace), environment_(environment) {
  const game::Game game = game_of(trace);
  if (environment.game().name != game.name) {
    throw bad_input("{}: recorded in {}, not in {}", trace.file, game.title,
                    environment.game().title);
  }
  if (environment.protocol() != trace.protocol) {
    throw bad_input("{}: recorded under another protocol", trace.file);
  }
}

bool TracePlayer::next_episode() {
  if (next_ == trace_.episodes.size()) return false;
  ++next_;
  const auto number = static_cast<std::uint64_t>(episode().number);
  const std::uint32_t random_seed = game::emulator_seed(trace_.seed, number);
  const int noops = game::random_noops(trace_.protocol, trace_.seed, number);
  if (random_seed != episode().random_seed || noops != episode().noops) {
    throw bad_input(
        "{}: contradicts itself: episode {} of seed {} begins with random_seed {} and {} "
        "no-ops, not with {} and {}",
        trace_.file, number, trace_.seed, random_seed, noops, episode().random_seed,
        episode().noops);
  }
  environment_.reset(trace_.seed, number);
  steps_ = score_ = 0;
  checksum_ = {};
  checksum_.add(environment_, 0);
  return true;
}

game::StepResult TracePlayer::step() {
  const game::StepResult outcome = environment_.step(action());
  checksum_.add(environment_, outcome.reward);
  score_ += outcome.reward;
  ++steps_;
  verify(outcome);
  return outcome;
}

void TracePlayer::verify(const game::StepResult& last) const {
  const auto& [number, random_seed, noops, actions, score, truncated, checksums] = episode();
  const std::int64_t count = std::ssize(actions);
  const std::int64_t index = (steps_ - 1) / Trace::kChecksumEvery;
  if (steps_ == checksum_end(index, count) &&
      checksum_.value() != checksums[static_cast<std::size_t>(index)]) {
    throw bad_input(
        "{}: the replay is not what was recorded: episode {} first differs in steps {} to {} "
        "(picture, memory, reward or lives)",
        trace_.file, number, index * Trace::kChecksumEvery, steps_ - 1);
  }
  if (last.done() && !over()) {
    throw bad_input(
        "{}: the replay is not what was recorded: episode {} ended after {} of the {} steps "
        "recorded",
        trace_.file, number, steps_, count);
  }
  if (!over()) return;
  if (score_ != score) {
    throw bad_input(
        "{}: the replay is not what was recorded: episode {} scored {}, recorded was {}",
        trace_.file, number, score_, score);
  }
  if ((last.truncated || !last.done()) != truncated) {
    throw bad_input(
        "{}: the replay is not what was recorded: episode {} {} by itself, recorded was that it {}",
        trace_.file, number, truncated ? "ended" : "did not end", truncated ? "did not" : "did");
  }
}

void play_trace(const Trace& trace, game::Environment& environment, const game::RowVisitor& visit) {
  TracePlayer player(trace, environment);
  std::int64_t row = 0;
  while (player.next_episode()) {
    visit(row++, environment, {});
    while (!player.over()) {
      const game::StepResult step = player.step();
      visit(row++, environment, step);
    }
  }
}

}  // namespace arcadecam::episode
