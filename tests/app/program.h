#pragma once

#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <string>
#include <thread>

namespace arcadecam::test {

struct Result {
  int code;
  std::string text;  ///< standard output and error
};

/// The program, which lies beside the tests.
inline std::string program() {
  return std::filesystem::read_symlink("/proc/self/exe").parent_path() / "arcadecam";
}

/// Runs a command of the shell.
inline Result run(const std::string& command) {
  FILE* pipe = popen((command + " 2>&1").c_str(), "r");
  std::string text;
  std::array<char, 4096> block{};
  while (const std::size_t count = std::fread(block.data(), 1, block.size(), pipe))
    text.append(block.data(), count);
  const int status = pclose(pipe);
  return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, text};
}

/// Runs the program with these arguments, as a shell splits them.
inline Result arcadecam(const std::string& arguments) {
  return run(program() + " " + arguments);
}

/// The program in the background, its output thrown away or in a file.
class RunningProgram {
 public:
  explicit RunningProgram(const std::string& arguments, const std::string& output = "/dev/null")
      : process_(fork()) {
    if (process_ != 0) return;
    const std::string command = "exec " + program() + " " + arguments + " >'" + output + "' 2>&1";
    execl("/bin/sh", "sh", "-c", command.c_str(), nullptr);
    _exit(127);
  }
  RunningProgram(const RunningProgram&) = delete;
  RunningProgram& operator=(const RunningProgram&) = delete;
  ~RunningProgram() {
    if (process_ > 0) end(SIGKILL);
  }

  /// Waits until this holds; false when the program ended before or a minute went by.
  template <typename Condition>
  bool wait_until(const Condition& condition) {
    using namespace std::chrono_literals;
    for (int i = 0; i < 6000; ++i) {
      if (condition()) return true;
      siginfo_t ended{};
      waitid(P_PID, static_cast<id_t>(process_), &ended, WEXITED | WNOHANG | WNOWAIT);
      if (ended.si_pid != 0) return false;
      std::this_thread::sleep_for(10ms);
    }
    return false;
  }
  /// Sends a signal and waits for the end; returns the exit code, or minus the signal that ended
  /// it.
  int end(int signal) {
    kill(process_, signal);
    int status = 0;
    waitpid(process_, &status, 0);
    process_ = 0;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
  }

 private:
  pid_t process_;
};

inline bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace arcadecam::test
