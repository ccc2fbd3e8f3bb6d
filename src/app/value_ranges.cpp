#include "app/value_ranges.h"

#include <fmt/format.h>

#include <limits>
#include <vector>

#include "app/progress.h"

namespace arcadecam::app {

std::shared_ptr<const render::EpisodeRanges> measure_ranges(const agent::Agent& agent,
                                                            episode::RunOptions run,
                                                            const render::MapDisplay& display,
                                                            std::span<episode::Sink* const> others,
                                                            const Interrupt& interrupt) {
  render::RangesSink ranges(display);
  std::vector<episode::Sink*> sinks{&ranges};
  sinks.insert(sinks.end(), others.begin(), others.end());
  Progress progress("measured", run.max_steps);
  std::int64_t steps = 0;
  run.sound = false;
  run.select = {};  // the scale is that of all decisions, whichever are shown
  run.on_probe = progress.probes(run.methods);
  run.on_step = [&](const episode::Step& step) {
    progress.advance(++steps, fmt::format("episode {} score {}", step.episode, step.score));
    return !interrupt.requested();
  };
  episode::run(agent, run, sinks);
  return ranges.ranges();
}

}  // namespace arcadecam::app
