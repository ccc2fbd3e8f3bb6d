#include "app/progress.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>

namespace arcadecam::app {

bool is_terminal(int descriptor) {
  return isatty(descriptor) == 1;
}

Progress::Progress(std::string label, std::int64_t total)
    : label_(std::move(label)), total_(total), visible_(is_terminal(STDERR_FILENO)) {}

Progress::~Progress() {
  if (drawn_) std::fputs("\r\033[K", stderr);
}

void Progress::advance(std::int64_t done, const std::string& note) {
  using namespace std::chrono_literals;
  const auto now = Clock::now();
  if (!visible_ || (drawn_ && now - last_ < 100ms)) return;
  last_ = now;
  drawn_ = true;
  const double seconds = std::chrono::duration<double>(now - start_).count();
  const double rate = seconds > 0 ? static_cast<double>(done) / seconds : 0;
  std::string line = fmt::format("\r\033[K{} {}", label_, done);
  if (total_ > 0) {
    constexpr int kWidth = 24;
    const auto filled = static_cast<int>(kWidth * done / total_);
    line += fmt::format("/{} [{:#<{}}{:.<{}}]", total_, "", filled, "", kWidth - filled);
    if (rate > 0) line += fmt::format(" {:.0f} s left", static_cast<double>(total_ - done) / rate);
  }
  line += fmt::format(" {:.0f}/s {}", rate, note);
  std::fputs(line.c_str(), stderr);
}

}  // namespace arcadecam::app
