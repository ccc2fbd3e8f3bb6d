#include "app/interrupt.h"

#include <array>
#include <csignal>

namespace arcadecam::app {
namespace {

constexpr std::array kSignals{SIGINT, SIGTERM};

// A signal handler reaches nothing but what is global.
volatile std::sig_atomic_t interrupted = 0;

extern "C" void note_interrupt(int signal) {
  interrupted = 1;
  std::signal(signal, SIG_DFL);
}

}  // namespace

Interrupt::Interrupt() {
  interrupted = 0;
  for (const int signal : kSignals) std::signal(signal, note_interrupt);
}

Interrupt::~Interrupt() {
  for (const int signal : kSignals) std::signal(signal, SIG_DFL);
}

bool Interrupt::requested() const {
  return interrupted != 0;
}

}  // namespace arcadecam::app
