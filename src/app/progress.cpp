#include "app/progress.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <limits>
#include <utility>
#include <vector>

namespace arcadecam::app {

bool is_terminal(int descriptor) {
  return isatty(descriptor) == 1;
}

Progress::Progress(std::string label, std::int64_t total)
    : label_(std::move(label)),
      total_(total < std::numeric_limits<std::int64_t>::max() ? total : 0),
      terminal_(is_terminal(STDERR_FILENO)) {}

Progress::~Progress() {
  if (drawn_ && terminal_) std::fputs("\r\033[K", stderr);
}

void Progress::advance(std::int64_t done, const std::string& note) {
  done_ = done;
  if (due()) draw(note);
}

std::function<void(std::size_t, std::int64_t, std::int64_t)> Progress::probes(
    std::span<const explain::MethodSpec> methods) {
  std::vector<std::string> names;
  for (const explain::MethodSpec& method : methods) names.push_back(method.text());
  return
      [this, names = std::move(names)](std::size_t method, std::int64_t done, std::int64_t total) {
        // A handful of passes is over before anybody has read it.
        constexpr std::int64_t kMany = 64;
        if (total > kMany && due())
          draw(fmt::format("{}: {} of {} passes", names.at(method), done, total));
      };
}

bool Progress::due() {
  using namespace std::chrono_literals;
  const auto now = Clock::now();
  if (terminal_ ? drawn_ && now - last_ < 100ms : now - last_ < kPlain) return false;
  last_ = now;
  return true;
}

void Progress::draw(const std::string& note) {
  drawn_ = true;
  const std::int64_t done = done_;
  const double seconds = std::chrono::duration<double>(last_ - start_).count();
  const double rate = seconds > 0 ? static_cast<double>(done) / seconds : 0;
  std::string line = fmt::format("{} {}", label_, done);
  if (total_ > 0) {
    constexpr int kWidth = 24;
    const auto filled = static_cast<int>(kWidth * std::min(done, total_) / total_);
    line += fmt::format("/{}", total_);
    if (terminal_) line += fmt::format(" [{:#<{}}{:.<{}}]", "", filled, "", kWidth - filled);
    if (rate > 0) line += fmt::format(" {:.0f} s left", static_cast<double>(total_ - done) / rate);
  }
  line += rate >= 10 || rate == 0 ? fmt::format(" {:.0f}/s {}", rate, note)
                                  : fmt::format(" {:.1f}/s {}", rate, note);
  while (line.ends_with(' ')) line.pop_back();
  // Without wrapping: what a narrow terminal has no room for is cut.
  const std::string drawn = terminal_ ? "\r\033[K\033[?7l" + line + "\033[?7h" : line + "\n";
  std::fputs(drawn.c_str(), stderr);
}

}  // namespace arcadecam::app
