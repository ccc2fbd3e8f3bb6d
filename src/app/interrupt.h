#pragma once

#include <exception>
#include <string>

namespace arcadecam::app {

/// How a command ends that a signal cut short, once its files are whole. Not an error: main()
/// prints the line and exits with 128 + the signal.
class Interrupted final : public std::exception {
 public:
  Interrupted(int signal, std::string line) : signal_(signal), line_(std::move(line)) {}
  [[nodiscard]] const char* what() const noexcept override { return line_.c_str(); }
  [[nodiscard]] int exit_code() const noexcept { return 128 + signal_; }

 private:
  int signal_;
  std::string line_;
};

/// Makes Ctrl-C, and SIGTERM, by which a scheduler ends jobs, end the program at once with a line
/// that says so and the exit code 128 + the signal. For main().
void end_at_signals();

/// While it lives, the first such signal only sets a flag, so that files can be finished; the
/// second one ends the program at once. One at a time.
class Interrupt {
 public:
  Interrupt();
  Interrupt(const Interrupt&) = delete;
  Interrupt& operator=(const Interrupt&) = delete;
  ~Interrupt();

  [[nodiscard]] bool requested() const { return signal() != 0; }
  /// The signal that came, or 0.
  [[nodiscard]] int signal() const;
  /// Throws Interrupted: `what_is_whole` says what was kept and how to go on, in one line.
  [[noreturn]] void stop(const std::string& what_is_whole) const;
};

}  // namespace arcadecam::app
