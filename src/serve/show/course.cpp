#include "serve/show/course.h"

#include <algorithm>
#include <utility>

namespace arcadecam::serve {
namespace {

game::Environment played_environment(const agent::Agent& agent, bool sound) {
  // Whoever edits the game waits a little longer, so that each step takes less.
  constexpr int kStepsPerState = 16;
  game::Environment environment(agent.game, agent.protocol, {}, sound);
  environment.keep_history(kStepsPerState);
  environment.keep_frames();
  return environment;
}

}  // namespace

Course::Course(const agent::Agent& agent, bool sound)
    : agent_(agent), environment_(played_environment(agent, sound)), sounds_(sound) {}

void Course::turn_sound(bool on) {
  if (on == sounds_) return;
  game::Environment other = played_environment(agent_, on);
  other.restore(environment_.save());
  environment_ = std::move(other);
  sounds_ = on;
}

void Course::begin(std::uint64_t seed, std::int64_t episode) {
  environment_.reset(seed, static_cast<std::uint64_t>(episode));
  start(seed, episode);
}

void Course::begin(std::uint64_t seed, const episode::TracedEpisode& recorded) {
  environment_.begin_session(recorded.random_seed);
  environment_.next_episode(recorded.noops);
  start(seed, recorded.number);
}

void Course::start(std::uint64_t seed, std::int64_t episode) {
  beside_ = {};
  beside_.random = Random(derive_seed(seed, static_cast<std::uint64_t>(episode), Stream::kPolicy));
  beside_.memory.resize(Shape{1, agent_.graph->state_size()});
  std::ranges::fill(beside_.memory.values(), 0.0F);
  beside_.checksum.add(environment_, 0);
}

game::StepResult Course::play(int action) {
  const game::StepResult result = environment_.step(action);
  beside_.score += result.reward;
  beside_.checksum.add(environment_, result.reward);
  ++beside_.step;
  return result;
}

void Course::remember(Tensor memory) {
  beside_.memory = std::move(memory);
  if (environment_.restarted()) std::ranges::fill(beside_.memory.values(), 0.0F);
}

Cursor Course::save(bool with_history) const {
  return {environment_.save(with_history), beside_};
}

void Course::restore(const Cursor& cursor) {
  environment_.restore(cursor.snapshot);
  beside_ = cursor.beside;
}

}  // namespace arcadecam::serve
