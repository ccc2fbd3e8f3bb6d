#pragma once

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <exception>
#include <filesystem>
#include <fstream>
#include <functional>
#include <string>

#include "arcadecam/core/error.h"

namespace arcadecam::test {

/// What became of some work that ran in a process of its own.
struct ChildOutcome {
  enum class End { kDone, kError, kOtherException, kCrash };
  End end;
  std::string message;  ///< of the Error
  /// Processor time, which other processes have no part in.
  double seconds;
  double peak_mib;  ///< largest resident memory, less what the parent had when it began
};

/// This process's resident memory, of which a forked child has a copy.
inline double resident_mib() {
  std::ifstream file("/proc/self/statm");
  double pages = 0, resident = 0;
  file >> pages >> resident;
  return resident * static_cast<double>(sysconf(_SC_PAGESIZE)) / (1 << 20);
}

/// Runs `work` in a forked child whose working directory is `folder`.
inline ChildOutcome run_in_child(const std::filesystem::path& folder,
                                 const std::function<void()>& work) {
  const double before = resident_mib();
  int channel[2];
  if (pipe(channel) != 0) throw bad_input("cannot make a pipe");
  const pid_t child = fork();
  if (child == 0) {
    close(channel[0]);
    int code = 2;
    try {
      std::filesystem::current_path(folder);
      work();
      code = 0;
    } catch (const Error& error) {
      const std::string message = error.what();
      if (write(channel[1], message.data(), message.size()) >= 0) code = 1;
    } catch (...) {
      code = 2;
    }
    _exit(code);
  }
  close(channel[1]);
  ChildOutcome outcome{ChildOutcome::End::kCrash, {}, 0, 0};
  char buffer[4096];
  for (ssize_t got = 0; (got = read(channel[0], buffer, sizeof buffer)) > 0;) {
    outcome.message.append(buffer, static_cast<std::size_t>(got));
  }
  close(channel[0]);
  int status = 0;
  rusage usage{};
  wait4(child, &status, 0, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  outcome.seconds = seconds(usage.ru_utime) + seconds(usage.ru_stime);
  outcome.peak_mib = static_cast<double>(usage.ru_maxrss) / 1024.0 - before;
  if (WIFEXITED(status)) {
    const int code = WEXITSTATUS(status);
    if (code == 0) outcome.end = ChildOutcome::End::kDone;
    if (code == 1) outcome.end = ChildOutcome::End::kError;
    if (code == 2) outcome.end = ChildOutcome::End::kOtherException;
  }
  return outcome;
}

}  // namespace arcadecam::test
