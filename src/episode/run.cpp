#include "episode/run.h"

#include <algorithm>

#include "arcadecam/core/error.h"
#include "episode/distributions.h"
#include "episode/running_check.h"
#include "episode/trace_player.h"

namespace arcadecam::episode {
namespace {

/// The observation as a batch of one.
ByteTensorView batch_of_one(ByteTensorView observation) {
  return {observation.data(), observation.shape().batch_of(1)};
}

class Runner {
 public:
  Runner(const agent::Agent& agent, const RunOptions& options, std::span<Sink* const> sinks)
      : options_(options),
        sinks_(sinks),
        environment_(agent.game, agent.protocol, {}, options.sound),
        engine_(nn::make_engine(options.engine, agent.graph, {options.threads})),
        session_(*engine_, options.methods),
        distributions_(*agent.graph) {
    session_.watch_also(distributions_.watch());
    if (options.episodes < 1 || options.max_steps < 1) {
      throw bad_usage("a run needs at least one episode and one step");
    }
    options.target.check(*agent.graph);
    if (options.replay != nullptr) player_.emplace(*options.replay, environment_);
    if (agent.graph->actions() != std::ssize(environment_.actions())) {
      throw bad_input("{}: the network has {} actions, but {} is played with {}", agent.name,
                      agent.graph->actions(), agent.game.title, environment_.actions().size());
    }
    info_.agent = agent.name;
    info_.agent_sha256 = agent.checkpoint.sha256;
    info_.game = agent.game;
    info_.protocol = agent.protocol.name;
    info_.rules = agent.protocol;
    info_.randomized = agent.randomized;
    info_.policy = player_ ? options.replay->policy : options.policy.text();
    info_.target = options.target.text();
    info_.engine = options.engine;
    info_.seed = player_ ? options.replay->seed : options.seed;
    info_.actions.assign(environment_.actions().begin(), environment_.actions().end());
    info_.methods = options.methods;
    info_.distributions = distributions_.shape();
    info_.atoms = distributions_.atoms();
    info_.sound_rate = options.sound ? game::Emulator::kSoundRate : 0;
  }

  Summary run() {
    if (player_) {
      while (!stopped_ && player_->next_episode()) play(player_->episode().number);
    } else {
      for (std::int64_t episode = 0; episode < options_.episodes && !stopped_; ++episode) {
        environment_.reset(options_.seed, static_cast<std::uint64_t>(episode));
        check_ = {};
        check_.add(environment_, 0);
        play(episode);
      }
    }
    for (Sink* sink : sinks_) sink->end(summary_);
    return summary_;
  }

 private:
  void play(std::int64_t episode) {
    Random random(derive_seed(options_.seed, static_cast<std::uint64_t>(episode), Stream::kPolicy));
    if (summary_.episodes.empty()) {
      info_.screen = environment_.emulator().screen_rgb().shape();
      for (Sink* sink : sinks_) sink->begin(info_);
    }
    EpisodeSummary& summary = summary_.episodes.emplace_back();
    summary.episode = episode;
    while (!environment_.over() && !stopped_ && !(player_ && player_->over())) {
      step(summary, random);
      summary_.episodes.back().truncated =
          environment_.emulator().truncated() || !environment_.over();
    }
  }

  void step(EpisodeSummary& summary, Random& random) {
    Step step;
    step.episode = summary.episode;
    step.index = summary.steps++;
    // Copies: the emulator and the stack move on before the step is written.
    screen_ = copy_of(environment_.emulator().screen_rgb());
    observation_ = copy_of(environment_.observation());
    step.screen = screen_.view();
    step.observation = observation_.view();
    const bool selected = !options_.select || options_.select(step.episode, step.index);
    if (selected || !player_) {
      const TensorView values = session_.forward(batch_of_one(observation_.view()));
      step.values.assign(values.values().begin(), values.values().end());
      step.distributions = distributions_.read(session_.tape());
    }
    step.decision = player_ ? recorded(step.values) : options_.policy.decide(step.values, random);
    if (selected) explain(step);
    const game::Step outcome = advance(step);
    step.sound = environment_.sound();
    step.reward = outcome.reward;
    summary.score += outcome.reward;
    step.score = summary.score;
    step.lives = environment_.lives();
    ++steps_;
    stopped_ = steps_ >= options_.max_steps;
    step.last = outcome.done() || stopped_ || (player_ && player_->over());
    step.truncated = outcome.truncated || (step.last && !outcome.done());
    if (selected) {
      for (Sink* sink : sinks_) sink->write(step);
    }
    if (options_.on_step && !options_.on_step(step)) stopped_ = true;
  }

  void explain(Step& step) {
    const explain::Target target = options_.target.of_choice(step.decision.action);
    step.explained_action = target.resolve(step.values);
    if (session_.method_count() == 0) return;
    session_.explain(std::array{target});
    for (std::size_t m = 0; m < session_.method_count(); ++m)
      step.attributions.push_back(&session_.result(m, 0));
  }

  /// Plays the decided action and checks what came of it, or sums it up.
  game::Step advance(Step& step) {
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

  [[nodiscard]] agent::Decision recorded(std::span<const float> values) const {
    const int action = player_->action();
    const bool greedy = values.empty() ? player_->greedy() : action == explain::argmax(values);
    return {action, greedy};
  }

  static ByteTensor copy_of(ByteTensorView view) { return {view.shape(), view.values()}; }

  const RunOptions& options_;
  std::span<Sink* const> sinks_;
  RunInfo info_;
  game::Environment environment_;
  std::optional<TracePlayer> player_;  ///< of a replay
  RunningCheck check_;                 ///< of a run that is no replay
  std::unique_ptr<nn::Engine> engine_;
  explain::Session session_;
  Distributions distributions_;
  ByteTensor screen_, observation_;
  Summary summary_;
  std::int64_t steps_ = 0;
  bool stopped_ = false;
};

}  // namespace

Summary run(const agent::Agent& agent, const RunOptions& options, std::span<Sink* const> sinks) {
  return Runner(agent, options, sinks).run();
}

}  // namespace arcadecam::episode
