#include "episode/sink.h"

#include <algorithm>

#include "arcadecam/core/error.h"

namespace arcadecam::episode {

void Sink::begin(const RunInfo& info) {
  if (state_ != State::kNew) throw bad_input("a sink begins once");
  state_ = State::kOpen;
  on_begin(info);
}

void Sink::write(const Step& step) {
  if (state_ != State::kOpen) throw bad_input("a sink takes steps between begin and end");
  on_step(step);
}

void Sink::end(const Summary& summary) {
  if (state_ != State::kOpen) throw bad_input("a sink ends once, after it began");
  state_ = State::kEnded;
  on_end(summary);
}

Detail wanted(std::span<Sink* const> sinks, std::int64_t index) {
  Detail most = Detail::kNumbers;
  for (const Sink* sink : sinks) most = std::max(most, sink->wants(index));
  return most;
}

}  // namespace arcadecam::episode
