#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "atari/protocol.h"

namespace arcadecam::game {

/// A console's memory before and after a frame: tells what is drawn on it.
struct FrameRam {
  std::array<std::uint8_t, 128> before, after;
};

/// A frame as an observation needs it; shared, never changed.
struct SeenFrame {
  std::vector<std::uint8_t> pixels;  ///< palette indices of the part that is observed
  FrameRam ram;
};

/// Which frames a step's plane is made of. That is plain (the last two) until an episode ends in
/// the middle of a step: Protocol::Ending.
class FrameBuffers {
 public:
  using Frame = std::shared_ptr<const SeenFrame>;
  using Frames = std::vector<Frame>;
  /// Looks at the screen.
  using Look = std::function<Frame()>;

  explicit FrameBuffers(const atari::Protocol& protocol);

  /// A session begins: nothing was seen.
  void clear();
  /// One frame alone is shown, as at a reset.
  void show_alone(Frame frame);

  void begin_step();
  /// The step's frame of that number (1 is the first) was played; `last`: the step ends with it,
  /// `ends`: so does the episode. `look` is called where it is wanted.
  void played(int number, bool last, bool ends, const Look& look);
  void end_step();

  /// The last step's frames look otherwise, as an edited game shows them; none: they stay.
  void replace(const Frames& frames);

  /// What the plane is made of, oldest first; none: it is black.
  [[nodiscard]] const Frames& shown() const { return shown_; }

  /// What the next steps may still show, for a saved environment: a few kilobytes.
  struct Packed;
  [[nodiscard]] std::shared_ptr<const Packed> packed() const;
  /// As the saved buffers were. Null: as clear().
  void restore(const std::shared_ptr<const Packed>& packed);

 private:
  atari::Protocol::Ending ending_;
  bool pooled_;
  int skip_;
  Frames step_;             ///< frames of this step that were looked at
  Frames earlier_, later_;  ///< the buffers of a step's last frame but one and of its last frame
  Frames shown_;
};

}  // namespace arcadecam::game
