#include "evaluate/states.h"

#include <algorithm>
#include <memory>
#include <set>
#include <string>

#include "arcadecam/core/digest.h"
#include "arcadecam/core/random.h"
#include "arcadecam/nn/engine.h"
#include "episode/explained_objects.h"
#include "episode/trace_player.h"

namespace arcadecam::evaluate {
namespace {

/// Plays a trace and shows every decision before it is made.
template <typename Visit>
void replay(const episode::Trace& trace, game::Environment& environment, const Visit& visit) {
  episode::TracePlayer player(trace, environment);
  for (std::size_t episode = 0; player.next_episode(); ++episode) {
    for (std::int64_t step = 0; !player.over(); ++step) {
      visit(episode, step, player.action());
      player.step();
    }
  }
}

/// `count` of these, drawn without replacement (Fisher–Yates), ascending.
std::vector<std::int64_t> draw(std::vector<std::int64_t> from, std::int64_t count, Random random) {
  for (std::int64_t i = 0; i < count; ++i) {
    const auto rest = static_cast<std::uint64_t>(std::ssize(from) - i);
    const auto at = static_cast<std::size_t>(i);
    std::swap(from[at], from[at + static_cast<std::size_t>(random.below(rest))]);
  }
  from.resize(static_cast<std::size_t>(count));
  std::ranges::sort(from);
  return from;
}

ByteTensor copy_of(ByteTensorView view) {
  return {view.shape(), view.values()};
}

/// What a recurrent agent remembers along a replay; nothing of others.
class Memory {
 public:
  Memory(const agent::Agent& agent, const std::string& engine) : graph_(*agent.graph) {
    if (graph_.states().empty()) return;
    engine_ = nn::make_engine(engine, agent.graph);
    nn::watch_memory(graph_, watch_);
  }

  /// What is remembered when this is seen; afterwards it has been seen.
  std::vector<float> before(std::int64_t step, const game::Environment& environment) {
    if (!engine_) return {};
    const ByteTensorView observation = environment.observation();
    memory_.resize(Shape{1, graph_.state_size()});
    if (step == 0 || environment.restarted()) std::ranges::fill(memory_.values(), 0.0F);
    std::vector<float> before(memory_.values().begin(), memory_.values().end());
    const ByteTensorView seen(observation.data(), observation.shape().batch_of(1));
    engine_->forward({seen, memory_.view()}, watch_, tape_);
    nn::next_memory(graph_, tape_, memory_);
    return before;
  }

 private:
  const nn::Graph& graph_;
  std::unique_ptr<nn::Engine> engine_;
  nn::Watch watch_;
  nn::Tape tape_;
  Tensor memory_;  ///< before the next step
};

}  // namespace

std::vector<std::int64_t> shares(const std::vector<std::int64_t>& available, std::int64_t wanted) {
  std::vector<std::int64_t> shares(available.size(), 0);
  // One round gives every episode that has any left one more.
  for (bool any = true; any && wanted > 0;) {
    any = false;
    for (std::size_t i = 0; i < available.size() && wanted > 0; ++i) {
      if (shares[i] == available[i]) continue;
      ++shares[i];
      --wanted;
      any = true;
    }
  }
  return shares;
}

SampledStates sample_states(
    const agent::Agent& agent, const episode::Trace& trace, const Sampling& sampling,
    const std::function<void(std::int64_t done, std::int64_t total)>& progress) {
  const std::size_t episodes = trace.episodes.size();
  std::int64_t total = 0, done = 0;
  for (const episode::TracedEpisode& episode : trace.episodes)
    total += 2 * std::ssize(episode.actions);
  const auto advance = [&] {
    if (progress) progress(++done, total);
  };

  game::Environment environment(agent.game, agent.protocol);
  std::set<std::string> seen;
  std::vector<std::vector<std::int64_t>> distinct(episodes);
  replay(trace, environment, [&](std::size_t episode, std::int64_t step, int /*action*/) {
    if (seen.insert(md5(environment.observation().values())).second)
      distinct[episode].push_back(step);
    advance();
  });

  std::vector<std::int64_t> available;
  for (const auto& steps : distinct) available.push_back(std::ssize(steps));
  const std::vector<std::int64_t> share = shares(available, sampling.states);
  std::vector<std::vector<std::int64_t>> chosen;
  for (std::size_t i = 0; i < episodes; ++i) {
    const auto number = static_cast<std::uint64_t>(trace.episodes[i].number);
    // Not a stream of its own: nothing else draws for an episode of this seed as a method does.
    chosen.push_back(
        draw(distinct[i], share[i], Random(derive_seed(sampling.seed, number, Stream::kMethod))));
  }

  const bool known = game::find_object_table(agent.game, agent.protocol) != nullptr;
  SampledStates sampled;
  std::vector<measure::State>& states = sampled.states;
  std::vector<std::size_t> next(episodes, 0);
  ByteTensor before;
  ByteTensor repeated;
  int action_before = 0;
  game::Environment aside(agent.game, agent.protocol);
  Memory memory(agent, sampling.engine);
  environment.keep_history();
  replay(trace, environment, [&](std::size_t episode, std::int64_t step, int action) {
    if (!states.empty() && states.back().episode == trace.episodes[episode].number &&
        states.back().step == step - 1)
      states.back().next = copy_of(environment.observation());
    std::vector<float> remembered = memory.before(step, environment);
    const std::vector<std::int64_t>& wanted = chosen[episode];
    const auto is_wanted = [&](std::int64_t at) {
      return next[episode] < wanted.size() && wanted[next[episode]] == at;
    };
    if (is_wanted(step)) {
      measure::State& state = states.emplace_back();
      state.index = std::ssize(states) - 1;
      state.episode = trace.episodes[episode].number;
      state.step = step;
      state.rank = static_cast<std::int64_t>(next[episode]++);
      state.action = action;
      state.observation = copy_of(environment.observation());
      state.memory = std::move(remembered);
      if (step > 0) state.previous = before;
      state.repeated = std::move(repeated);
      sampled.snapshots.push_back(environment.save());
      if (known) state.objects = episode::explained_objects(environment.objects());
    }
    before = copy_of(environment.observation());
    repeated = {};
    if (step > 0 && action != action_before && is_wanted(step + 1)) {
      aside.restore(environment.save());
      if (!aside.step(action_before).done()) repeated = copy_of(aside.observation());
    }
    action_before = action;
    advance();
  });
  return sampled;
}

}  // namespace arcadecam::evaluate
