#include "episode/sink.h"

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

}  // namespace arcadecam::episode
