#pragma once

#include "episode/step.h"

namespace arcadecam::episode {

/// How much of a step somebody reads; each includes those before it.
enum class Detail {
  kNumbers,  ///< all but arrays: values, scores, an attribution's weights, ranges and warnings
  kMaps,     ///< Attribution::map
  kArrays,   ///< an attribution's other arrays, the observation, the distributions, the sound
  kScreen,   ///< the colour screen, which costs as much as a tenth of playing a step
};

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

  /// What the sink reads of the steps of this index; more may be missing. The same answer always;
  /// any thread may ask.
  [[nodiscard]] virtual Detail wants(std::int64_t /*index*/) const { return Detail::kScreen; }

 private:
  virtual void on_begin(const RunInfo& info) = 0;
  virtual void on_step(const Step& step) = 0;
  virtual void on_end(const Summary& summary) = 0;

  enum class State { kNew, kOpen, kEnded } state_ = State::kNew;
};

/// The most that any of these sinks wants of a step.
Detail wanted(std::span<Sink* const> sinks, std::int64_t index);

}  // namespace arcadecam::episode
