#include "episode/parallel.h"

#include <algorithm>
#include <thread>
#include <vector>

#include "episode/episode_player.h"
#include "episode/episode_queues.h"

namespace arcadecam::episode {
namespace {

/// For every episode that is played at once: 2,000 decisions with a map each. With less, long
/// episodes would wait for the first one instead of being played beside it.
constexpr std::size_t kMostBytes = std::size_t{64} << 20;

void play(EpisodePlayer& player, std::span<Sink* const> sinks, EpisodeQueues& queues) {
  // The episode of every environment; −1: none is left for it.
  std::vector<std::int64_t> played(player.environments(), -1);
  const auto begin_next = [&](std::size_t environment) {
    played[environment] = queues.claim();
    if (played[environment] >= 0) player.episode(environment).begin(played[environment]);
  };
  for (std::size_t e = 0; e < played.size(); ++e) begin_next(e);
  while (true) {
    std::vector<std::size_t> environments;
    std::vector<std::int64_t> episodes;
    for (std::size_t e = 0; e < played.size(); ++e) {
      if (played[e] < 0) continue;
      environments.push_back(e);
      episodes.push_back(played[e]);
    }
    if (episodes.empty()) return;
    const std::vector<std::size_t> free = queues.wait_for_room(episodes);
    if (free.empty()) return;
    std::vector<std::size_t> group;
    for (const std::size_t i : free) group.push_back(environments[i]);
    const std::span<const Step> steps = player.step(group);
    for (std::size_t i = 0; i < group.size(); ++i) {
      const std::int64_t episode = played[group[i]];
      queues.put(episode, std::make_unique<KeptStep>(steps[i], wanted(sinks, steps[i].index)));
      if (!player.episode(group[i]).over()) continue;
      queues.finish(episode);
      begin_next(group[i]);
    }
  }
}

}  // namespace

void play_in_parallel(const agent::Agent& agent, const RunOptions& options,
                      std::span<Sink* const> sinks, StepWriter& writer) {
  const std::int64_t jobs = std::min<std::int64_t>(options.jobs, options.episodes);
  // No thread takes the episodes that another could play.
  const std::int64_t group =
      std::min<std::int64_t>(options.group, (options.episodes + jobs - 1) / jobs);
  EpisodeQueues queues(options.episodes, kMostBytes * static_cast<std::size_t>(jobs * group));
  const auto layouts = nn::make_weight_layouts();
  EpisodePlayer first(agent, options, sinks, group, layouts);
  writer.begin(first.info());
  const auto guarded = [&](const auto& work) {
    try {
      work();
    } catch (...) {
      queues.fail(std::current_exception());
    }
  };
  std::vector<std::jthread> threads;
  threads.emplace_back([&] { guarded([&] { play(first, sinks, queues); }); });
  for (std::int64_t job = 1; job < jobs; ++job) {
    threads.emplace_back([&] {
      guarded([&] {
        EpisodePlayer player(agent, options, sinks, group, layouts);
        play(player, sinks, queues);
      });
    });
  }
  // However this ends, no thread may wait for ever.
  struct Stop {
    EpisodeQueues& queues;
    ~Stop() { queues.stop(); }
  } const stop{queues};
  for (std::int64_t episode = 0; episode < options.episodes && !writer.stopped(); ++episode) {
    writer.begin_episode(episode);
    while (!writer.stopped()) {
      const auto kept = queues.take(episode);
      if (!kept) break;
      writer.write(kept->step());
    }
  }
}

}  // namespace arcadecam::episode
