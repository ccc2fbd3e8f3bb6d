#include "episode/trace_sink.h"

#include "episode/run_info.h"
#include "game/environment.h"

namespace arcadecam::episode {

void TraceSink::on_begin(const RunInfo& info) {
  trace_ = trace_of(info);
}

void TraceSink::on_step(const Step& step) {
  if (step.index == 0) {
    TracedEpisode& episode = trace_.episodes.emplace_back();
    const auto number = static_cast<std::uint64_t>(step.episode);
    episode.number = step.episode;
    episode.random_seed = game::emulator_seed(trace_.seed, number);
    episode.noops = game::random_noops(trace_.protocol, trace_.seed, number);
  }
  TracedEpisode& episode = trace_.episodes.back();
  episode.actions.push_back(
      {static_cast<std::uint8_t>(step.decision.action), step.decision.greedy});
  episode.score = static_cast<std::int64_t>(step.score);
  // The check of an unfinished stretch is replaced until the stretch is whole.
  if (step.index % Trace::kChecksumEvery == 0) episode.checksums.push_back(0);
  episode.checksums.back() = step.checksum;
}

void TraceSink::on_end(const Summary& summary) {
  for (std::size_t i = 0; i < trace_.episodes.size(); ++i)
    trace_.episodes[i].truncated = summary.episodes[i].truncated;
  write_trace(file_, trace_);
}

}  // namespace arcadecam::episode
