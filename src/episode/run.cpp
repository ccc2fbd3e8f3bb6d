#include "episode/run.h"

#include <algorithm>

#include "arcadecam/core/error.h"
#include "episode/episode_player.h"
#include "episode/parallel.h"
#include "episode/step_writer.h"

namespace arcadecam::episode {

Summary run(const agent::Agent& agent, const RunOptions& options, std::span<Sink* const> sinks) {
  if (options.jobs < 1) throw bad_usage("a run needs at least one job, found {}", options.jobs);
  StepWriter writer(options, sinks);
  if (options.jobs > 1 && options.episodes > 1 && options.replay == nullptr) {
    play_in_parallel(agent, options, sinks, writer);
    return writer.end();
  }
  EpisodePlayer player(agent, options, sinks);
  writer.begin(player.info());
  const auto play = [&](std::int64_t episode) {
    writer.begin_episode(episode);
    while (!player.over() && !writer.stopped()) {
      Step step = player.step();
      writer.write(step);
    }
  };
  if (options.replay != nullptr) {
    while (!writer.stopped()) {
      const auto episode = player.begin_recorded();
      if (!episode) break;
      play(*episode);
    }
  } else {
    for (std::int64_t episode = 0; episode < options.episodes && !writer.stopped(); ++episode) {
      player.begin(episode);
      play(episode);
    }
  }
  return writer.end();
}

}  // namespace arcadecam::episode
