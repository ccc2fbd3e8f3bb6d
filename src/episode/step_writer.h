#pragma once

#include <span>

#include "episode/run.h"

namespace arcadecam::episode {

/// Hands the steps of a run to its sinks in their order, sums the episodes up and notices when the
/// run's limit of steps is reached.
class StepWriter {
 public:
  /// Both arguments must outlive this.
  StepWriter(const RunOptions& options, std::span<Sink* const> sinks)
      : options_(options), sinks_(sinks) {}

  void begin(const RunInfo& info);
  void begin_episode(std::int64_t episode);
  /// Marks the step as the last one where the limit makes it that.
  void write(Step& step);
  /// No more steps are wanted.
  [[nodiscard]] bool stopped() const { return stopped_; }
  Summary end();

 private:
  const RunOptions& options_;
  std::span<Sink* const> sinks_;
  Summary summary_;
  std::int64_t steps_ = 0;
  bool stopped_ = false;
};

}  // namespace arcadecam::episode
