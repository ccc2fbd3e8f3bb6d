#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <span>
#include <string>

#include "arcadecam/explain/params.h"

namespace arcadecam::app {

/// One line that is drawn over and over on a terminal. Elsewhere (a log, a pipe) what takes long is
/// a plain line every half minute.
class Progress {
 public:
  /// `total`: 0, or the largest number there is, when it is not known.
  Progress(std::string label, std::int64_t total);
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  ~Progress();

  /// Says how much there is in all, where that was not known before.
  void expect(std::int64_t total) { total_ = total; }
  /// Draws at most ten times a second; elsewhere writes a line every kPlain.
  void advance(std::int64_t done, const std::string& note = {});
  /// For RunOptions::on_probe: shows how far the extra passes of the next explanation are.
  std::function<void(std::size_t, std::int64_t, std::int64_t)> probes(
      std::span<const explain::MethodSpec> methods);

 private:
  using Clock = std::chrono::steady_clock;

  static constexpr std::chrono::seconds kPlain{30};

  /// Whether it is time to draw again.
  bool due();
  void draw(const std::string& note);

  std::string label_;
  std::int64_t total_, done_ = 0;
  bool terminal_, drawn_ = false;
  Clock::time_point start_ = Clock::now(), last_ = start_;
};

/// Whether the stream of this file descriptor (1: output, 2: error) is a terminal.
bool is_terminal(int descriptor);

}  // namespace arcadecam::app
