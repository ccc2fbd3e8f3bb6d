#include "episode/episode_player.h"

#include <algorithm>
#include <utility>

#include "arcadecam/core/error.h"
#include "episode/explained_objects.h"
#include "episode/run_info.h"

namespace arcadecam::episode {

EpisodePlayer::EpisodePlayer(const agent::Agent& agent, const RunOptions& options,
                             std::span<Sink* const> sinks, std::int64_t environments,
                             std::shared_ptr<nn::WeightLayouts> layouts)
    : options_(options),
      engine_(nn::make_engine(options.engine, agent.graph,
                              {options.threads, options.precision, std::move(layouts)})),
      session_(*engine_, options.methods, options.target),
      distributions_(*agent.graph) {
  if (options.episodes < 1 || options.max_steps < 1) {
    throw bad_usage("a run needs at least one episode and one step");
  }
  options.target.check(*agent.graph);
  session_.watch_also(distributions_.watch());
  session_.set_frame_planes(agent.protocol.pixels.planes());
  nn::Watch memory;
  nn::watch_memory(*agent.graph, memory);
  session_.watch_also(memory);
  if (options.objects || session_.asks_objects())
    (void)game::object_table(agent.game, agent.protocol);
  const bool alone = options.replay != nullptr || options.select;
  for (std::int64_t i = 0; i < (alone ? 1 : environments); ++i)
    episodes_.push_back(std::make_unique<PlayedEpisode>(agent, options, sinks));
  if (session_.asks_removals()) {
    editor_.emplace(agent.game, agent.protocol);
    for (const auto& played : episodes_) played->keep_history();
  }
  const auto actions = episodes_.front()->environment().actions();
  if (agent.graph->actions() != std::ssize(actions)) {
    throw bad_input("{}: the network has {} actions, but {} is played with {}", agent.name,
                    agent.graph->actions(), agent.game.title, actions.size());
  }
  if (alone || (options.jobs == 1 && environments == 1)) session_.on_probe(options.on_probe);
  observations_.resize(agent.graph->shape(0).batch_of(std::ssize(episodes_)));
  memory_.resize(Shape{std::ssize(episodes_), agent.graph->state_size()});
  remembered_.resize(memory_.shape());
  describe(agent);
}

void EpisodePlayer::describe(const agent::Agent& agent) {
  info_ = run_info(agent, options_, episodes_.front()->environment());
  info_.distributions = distributions_.shape();
  info_.atoms = distributions_.atoms();
}

std::span<Step> EpisodePlayer::step(std::span<const std::size_t> environments) {
  steps_.assign(environments.size(), Step{});
  for (std::size_t i = 0; i < environments.size(); ++i)
    episode(environments[i]).see(steps_[i], observations_[static_cast<std::int64_t>(i)]);
  const bool selected = !options_.select || options_.select(steps_[0].episode, steps_[0].index);
  if (selected || options_.replay == nullptr || remembers()) ask_network(environments);
  for (std::size_t i = 0; i < environments.size(); ++i)
    steps_[i].decision = episode(environments[i]).decide(steps_[i].values);
  if (selected) explain(environments);
  for (std::size_t i = 0; i < environments.size(); ++i) episode(environments[i]).advance(steps_[i]);
  return steps_;
}

void EpisodePlayer::ask_network(std::span<const std::size_t> environments) {
  const ByteTensorView seen(observations_.data(),
                            observations_.shape().inner().batch_of(std::ssize(environments)));
  const TensorView values = session_.forward({seen, recall(environments)});
  memorise(environments);
  distributions_.read(session_.tape(), std::ssize(environments));
  for (std::size_t i = 0; i < environments.size(); ++i) {
    const auto row = values[static_cast<std::int64_t>(i)].values();
    steps_[i].values.assign(row.begin(), row.end());
    steps_[i].distributions = distributions_.of(static_cast<std::int64_t>(i));
  }
}

TensorView EpisodePlayer::recall(std::span<const std::size_t> environments) {
  if (!remembers()) return {};
  for (std::size_t i = 0; i < environments.size(); ++i) {
    const auto memory = memory_[static_cast<std::int64_t>(environments[i])].values();
    if (steps_[i].index == 0 || episode(environments[i]).environment().restarted())
      std::ranges::fill(memory, 0.0F);
    std::ranges::copy(memory, remembered_[static_cast<std::int64_t>(i)].data());
  }
  return {remembered_.data(), remembered_.shape().inner().batch_of(std::ssize(environments))};
}

void EpisodePlayer::memorise(std::span<const std::size_t> environments) {
  if (!remembers()) return;
  nn::next_memory(engine_->graph(), session_.tape(), next_);
  for (std::size_t i = 0; i < environments.size(); ++i) {
    std::ranges::copy(std::as_const(next_)[static_cast<std::int64_t>(i)].values(),
                      memory_[static_cast<std::int64_t>(environments[i])].data());
  }
}

void EpisodePlayer::explain(std::span<const std::size_t> environments) {
  std::vector<explain::Target> targets;
  std::vector<int> chosen;
  for (Step& step : steps_) {
    targets.push_back(options_.target.of_choice(step.decision.action));
    chosen.push_back(step.decision.action);
    step.explained_action = targets.back().resolve(step.values);
  }
  if (options_.objects || session_.asks_objects()) {
    std::vector<std::vector<explain::Object>> objects;
    for (std::size_t i = 0; i < environments.size(); ++i) {
      steps_[i].objects = episode(environments[i]).environment().objects();
      objects.push_back(explained_objects(steps_[i].objects));
      if (editor_) draw_without(*editor_, episode(environments[i]).environment(), objects.back());
    }
    session_.set_objects(std::move(objects));
  }
  if (session_.method_count() == 0) return;
  session_.explain(targets, chosen);
  for (std::size_t m = 0; m < session_.method_count(); ++m) {
    for (std::size_t i = 0; i < steps_.size(); ++i)
      steps_[i].attributions.push_back(&session_.result(m, static_cast<std::int64_t>(i)));
  }
}

}  // namespace arcadecam::episode
