#include "episode/run.h"

#include <array>

#include "arcadecam/core/error.h"
#include "episode/episode_player.h"
#include "episode/parallel.h"
#include "episode/step_writer.h"

namespace arcadecam::episode {

Summary run(const agent::Agent& agent, const RunOptions& options, std::span<Sink* const> sinks) {
  if (options.jobs < 1 || options.group < 1 || options.group > RunOptions::kLargestGroup) {
    throw bad_usage("a run needs at least one job and a group of 1 to {} games, found {} and {}",
                    RunOptions::kLargestGroup, options.jobs, options.group);
  }
  StepWriter writer(options, sinks);
  const bool several = options.jobs > 1 || options.group > 1;
  if (several && options.episodes > 1 && options.replay == nullptr) {
    play_in_parallel(agent, options, sinks, writer);
    return writer.end();
  }
  EpisodePlayer player(agent, options, sinks);
  writer.begin(player.info());
  PlayedEpisode& played = player.episode(0);
  const auto play = [&](std::int64_t episode) {
    constexpr std::array<std::size_t, 1> kOnly{0};
    writer.begin_episode(episode);
    while (!played.over() && !writer.stopped()) writer.write(player.step(kOnly)[0]);
  };
  if (options.replay != nullptr) {
    while (!writer.stopped()) {
      const auto episode = played.begin_recorded();
      if (!episode) break;
      play(*episode);
    }
  } else {
    for (std::int64_t episode = 0; episode < options.episodes && !writer.stopped(); ++episode) {
      played.begin(episode);
      play(episode);
    }
  }
  return writer.end();
}

}  // namespace arcadecam::episode
