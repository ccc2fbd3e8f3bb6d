#pragma once

namespace arcadecam::app {

/// While it lives, the first Ctrl-C (or SIGTERM, by which a scheduler ends jobs) only sets a flag,
/// so that files can be finished; the second one ends the program at once. One at a time.
class Interrupt {
 public:
  Interrupt();
  Interrupt(const Interrupt&) = delete;
  Interrupt& operator=(const Interrupt&) = delete;
  ~Interrupt();

  [[nodiscard]] bool requested() const;
};

}  // namespace arcadecam::app
