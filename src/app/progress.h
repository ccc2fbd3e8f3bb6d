#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace arcadecam::app {

/// One line that is drawn over and over on a terminal, and not at all in a pipe.
class Progress {
 public:
  /// `total`: 0 when it is not known.
  Progress(std::string label, std::int64_t total);
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  ~Progress();

  /// Draws at most ten times a second.
  void advance(std::int64_t done, const std::string& note = {});

 private:
  using Clock = std::chrono::steady_clock;

  std::string label_;
  std::int64_t total_;
  bool visible_, drawn_ = false;
  Clock::time_point start_ = Clock::now(), last_{};
};

/// Whether the stream of this file descriptor (1: output, 2: error) is a terminal.
bool is_terminal(int descriptor);

}  // namespace arcadecam::app
