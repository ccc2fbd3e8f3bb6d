#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace arcadecam {

/// The file of a program that the shell would start by this name, if any.
[[nodiscard]] std::optional<std::filesystem::path> find_program(const std::string& name);

/// How a process ended.
struct ProcessEnd {
  int code = 0;    ///< its exit status; of no meaning where a signal ended it
  int signal = 0;  ///< the signal that ended it, or 0
};

/// What a process reads as its standard input.
enum class ProcessInput {
  kNothing,
  /// What write() gives it. It is in a process group of its own then: Ctrl-C in a terminal is for
  /// us alone, and we decide what becomes of it.
  kWritten,
};

/// Another program that runs beside this one. It is killed when this object is destroyed, and when
/// the thread that began it ends: it never outlives us.
class Process {
 public:
  /// Begins `program` with these arguments. Its output and errors go to the file `log`, which is
  /// made again. Descriptors without FD_CLOEXEC pass on to it. Throws Error where it cannot be
  /// begun.
  Process(const std::filesystem::path& program, const std::vector<std::string>& arguments,
          const std::filesystem::path& log, ProcessInput input = ProcessInput::kNothing);
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;
  ~Process();

  /// To its standard input (kWritten alone); waits where it reads slowly. False when it reads no
  /// more.
  [[nodiscard]] bool write(std::span<const std::uint8_t> bytes) const;
  /// How it ended; nothing while it runs.
  std::optional<ProcessEnd> ended();
  /// Closes its standard input and waits for its end.
  ProcessEnd wait();
  void send(int signal) const;

 private:
  /// Asks the system for its end, with the flags of waitpid().
  void ask(int flags);
  void close_input();

  int process_ = 0;
  int input_ = -1;  ///< our end of its standard input; -1: none
  std::optional<ProcessEnd> end_;
};

}  // namespace arcadecam
