#pragma once

#include <deque>

#include "episode/kept_step.h"
#include "episode/sink.h"

namespace arcadecam::episode {

/// A step with everything it views: it lasts as long as this does.
struct Moment {
  explicit Moment(const Step& source) : kept(source, Detail::kScreen) {}

  KeptStep kept;
  const Step& step = kept.step();
};

/// Keeps steps in memory: for a handful of them (RunOptions::select).
class MomentsSink final : public Sink {
 public:
  [[nodiscard]] const RunInfo& info() const { return info_; }
  [[nodiscard]] const std::deque<Moment>& moments() const { return moments_; }

 private:
  void on_begin(const RunInfo& info) override { info_ = info; }
  void on_step(const Step& step) override { moments_.emplace_back(step); }
  void on_end(const Summary&) override {}

  RunInfo info_;
  std::deque<Moment> moments_;
};

}  // namespace arcadecam::episode
