#pragma once

#include <functional>
#include <utility>

#include "episode/sink.h"

namespace arcadecam::episode {

/// Hands on the steps that a condition (episode, index) holds for.
class FilterSink final : public Sink {
 public:
  using Condition = std::function<bool(std::int64_t, std::int64_t)>;

  /// `to` must outlive this.
  FilterSink(Condition condition, Sink& to) : condition_(std::move(condition)), to_(to) {}

 private:
  void on_begin(const RunInfo& info) override { to_.begin(info); }
  void on_step(const Step& step) override {
    if (condition_(step.episode, step.index)) to_.write(step);
  }
  void on_end(const Summary& summary) override { to_.end(summary); }

  Condition condition_;
  Sink& to_;
};

}  // namespace arcadecam::episode
