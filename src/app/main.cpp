#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <csignal>
#include <cstdio>
#include <exception>
#include <new>

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
  CLI::App app(
      "Shows what a deep reinforcement-learning agent looks at while it plays an Atari game, and "
      "why it "
      "chose its action.",
      "arcadecam");
  app.set_version_flag("--version", "arcadecam " ARCADECAM_VERSION);
  app.require_subcommand(1);
  app.footer(
      "`arcadecam COMMAND --help` explains a command. Exit status: 0 done, 1 bad input, 2 bad "
      "usage, 130 and 143 stopped by Ctrl-C and by SIGTERM.");
  try {
    for (const arcadecam::app::Command* command : arcadecam::app::commands()) {
      command->define(
          *app.add_subcommand(std::string(command->name), std::string(command->summary)));
    }
    app.parse(argc, argv);
  } catch (const CLI::Success& success) {
    return app.exit(success);  // --help, --version
  } catch (const CLI::ParseError& error) {
    app.exit(error);
    return kBadUsage;
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
  return 0;
}
