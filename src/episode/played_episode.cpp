#include "episode/played_episode.h"

#include <algorithm>

namespace arcadecam::episode {

PlayedEpisode::PlayedEpisode(const agent::Agent& agent, const RunOptions& options,
                             std::span<Sink* const> sinks)
    : options_(options),
      sinks_(sinks),
      outputs_(agent.graph->output_kind()),
      environment_(agent.game, agent.protocol, {}, options.sound) {
  environment_.vary(options.variation);
  if (options.replay != nullptr) player_.emplace(*options.replay, environment_);
}

void PlayedEpisode::begin(std::int64_t episode) {
  environment_.reset(options_.seed, static_cast<std::uint64_t>(episode));
  checksum_ = {};
  checksum_.add(environment_, 0);
  start(episode);
}

std::optional<std::int64_t> PlayedEpisode::begin_recorded() {
  if (!player_->next_episode()) return std::nullopt;
  start(player_->episode().number);
  return player_->episode().number;
}

void PlayedEpisode::start(std::int64_t episode) {
  random_ =
      Random(derive_seed(options_.seed, static_cast<std::uint64_t>(episode), Stream::kPolicy));
  episode_ = episode;
  index_ = 0;
  score_ = 0;
}

void PlayedEpisode::see(Step& step, BasicTensorView<std::uint8_t> observation) {
  step.episode = episode_;
  step.index = index_++;
  // Copies: the emulator and the stack move on before the step is written.
  if (wanted(sinks_, step.index) == Detail::kScreen) {
    const ByteTensorView screen = environment_.emulator().screen_rgb();
    screen_.resize(screen.shape());
    std::ranges::copy(screen.values(), screen_.data());
    step.screen = screen_.view();
    if (options_.objects) step.screen_objects = environment_.screen_objects();
  }
  std::ranges::copy(environment_.observation().values(), observation.data());
  step.observation = ByteTensorView(observation.data(), observation.shape());
  step.seen = environment_.seen();
  step.newest_planes = environment_.protocol().pixels.planes();
}

agent::Decision PlayedEpisode::decide(std::span<const float> values) {
  if (!player_) return options_.policy.decide(values, random_, outputs_);
  const int action = player_->action();
  const bool greedy = values.empty() ? player_->greedy() : action == explain::argmax(values);
  return {action, greedy};
}

void PlayedEpisode::advance(Step& step) {
  const game::StepResult outcome = play(step);
  step.sound = environment_.sound();
  step.reward = outcome.reward;
  score_ += outcome.reward;
  step.score = score_;
  step.lives = environment_.lives();
  step.last = outcome.done() || (player_ && player_->over());
  step.truncated = outcome.truncated || (step.last && !outcome.done());
}

/// Plays the decided action and checks what came of it, or sums it up.
game::StepResult PlayedEpisode::play(Step& step) {
  if (player_) {
    const game::StepResult outcome = player_->step();
    step.checksum = player_->checksum();
    return outcome;
  }
  const game::StepResult outcome = environment_.step(step.decision.action);
  checksum_.add(environment_, outcome.reward);
  step.checksum = checksum_.value();
  return outcome;
}

}  // namespace arcadecam::episode
