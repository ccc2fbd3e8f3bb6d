#include "app/interrupt.h"

#include <unistd.h>

#include <array>
#include <csignal>
#include <string_view>

namespace arcadecam::app {
namespace {

constexpr std::array kSignals{SIGINT, SIGTERM};

// A signal handler reaches nothing but what is global.
volatile std::sig_atomic_t interrupted = 0;

void handle_with(void (*handler)(int)) {
  for (const int signal : kSignals) std::signal(signal, handler);
}

extern "C" void end_at_once(int signal) {
  static constexpr std::string_view kLine =
      "\narcadecam: stopped at once: files under their final names are whole, what was being "
      "written is lost; give the command again\n";
  // Nothing can be done about a line that cannot be written.
  [[maybe_unused]] const auto written = write(STDERR_FILENO, kLine.data(), kLine.size());
  _exit(128 + signal);
}

extern "C" void note_interrupt(int signal) {
  interrupted = signal;
  handle_with(end_at_once);
}

}  // namespace

void end_at_signals() {
  handle_with(end_at_once);
}

Interrupt::Interrupt() {
  interrupted = 0;
  handle_with(note_interrupt);
}

Interrupt::~Interrupt() {
  handle_with(end_at_once);
}

int Interrupt::signal() const {
  return interrupted;
}

void Interrupt::stop(const std::string& what_is_whole) const {
  throw Interrupted(signal(), what_is_whole);
}

}  // namespace arcadecam::app
