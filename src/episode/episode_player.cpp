#include "episode/episode_player.h"

#include <algorithm>
#include <array>

#include "arcadecam/core/error.h"
#include "episode/explained_objects.h"

namespace arcadecam::episode {
namespace {

/// The observation as a batch of one.
ByteTensorView batch_of_one(ByteTensorView observation) {
  return {observation.data(), observation.shape().batch_of(1)};
}

/// Into memory that is kept from step to step.
void copy(ByteTensorView from, ByteTensor& to) {
  to.resize(from.shape());
  std::ranges::copy(from.values(), to.data());
}

}  // namespace

EpisodePlayer::EpisodePlayer(const agent::Agent& agent, const RunOptions& options,
                             std::span<Sink* const> sinks)
    : options_(options),
      sinks_(sinks),
      environment_(agent.game, agent.protocol, {}, options.sound),
      engine_(nn::make_engine(options.engine, agent.graph, {options.threads, options.precision})),
      session_(*engine_, options.methods),
      distributions_(*agent.graph) {
  session_.watch_also(distributions_.watch());
  if (options.jobs == 1 || options.replay != nullptr) session_.on_probe(options.on_probe);
  if (options.episodes < 1 || options.max_steps < 1) {
    throw bad_usage("a run needs at least one episode and one step");
  }
  options.target.check(*agent.graph);
  if (options.objects || session_.asks_objects()) (void)game::object_table(agent.game.name);
  if (options.replay != nullptr) player_.emplace(*options.replay, environment_);
  if (agent.graph->actions() != std::ssize(environment_.actions())) {
    throw bad_input("{}: the network has {} actions, but {} is played with {}", agent.name,
                    agent.graph->actions(), agent.game.title, environment_.actions().size());
  }
  info_.agent = agent.name;
  info_.agent_stage = agent.stage;
  info_.agent_sha256 = agent.checkpoint.sha256;
  info_.game = agent.game;
  info_.protocol = agent.protocol.name;
  info_.rules = agent.protocol;
  info_.randomized = agent.randomized;
  info_.policy = player_ ? options.replay->policy : options.policy.text();
  info_.target = options.target.text();
  info_.engine = options.engine;
  if (options.precision == nn::Precision::kBf16) info_.engine += " bf16";
  info_.seed = player_ ? options.replay->seed : options.seed;
  info_.actions.assign(environment_.actions().begin(), environment_.actions().end());
  info_.methods = options.methods;
  info_.distributions = distributions_.shape();
  info_.atoms = distributions_.atoms();
  info_.sound_rate = options.sound ? game::Emulator::kSoundRate : 0;
  info_.screen = environment_.emulator().screen_rgb().shape();
}

void EpisodePlayer::begin(std::int64_t episode) {
  environment_.reset(options_.seed, static_cast<std::uint64_t>(episode));
  check_ = {};
  check_.add(environment_, 0);
  start(episode);
}

std::optional<std::int64_t> EpisodePlayer::begin_recorded() {
  if (!player_->next_episode()) return std::nullopt;
  start(player_->episode().number);
  return player_->episode().number;
}

void EpisodePlayer::start(std::int64_t episode) {
  random_ =
      Random(derive_seed(options_.seed, static_cast<std::uint64_t>(episode), Stream::kPolicy));
  episode_ = episode;
  index_ = 0;
  score_ = 0;
}

Step EpisodePlayer::step() {
  Step step;
  step.episode = episode_;
  step.index = index_++;
  // Copies: the emulator and the stack move on before the step is written.
  if (std::ranges::any_of(sinks_,
                          [&](const Sink* sink) { return sink->wants_screen(step.index); })) {
    copy(environment_.emulator().screen_rgb(), screen_);
    step.screen = screen_.view();
  }
  copy(environment_.observation(), observation_);
  step.observation = observation_.view();
  const bool selected = !options_.select || options_.select(step.episode, step.index);
  if (selected || !player_) {
    const TensorView values = session_.forward(batch_of_one(observation_.view()));
    step.values.assign(values.values().begin(), values.values().end());
    step.distributions = distributions_.read(session_.tape());
  }
  step.decision = player_ ? recorded(step.values) : options_.policy.decide(step.values, random_);
  if (selected) explain(step);
  const game::Step outcome = advance(step);
  step.sound = environment_.sound();
  step.reward = outcome.reward;
  score_ += outcome.reward;
  step.score = score_;
  step.lives = environment_.lives();
  step.last = outcome.done() || (player_ && player_->over());
  step.truncated = outcome.truncated || (step.last && !outcome.done());
  return step;
}

void EpisodePlayer::explain(Step& step) {
  const explain::Target target = options_.target.of_choice(step.decision.action);
  step.explained_action = target.resolve(step.values);
  if (options_.objects || session_.asks_objects()) {
    step.objects = environment_.objects();
    session_.set_objects({explained_objects(step.objects)});
  }
  if (session_.method_count() == 0) return;
  session_.explain(std::array{target}, std::array{step.decision.action});
  for (std::size_t m = 0; m < session_.method_count(); ++m)
    step.attributions.push_back(&session_.result(m, 0));
}

/// Plays the decided action and checks what came of it, or sums it up.
game::Step EpisodePlayer::advance(Step& step) {
  if (player_) {
    const game::Step outcome = player_->step();
    step.check = player_->check();
    return outcome;
  }
  const game::Step outcome = environment_.step(step.decision.action);
  check_.add(environment_, outcome.reward);
  step.check = check_.value();
  return outcome;
}

agent::Decision EpisodePlayer::recorded(std::span<const float> values) const {
  const int action = player_->action();
  const bool greedy = values.empty() ? player_->greedy() : action == explain::argmax(values);
  return {action, greedy};
}

}  // namespace arcadecam::episode
