#include <fmt/format.h>

#include <csignal>
#include <cstdio>
#include <exception>
#include <new>

#include "app/arguments.h"
#include "app/command.h"
#include "app/interrupt.h"
#include "arcadecam/core/error.h"

namespace {

constexpr int kBadInput = 1, kBadUsage = 2;

int fail(int code, const char* message) {
  fmt::print(stderr, "arcadecam: {}\n", message);
  return code;
}

}  // namespace

int main(int argc, char** argv) {
  // A file that grows past the allowed size (ulimit -f) is to be an error that says so, as a full
  // disk is, and not the end of the program.
  std::signal(SIGXFSZ, SIG_IGN);
  arcadecam::app::end_at_signals();
  try {
    return arcadecam::app::run_command_line(
        argc, argv,
        {.name = "arcadecam",
         .description = "Shows what a deep reinforcement-learning agent looks at while it plays an "
                        "Atari game, "
                        "and why it chose its action.",
         .version = "arcadecam " ARCADECAM_VERSION,
         .footer =
             "`arcadecam COMMAND --help` explains a command. Exit status: 0 done, 1 bad input, 2 "
             "bad usage, 130 and 143 stopped by Ctrl-C and by SIGTERM."},
        arcadecam::app::commands());
  } catch (const arcadecam::app::Interrupted& interrupted) {
    std::fflush(stdout);  // so that the line is the last
    return fail(interrupted.exit_code(), interrupted.what());
  } catch (const arcadecam::Error& error) {
    return fail(error.kind() == arcadecam::Error::Kind::kBadUsage ? kBadUsage : kBadInput,
                error.what());
  } catch (const std::bad_alloc&) {
    return fail(kBadInput, "out of memory");
  } catch (const std::exception& error) {
    return fail(kBadInput, error.what());
  }
}
