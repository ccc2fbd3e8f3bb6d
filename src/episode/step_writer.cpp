#include "episode/step_writer.h"

namespace arcadecam::episode {

void StepWriter::begin(const RunInfo& info) {
  for (Sink* sink : sinks_) sink->begin(info);
}

void StepWriter::begin_episode(std::int64_t episode) {
  summary_.episodes.emplace_back().episode = episode;
}

void StepWriter::write(Step& step) {
  stopped_ = ++steps_ >= options_.max_steps;
  if (stopped_ && !step.last) step.last = step.truncated = true;
  EpisodeSummary& summary = summary_.episodes.back();
  ++summary.steps;
  summary.score = step.score;
  // An episode that is broken off here counts as truncated.
  summary.truncated = !step.last || step.truncated;
  if (!options_.select || options_.select(step.episode, step.index)) {
    for (Sink* sink : sinks_) sink->write(step);
  }
  if (options_.on_step && !options_.on_step(step)) stopped_ = true;
}

Summary StepWriter::end() {
  for (Sink* sink : sinks_) sink->end(summary_);
  return summary_;
}

}  // namespace arcadecam::episode
