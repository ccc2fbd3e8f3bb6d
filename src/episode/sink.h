#pragma once

#include "episode/step.h"

namespace arcadecam::episode {

/// Where steps go. The public calls check the order begin, write…, end; subclasses fill in the
/// rest. A sink that is destroyed before end() leaves nothing under a final name.
class Sink {
 public:
  Sink() = default;
  Sink(const Sink&) = delete;
  Sink& operator=(const Sink&) = delete;
  virtual ~Sink() = default;

  void begin(const RunInfo& info);
  void write(const Step& step);
  void end(const Summary& summary);

  /// Whether the steps of this index must have the colour screen, which costs as much as a tenth of
  /// playing a step. The same answer always; any thread may ask.
  [[nodiscard]] virtual bool wants_screen(std::int64_t /*index*/) const { return true; }

 private:
  virtual void on_begin(const RunInfo& info) = 0;
  virtual void on_step(const Step& step) = 0;
  virtual void on_end(const Summary& summary) = 0;

  enum class State { kNew, kOpen, kEnded } state_ = State::kNew;
};

}  // namespace arcadecam::episode
